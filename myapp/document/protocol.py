"""The interface of an open document, the same for a file and for a database on a server."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from myapp.document.context import Context
    from myapp.document.upgrade import Upgraded


class Document(Protocol):
    """An open document at head.

    `path` is the user's file, links followed, or the server's URL without its secrets. `on_server`: it is a
    database that others share, and no file. `upgraded` is the upgrade that opening it took, None where it
    was at head. `copied`: the file could not be written, and a private copy is read instead.
    `backup_without_header`: there was no header, which was set after this backup.
    `additional` are objects in it that are not the program's: without them a private copy is read.
    """

    path: str
    context: "Context"
    on_server: bool
    upgraded: "Upgraded | None"
    copied: bool
    backup_without_header: str
    additional: "Sequence[str]"

    @property
    def writable(self) -> bool:
        """Whether `writing` can be tried."""

    def with_context(self, context: "Context") -> "Document":
        """Return the same open document for work with another progress, wait and stop token."""

    def driver_reading(self) -> AbstractContextManager[Any]:
        """Give the driver's own connection (sqlite3, psycopg), which only reads and sees one state."""

    def driver_writing(self) -> AbstractContextManager[Any]:
        """Give the driver's own connection in a transaction as `writing` does."""

    def reading(self) -> "AbstractContextManager[Connection]":
        """Give a SQLAlchemy connection that only reads."""

    def writing(self) -> "AbstractContextManager[Connection]":
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        The document then records this program as the last that wrote it. Raise SystemRefused where it
        cannot be written.
        """
