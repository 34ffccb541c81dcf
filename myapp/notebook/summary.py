"""Counts the rows of a document's small tables for `info`, on the standard library's connection."""

import sqlite3

COUNTED = ("runs", "channels", "tags", "sources", "attachments")


def summary(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows of each small table; readings are left out, they take time to count."""
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED)
    row = connection.execute(f"SELECT {counts}").fetchone()
    return dict(zip(COUNTED, row, strict=True))
