"""Lets code that has no event loop use a driver that needs one: `+aiosqlite`, `+asyncpg`."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import URL, Engine

from myapp.errors import UsageError
from myapp.schema.driver_errors import first_line
from myapp.schema.locations import IN_AN_EVENT_LOOP

Result = TypeVar("Result")


def needs_event_loop(url: URL) -> bool:
    """Return whether a URL names a driver for event loops; one that SQLAlchemy does not know is none."""
    with suppress(Exception):
        return bool(url.get_dialect().is_async)
    return False


def create_looping_engine(url: URL, **options: Any) -> Engine:
    """Return the engine of a driver for event loops, which connects within `on_event_loop` only."""
    from sqlalchemy.ext.asyncio import create_async_engine

    return create_async_engine(url, **options).sync_engine


def on_event_loop(subject: str, work: Callable[[], Result]) -> Result:
    """Return the result of `work`, done in an event loop that ends with it, where SQLAlchemy may await.

    Raise UsageError, which names the `subject`, where a loop runs in this thread already.
    """
    import asyncio

    from sqlalchemy.util import greenlet_spawn

    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise UsageError(f"{subject}: an event loop runs in this thread: {IN_AN_EVENT_LOOP}")
    try:
        awaited = greenlet_spawn(work)
    except ImportError as error:
        raise UsageError(f"{subject}: its driver is for event loops ({first_line(error)})") from error
    return asyncio.run(awaited)
