"""Fills a kept document with what those of earlier releases hold, awkward texts and values included."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, insert

from myapp.notebook.models import metadata

BEFORE = Path(__file__).resolve().parent / "0006.myapp"
TABLES = ("runs", "channels", "readings", "tags", "run_tags", "sources", "attachments")
"""The tables of that release, those first that others point to."""


def fill(connection: Connection) -> None:
    """Write all that this release knows into an empty document; called by build_scripts/new_fixture.py."""
    with closing(sqlite3.connect(BEFORE)) as before:
        before.row_factory = sqlite3.Row
        for table in TABLES:
            rows = [dict(row) for row in before.execute(f"SELECT * FROM {table}")]
            connection.execute(insert(metadata.tables[table]), rows)
