"""Makes and reads documents of the reading list."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from myapp.document.context import Context
from myapp.document.open import open_document
from myapp.schema.migrations import Migrations
from tests.shelf import MIGRATIONS

BOOKS = [(1, "Emma", "Jane Austen"), (2, "Ulysses", "James Joyce")]


def made(path: Path, revision: str, migrations: Path = MIGRATIONS) -> Path:
    """Make a document as the release of a revision made it, with two books."""
    Migrations(migrations, path).upgrade(revision)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO about VALUES (1, 'shelf 1.0', 'shelf 1.0')")
        connection.executemany("INSERT INTO books (id, title, author) VALUES (?, ?, ?)", BOOKS)
    return path


def books(path: Path | str, context: Context) -> list[tuple[object, ...]]:
    """Return the books of a document, which is upgraded first."""
    with open_document(path, context) as document, document.reading() as connection:
        rows = connection.exec_driver_sql("SELECT id, title, author FROM books ORDER BY id").all()
    return [tuple(row) for row in rows]


def rows(path: Path | str, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
