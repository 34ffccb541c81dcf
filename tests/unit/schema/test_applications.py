"""Whole applications on the migrations alone: asynchronous, with two databases, in a shared database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from myapp.errors import UpgradeFailed
from myapp.schema.connections import as_url
from myapp.schema.migrations import Migrations
from tests.applications import asynchronous, shared_database, two_databases
from tests.migration_folders import FOUR, write
from tests.program import ROOT


def tables(url: URL) -> set[str]:
    """Return the names of the tables of a database."""
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names())


# Asynchronous


@pytest.fixture(params=["sqlite+aiosqlite", "postgresql+asyncpg"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database by the URL of an asynchronous driver."""
    if request.param == "sqlite+aiosqlite":
        return URL.create("sqlite+aiosqlite", database=str(tmp_path / "a.db"))
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    return as_url(postgres()).set(drivername="postgresql+asyncpg")


def test_an_asynchronous_application_upgrades_its_database_when_it_starts(url: URL) -> None:
    async def session() -> list[str]:
        async with asynchronous.lifespan(url) as sessions:
            await asynchronous.add(sessions, "Emma")
            return await asynchronous.titles(sessions)

    assert asyncio.run(session()) == ["Emma"]
    assert asyncio.run(session()) == ["Emma", "Emma"]
    migrations = Migrations(asynchronous.MIGRATIONS, url)
    assert (migrations.current(), migrations.compare()) == (("0c44d9e1aa90",), [])


def test_its_older_database_is_upgraded_with_its_rows(url: URL) -> None:
    Migrations(asynchronous.MIGRATIONS, url).upgrade("3f1c")

    async def session() -> list[str]:
        async with asynchronous.lifespan(url) as sessions:
            return await asynchronous.titles(sessions)

    plain = url.set(
        drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[url.get_backend_name()]
    )
    with create_engine(plain, poolclass=NullPool).begin() as connection:
        connection.execute(text("INSERT INTO books (title) VALUES ('Persuasion')"))
    assert asyncio.run(session()) == ["Persuasion"]


def test_alembics_own_command_takes_its_url(url: URL, tmp_path: Path) -> None:
    ini = tmp_path / "alembic.ini"
    location = f"script_location = {asynchronous.MIGRATIONS}\npath_separator = os\n"
    name = url.render_as_string(hide_password=False).replace("%", "%%")
    logging = (
        "[loggers]\nkeys = root\n[handlers]\nkeys = screen\n[formatters]\nkeys =\n"
        "[logger_root]\nlevel = INFO\nhandlers = screen\n[handler_screen]\nclass = StreamHandler\nargs = ()\n"
    )
    ini.write_text(f"[alembic]\n{location}sqlalchemy.url = {name}\n{logging}", encoding="utf-8")
    alembic = [sys.executable, "-c", "from alembic.config import main; main()", "-c", str(ini)]
    done = subprocess.run([*alembic, "upgrade", "head"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert "Running upgrade 3f1c9a7be012 -> 0c44d9e1aa90" in done.stderr
    done = subprocess.run([*alembic, "check"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert "No new upgrade operations" in done.stdout


# Two databases


@pytest.fixture
def both(tmp_path: Path, postgres: Callable[[], str]) -> list[URL]:
    """An empty file and an empty database on a server."""
    return [make_url(f"sqlite:///{tmp_path / 'catalogue.db'}"), make_url(postgres())]


def test_two_databases_are_upgraded_compared_and_downgraded_together(both: list[URL]) -> None:
    migrations = two_databases.migrations(*both)
    assert len(migrations.upgrade()) == 2
    assert [tables(url) - {"alembic_version"} for url in both] == [{"books"}, {"readers"}]
    assert migrations.compare() == []
    with create_engine(both[1], poolclass=NullPool).begin() as connection:
        connection.execute(text("INSERT INTO readers VALUES (1, 'anna@example.org')"))
    with pytest.raises(UpgradeFailed, match="would lose 1 readers"):
        migrations.downgrade("base")
    assert [tables(url) - {"alembic_version"} for url in both] == [{"books"}, {"readers"}]
    assert len(migrations.downgrade("base", lose=["0001"])) == 2


# A shared database


def test_two_applications_in_one_database_have_a_version_each(tmp_path: Path, database: URL) -> None:
    theirs = Migrations(write(tmp_path / "m", FOUR), database)
    ours = Migrations(shared_database.MIGRATIONS, database)
    theirs.upgrade("0002")
    assert ours.current() == ()
    assert len(ours.upgrade()) == 1
    assert (theirs.current(), ours.current()) == (("0002",), ("0001",))
    assert ours.compare() == []
    assert len(theirs.upgrade()) == 2
    assert len(ours.downgrade("base")) == 1
    assert tables(database) == {"a", "alembic_version", "library_version"}
