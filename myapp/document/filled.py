"""A new document that is filled before it has its name: whole and verified, or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from myapp.document import create, files
from myapp.document.format import Format
from myapp.document.open import Document
from myapp.document.trust import is_whole
from myapp.errors import Damaged, SystemRefused
from myapp.schema.driver_errors import WAIT_SECONDS, translated

if TYPE_CHECKING:
    from sqlalchemy import Connection


@contextmanager
def filled(path: str | os.PathLike[str], kind: Format, wait: float = WAIT_SECONDS) -> "Iterator[Connection]":
    """Give the one transaction that fills a new document, which gets its name when that is committed.

    Raise SystemRefused where the name is taken or the place cannot be written.
    """
    made = os.path.abspath(path)
    if os.path.lexists(made):
        raise _taken(path)
    files.sweep(made)
    temporary = files.temporary_name(made)
    try:
        with _refusals_told(path), translated(made, wait):
            create.fill(temporary, kind)
        document = Document(made, kind, wait)
        document._file = temporary
        with document.writing() as connection:
            yield connection
        if not is_whole(temporary):
            raise Damaged(path, "the check of what was written failed")
        with _refusals_told(path):
            files.place_new(temporary, made)
    finally:
        files.remove(temporary)


@contextmanager
def _refusals_told(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error


def _taken(path: str | os.PathLike[str]) -> SystemRefused:
    return SystemRefused(path, "there is a file of that name", "choose another one")
