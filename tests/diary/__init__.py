"""A fourth application: a diary that existed before its files were documents, with hash ids.

Three releases made files by the models alone, or by Alembic's stock command; the fourth revision brings the
table of programs, and the format adopts the old files.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from myapp.document.format import DocumentFormat
from myapp.schema.manifest import Manifest
from myapp.schema.order import revision_order

APPLICATION_ID = 0x44494152
"""`DIAR`"""

MIGRATIONS = Path(__file__).parent / "migrations"

ORDER = ("d1c2b3a49506", "a9f8e7d6c5b4", "c0ffee123456", "0ddba11c0de5")
"""Its revisions, oldest first; the first three are of the time before documents."""


def diary_format(migrations: Path = MIGRATIONS, *, adopts: bool = True) -> DocumentFormat:
    """Return the format of its documents."""
    manifest = Manifest.of(migrations, revision_order(migrations), complete=False)
    return DocumentFormat(
        name="diary",
        program=f"diary {len(manifest.order)}.0",
        suffix=".diary",
        application_id=APPLICATION_ID,
        migrations=os.fspath(migrations),
        manifest=manifest,
        adopts=adopts,
    )


def models(release: int) -> MetaData:
    """Return the models of one of the first three releases, written otherwise than its revisions are.

    The order of columns and constraints, the case of a column and the form of a default differ.
    """
    metadata = MetaData()
    entries = Table(
        "entries",
        metadata,
        Column("id", Integer, primary_key=True),
        *([Column("mood", Integer, server_default=text("(0)"), nullable=False)] if release > 1 else []),
        Column("body", Text),
        Column("Title", String(100), nullable=False),
        Column("written", DateTime, server_default=text("CURRENT_TIMESTAMP"), nullable=False),
        CheckConstraint("length(title) > 0"),
        UniqueConstraint("Title"),
    )
    if release > 1:
        Table("tags", metadata, Column("id", Integer, primary_key=True), Column("name", Text, nullable=False))
        Table(
            "entry_tags",
            metadata,
            Column("tag_id", ForeignKey("tags.id"), primary_key=True),
            Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True),
        )
    if release > 2:
        Index("ix_entries_written", entries.c.written)
    return metadata
