"""Counts the rows of a document's tables for `info`, on the standard library's connection."""

import sqlite3

COUNTED = ("runs", "channels", "tags", "sources", "attachments")


_READINGS = """
    SELECT CASE WHEN EXISTS (SELECT 1 FROM overview_stale) THEN (SELECT count(*) FROM readings)
        ELSE (SELECT coalesce(sum(readings), 0) FROM totals) END
"""


def summary(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows of each small table, and of readings as the overview has counted them."""
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)
    *row, readings = connection.execute(f"SELECT {counts}, ({_READINGS})").fetchone()
    return dict(zip(COUNTED, row, strict=True)) | {"readings": int(readings)}
