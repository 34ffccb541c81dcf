"""New documents: copies of a blank one that the migrations made."""

import os
from contextlib import closing
from functools import lru_cache

from myapp.document import files
from myapp.document.connect import connect
from myapp.document.format import Format
from myapp.errors import StrPath
from myapp.schema.driver_errors import translated

RECORD_WRITER = """
    INSERT INTO document (id, created_by, written_by) VALUES (1, ?1, ?1)
    ON CONFLICT (id) DO UPDATE SET written_by = excluded.written_by
    WHERE written_by <> excluded.written_by
"""


def create(path: StrPath, kind: Format) -> str:
    """Make a new document, whole or not at all, and return its absolute path.

    Raise SystemRefused where the name is taken or the place cannot be written.
    """
    from myapp.document.placing import placed

    target = os.path.abspath(path)
    with placed(path) as temporary, translated(target):
        copy_blank(temporary, kind)
    return target


def blank_document(kind: Format) -> str:
    """Return the path of a blank document: the shipped one, or one made once for this user."""
    if kind.blank:
        return kind.blank
    import platformdirs

    folder = platformdirs.user_cache_path(kind.name, appauthor=False, ensure_exists=True)
    cached = os.fspath(folder / f"blank-{_digest(kind)}{kind.suffix}")
    if not os.path.exists(cached):
        files.sweep(cached)
        make_blank(cached, kind)
    return cached


def copy_blank(path: str, kind: Format) -> None:
    """Make a file a document without content that says who made it; the caller syncs it."""
    import shutil

    shutil.copyfile(blank_document(kind), path)


def make_blank(path: str, kind: Format) -> None:
    """Make a document without content by running every revision; replaces a file of that name.

    It says already that this program made it: a new document is then a copy, no database is opened.
    """
    from myapp.schema.migrations import Migrations

    with files.replacement(path) as temporary:
        Migrations(kind.migrations, temporary, manifest=kind.manifest).upgrade()
        with closing(connect(temporary, "rw")) as connection:
            connection.execute(RECORD_WRITER, (kind.program,))
            connection.execute("VACUUM")


@lru_cache(maxsize=8)  # of all revisions: each opening in a checkout asks for it
def _digest(kind: Format) -> str:
    import hashlib

    from myapp.schema.manifest import Manifest

    made_of = Manifest.of(kind.migrations, complete=False).text() + kind.program
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]
