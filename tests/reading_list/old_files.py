"""Makes the files that people have of the reading list: of three revisions, stamped and by `create_all`."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine

REVISIONS = ("3f1c9a20b7d4", "a0b4d1e95c66", "17e8c2f0a9b5")
"""Its revisions, oldest first."""

BOOKS = ["Solaris", "Пикник на обочине", "100 % Liebe; it's a 'test'"]


def make_old_files(folder: Path) -> list[Path]:
    """Make six files, each with books in it, as the application made them before it had documents."""
    files = []
    for release, revision in enumerate(REVISIONS, start=1):
        for way in ("stamped", "created"):
            file = folder / f"{way} {revision}.db"
            if way == "stamped":
                _upgrade(file, revision)
            else:
                _create_all(file, release)
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.executemany("INSERT INTO books (title) VALUES (?)", [(title,) for title in BOOKS])
            files.append(file)
    return files


def _upgrade(file: Path, revision: str) -> None:
    """Upgrade by Alembic's own command and the env.py that the application has."""
    config = Config()
    config.set_main_option("script_location", f"{Path(__file__).parent / 'alembic'}".replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{file}".replace("%", "%%"))
    command.upgrade(config, revision)


def _create_all(file: Path, release: int) -> None:
    """Make the tables of a release from its models."""
    metadata = MetaData()
    books = Table("books", metadata, Column("id", Integer, primary_key=True))
    books.append_column(Column("title", String(300), nullable=False, index=release > 2))
    if release > 1:
        author_id = Column("author_id", ForeignKey("authors.id", name="fk_books_author"))
        books.append_column(author_id)
        authors = Table("authors", metadata, Column("id", Integer, primary_key=True))
        authors.append_column(Column("name", String(200), nullable=False))
    if release > 2:
        books.append_column(Column("pages", Integer, server_default="0", nullable=False))
    engine = create_engine(f"sqlite:///{file}")
    metadata.create_all(engine)
    engine.dispose()
