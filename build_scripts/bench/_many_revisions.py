"""Makes applications with any number of revisions, to measure times over that number."""

from __future__ import annotations

import os
from pathlib import Path

from myapp.document.create import make_blank
from myapp.document.format import DocumentFormat
from myapp.product import APPLICATION_ID
from myapp.schema.manifest import Manifest
from myapp.schema.order import revision_order

ENVIRONMENT = """
from alembic import context

from myapp.document.header import header_writer

context.configure(
    connection=context.config.attributes["connection"], on_version_apply=header_writer({application_id})
)
with context.begin_transaction():
    context.run_migrations()
"""

FIRST = """
revision, down_revision = "0001", None

from alembic import op


def upgrade():
    op.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, created_by TEXT, written_by TEXT)")
    op.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
"""

NEXT = """
revision, down_revision = "{number:04d}", "{before:04d}"

from alembic import op


def upgrade():
    op.execute("{statement}")
"""


def application(folder: Path, revisions: int) -> DocumentFormat:
    """Write an application's migrations and return its document format.

    Each revision adds an index or drops it again: only the number of revisions grows, not the schema.
    """
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT.format(application_id=APPLICATION_ID), encoding="utf-8")
    (versions / "0001_first.py").write_text(FIRST, encoding="utf-8")
    for number in range(2, revisions + 1):
        statement = "DROP INDEX by_name" if number % 2 else "CREATE INDEX by_name ON things (name)"
        text = NEXT.format(number=number, before=number - 1, statement=statement)
        (versions / f"{number:04d}_next.py").write_text(text, encoding="utf-8")
    return _format(folder)


def _format(folder: Path) -> DocumentFormat:
    manifest = Manifest.of(folder, revision_order(folder), complete=True)
    blank = os.fspath(folder.with_suffix(".blank"))
    format = DocumentFormat(
        name="grown",
        program="grown 1.0",
        suffix=".grown",
        application_id=APPLICATION_ID,
        migrations=os.fspath(folder),
        manifest=manifest,
        blank=blank,
    )
    make_blank(blank, format)
    return format
