"""Creates a document under a temporary name, and gives it its own name when it is filled and verified."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from myapp.document.context import Context
from myapp.document.create import copy_blank
from myapp.document.open import FileDocument
from myapp.document.placing import placed
from myapp.document.trust import is_whole
from myapp.errors import Damaged, StrPath
from myapp.schema.driver_errors import translated

if TYPE_CHECKING:
    from sqlalchemy import Connection


@contextmanager
def filled(path: StrPath, context: Context) -> "Iterator[Connection]":
    """Give the one transaction that fills a new document, which gets its name when that is committed.

    Raise SystemRefused where the name is taken or the place cannot be written.
    """
    target = os.path.abspath(path)
    with placed(path) as temporary:
        with translated(target, context.wait):
            copy_blank(temporary, context.format)
        with FileDocument(target, context, file=temporary).writing() as connection:
            yield connection
        if not is_whole(temporary, context):
            raise Damaged(path, "the check of what was written failed")
