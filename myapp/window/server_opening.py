"""Opens, makes and upgrades a document on a server by its URL; the password stays in memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

from myapp.document.context import Context
from myapp.document.protocol import Document
from myapp.product import METADATA, NAME

if TYPE_CHECKING:
    from sqlalchemy import URL


class PasswordMissing(Exception):
    """The server demands a password, and none was given."""


def opened(address: str, password: str, way: str, context: Context, stack: ExitStack) -> Document:
    """Open a document until the stack is closed; `way` is one of the session's.

    Raise PasswordMissing, UpgradeNeeded where others share an older one, and the errors of `open_server`.
    """
    from myapp.document.server.document import create_server, open_server

    url = _with_password(address, password)
    if way == "new":
        create_server(url, context)
    opening = open_server(url, context, upgrade=way == "upgraded", metadata=METADATA)
    return stack.enter_context(opening)


def _with_password(address: str, password: str) -> URL:
    from myapp.schema.servers import server_url, with_password

    url = server_url(address)
    if password:
        return url.set(password=password)
    return url if url.password else with_password(url, _missing, NAME)


def _missing() -> NoReturn:
    raise PasswordMissing
