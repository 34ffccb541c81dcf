"""Things that have grown, to measure with: documents of many readings, applications of many revisions."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from _environment import ROOT
from myapp.document.create import make_blank
from myapp.document.format import Format
from myapp.product import APPLICATION_ID
from myapp.schema.manifest import Manifest

READINGS_OF_A_RUN = 1000
CHANNELS = 5

FILL = f"""
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :runs)
    INSERT INTO runs (id, title, started_at, notes)
    SELECT i, 'trip ' || i, i * 3600000000, iif(i % 100, 'dry', 'winter snow') FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CHANNELS})
    INSERT INTO channels (id, name, unit) SELECT i, 'sensor ' || i, 'V' FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {READINGS_OF_A_RUN // CHANNELS})
    INSERT INTO readings (run_id, channel_id, time, value)
    SELECT runs.id, channels.id, started_at + n.i * 1000000, n.i / 8.0 FROM runs, channels, n ORDER BY 1, 2, 3
"""

FILL_OLDEST = f"""
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :runs)
    INSERT INTO runs (id, title, started_at) SELECT i, 'trip ' || i, datetime(i * 3600, 'unixepoch') FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {READINGS_OF_A_RUN // CHANNELS}),
    c(name) AS (VALUES ('sensor 1'), ('sensor 2'), ('sensor 3'), ('sensor 4'), ('sensor 5'))
    INSERT INTO readings (run_id, channel, time, value)
    SELECT runs.id, c.name, datetime(runs.id * 3600 + n.i, 'unixepoch'), n.i / 8.0 FROM runs, c, n
"""

ENVIRONMENT = """
from alembic import context
from sqlalchemy import text


def write_header(ctx, heads, **_rest):
    ctx.execute(text("PRAGMA application_id = {application_id}"))
    ctx.execute(text(f"PRAGMA user_version = {{max(map(int, heads))}}"))


context.configure(connection=context.config.attributes["connection"], on_version_apply=write_header)
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


def document(path: Path, readings: int, blank: Path) -> Path:
    """Make a document at head from a blank one: a run for each 1000 readings of five channels."""
    shutil.copyfile(blank, path)
    return _filled(path, FILL, readings)


def oldest_document(path: Path, readings: int) -> Path:
    """Make such a document as the oldest release wrote them, from the kept one of that release."""
    shutil.copyfile(ROOT / "tests" / "documents" / "0001.myapp", path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM readings")
        connection.execute("DELETE FROM runs")
    return _filled(path, FILL_OLDEST, readings)


def wide_csv(path: Path, readings: int) -> Path:
    """Write a table of one time and five channels a line, a line each second, as loggers do."""
    moment, second = datetime(2024, 1, 1), timedelta(seconds=1)  # noqa: DTZ001  as it stands in the file
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("time," + ",".join(f"sensor {number} [V]" for number in range(1, CHANNELS + 1)) + "\n")
        for line in range(readings // CHANNELS):
            values = ",".join(f"{(line * 7 + number * 131) % 9973 / 100}" for number in range(CHANNELS))
            stream.write(f"{(moment + line * second):%Y-%m-%d %H:%M:%S},{values}\n")
    return path


def application(folder: Path, revisions: int) -> Format:
    """Make an application's kind of document with so many revisions, all of one schema's size.

    Each adds an index or drops the last one: what grows is the number of revisions alone.
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


def _format(folder: Path) -> Format:
    manifest, blank = Manifest.of(folder, complete=True), os.fspath(folder.with_suffix(".blank"))
    kind = Format(
        name="grown",
        program="grown 1.0",
        suffix=".grown",
        application_id=APPLICATION_ID,
        head=manifest.head,
        migrations=os.fspath(folder),
        manifest=manifest,
        blank=blank,
    )
    make_blank(blank, kind)
    return kind


def _filled(path: Path, script: str, readings: int) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in script.split(";"):
            connection.execute(statement, {"runs": max(readings // READINGS_OF_A_RUN, 1)})
    return path
