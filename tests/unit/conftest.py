"""Fixtures of the in-process tests: SQLite and PostgreSQL databases, and the engine that migrates them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, event

from myapp.schema.connections import as_url, create_migration_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database."""
    if request.param == "postgresql":
        new_database: Callable[[], str] = request.getfixturevalue("postgres")
        return as_url(new_database())
    return as_url(tmp_path / "test.db")


@pytest.fixture
def engine(database: URL) -> Engine:
    """The engine that migrates the database."""
    return create_migration_engine(database)


@pytest.fixture(autouse=True)
def engines_are_disposed() -> Iterator[None]:
    """The pools that a test fills are closed: Python 3.13 warns of each connection that is left open."""
    engines: set[Engine] = set()

    def note(connection: Connection) -> None:
        engines.add(connection.engine)

    event.listen(Engine, "engine_connect", note)
    yield
    event.remove(Engine, "engine_connect", note)
    for engine in engines:
        if not engine.dialect.is_async:  # those are closed in their loops
            engine.dispose()
