"""Fixtures of the in-process tests: SQLite and PostgreSQL databases, and the engine that migrates them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

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
