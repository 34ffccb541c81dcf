"""What a document holds, read with nothing but sqlite3: the measure of "nothing lost"."""

import sqlite3
from contextlib import closing
from pathlib import Path


def content(document: Path) -> tuple[int, int, float]:
    """Return the number of runs, the number of readings and the sum of their values."""
    with closing(sqlite3.connect(document)) as connection:
        runs = connection.execute("SELECT count(*) FROM runs").fetchone()
        readings = connection.execute("SELECT count(*), round(total(value), 6) FROM readings").fetchone()
    return (*runs, *readings)


def revision(document: Path) -> int:
    """Return the ordinal of a document's revision."""
    with closing(sqlite3.connect(document)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]
