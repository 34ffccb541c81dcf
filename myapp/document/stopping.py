"""Lets a stop token end work between two SQL statements, and within one on a server."""

from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import Engine, event

from myapp.progress import StopToken


def check_before_statements(engine: Engine, subject: str, stop: StopToken) -> None:
    """Make every statement of an engine raise Cancelled once the token is stopped."""
    event.listen(engine, "before_cursor_execute", lambda *_: stop.check(subject))


def cancel_statements(engine: Engine, stop: StopToken) -> None:
    """Make the thread that stops the token cancel the statement that runs on a PostgreSQL server."""

    def opened(connection: Any, record: Any) -> None:
        record.info["cancel"] = partial(_cancel, connection)
        stop.add_callback(record.info["cancel"])

    def closing(_connection: Any, record: Any) -> None:
        stop.remove_callback(record.info["cancel"])

    event.listen(engine, "connect", opened)
    event.listen(engine, "close", closing)


def _cancel(connection: Any) -> None:
    from psycopg import Error

    with suppress(Error):  # where the server cannot be reached, the statement ends by itself
        connection.cancel_safe()  # does nothing on a closed connection
