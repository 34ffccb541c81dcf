"""An asynchronous application: it upgrades its database when it starts, on its own event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from myapp.schema.migrations import Migrations
from tests.applications.asynchronous.models import Book

MIGRATIONS = Path(__file__).parent / "migrations"

Sessions = async_sessionmaker[AsyncSession]


def upgrade(connection: Connection) -> None:
    """Upgrade the database to the newest revision."""
    Migrations(MIGRATIONS, connection).upgrade()


@asynccontextmanager
async def lifespan(url: URL) -> AsyncIterator[Sessions]:
    """Give sessions on an upgraded database, as the lifespan of a web application does."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
    yield async_sessionmaker(engine)
    await engine.dispose()


async def add(sessions: Sessions, title: str) -> None:
    """Add a book."""
    async with sessions.begin() as session:
        session.add(Book(title=title))


async def titles(sessions: Sessions) -> list[str]:
    """Return the titles of all books."""
    async with sessions() as session:
        return list(await session.scalars(select(Book.title).order_by(Book.title)))
