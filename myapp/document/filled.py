"""A new document that is filled before it has its name: whole and verified, or not there at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from myapp.document.create import copy_blank
from myapp.document.format import Format
from myapp.document.open import Document
from myapp.document.placing import placed
from myapp.document.trust import is_whole
from myapp.errors import Damaged, StrPath
from myapp.schema.driver_errors import WAIT_SECONDS, translated

if TYPE_CHECKING:
    from sqlalchemy import Connection


@contextmanager
def filled(path: StrPath, kind: Format, wait: float = WAIT_SECONDS) -> "Iterator[Connection]":
    """Give the one transaction that fills a new document, which gets its name when that is committed.

    Raise SystemRefused where the name is taken or the place cannot be written.
    """
    made = os.path.abspath(path)
    with placed(path) as temporary:
        with translated(made, wait):
            copy_blank(temporary, kind)
        document = Document(made, kind, wait)
        document._file = temporary
        with document.writing() as connection:
            yield connection
        if not is_whole(temporary):
            raise Damaged(path, "the check of what was written failed")
