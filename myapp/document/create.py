"""Creates documents as copies of a blank one that the migrations made."""

import os
from contextlib import closing
from functools import lru_cache

from myapp.descriptors import opened
from myapp.document import files
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.errors import StrPath
from myapp.progress import Progress
from myapp.schema.driver_errors import translated


def create(path: StrPath, context: Context) -> str:
    """Make a new document, whole or not at all, and return its absolute path.

    Raise SystemRefused where the name is taken or the place cannot be written.
    """
    from myapp.document.placing import placed

    target = os.path.abspath(path)
    with placed(path) as temporary, translated(target, context.wait):
        copy_blank(temporary, context.format)
    return target


def blank_document(format: DocumentFormat) -> str:
    """Return the path of a blank document: the shipped one, or one made once for this user."""
    if format.blank:
        return format.blank
    import platformdirs

    folder = platformdirs.user_cache_path(format.name, appauthor=False, ensure_exists=True)
    cached = os.fspath(folder / f"blank-{_digest(format)}{format.suffix}")
    if not os.path.exists(cached):
        files.sweep(cached)
        make_blank(cached, format)
    return cached


def copy_blank(path: str, format: DocumentFormat) -> None:
    """Make a file a document without content that says who made it; the caller syncs it."""
    from myapp.document import copies

    with opened(blank_document(format)) as blank:
        copies.copy(blank, path, Progress())


def make_blank(path: str, format: DocumentFormat) -> None:
    """Make a document without content by running every revision; replaces a file of that name.

    It says already that this program made it: a new document is then a copy, no database is opened.
    """
    from myapp.schema.migrations import Migrations

    with files.replacement(path) as temporary:
        Migrations(format.migrations, temporary, manifest=format.manifest).upgrade()
        with closing(connect(temporary, "rw", Context(format))) as connection:
            connection.execute(format.record.writer(), (format.program,))
            connection.execute("VACUUM")


@lru_cache(maxsize=8)  # of all revisions: each opening in a checkout asks for it
def _digest(format: DocumentFormat) -> str:
    import hashlib

    from myapp.schema.manifest import Manifest

    sources = Manifest.of(format.migrations, format.order, complete=False).text() + format.program
    return hashlib.sha256(sources.encode()).hexdigest()[:16]
