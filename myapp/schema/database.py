"""Opens the database that migrations run on, or uses the engine or connection that the caller owns."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from sqlalchemy import URL, Connection, Engine

from myapp.errors import StrPath
from myapp.schema import connections
from myapp.schema.locations import sqlite_path
from myapp.schema.transaction import handed_over, raw_connection
from myapp.schema.waiting import OnWait, patiently

AnyDatabase = StrPath | URL | Engine | Connection


class Database:
    """A database by URL, by the path of a SQLite file, or by an engine or open connection of the caller's."""

    def __init__(
        self, database: AnyDatabase, wait: float, on_wait: OnWait | None, application_name: str
    ) -> None:
        self._owned = database if isinstance(database, Connection | Engine) else None
        self.url = self._owned.engine.url if self._owned else connections.as_url(database)
        self.subject = connections.subject(self.url)
        self.wait = wait
        self._on_wait = on_wait
        self._application_name = application_name

    @property
    def exists(self) -> bool:
        """Whether it can be read: False for a SQLite file that is not there."""
        path = sqlite_path(self.url)
        return self._owned is not None or not path or os.path.exists(path)

    @contextmanager
    def exclusive(self, *, rebuilding: bool = True) -> Iterator[Connection]:
        """Give a connection in the transaction that changes the schema: on the caller's own, or a new one."""
        if self._owned is None:
            with connections.exclusive(self._engine, self.wait, self._on_wait) as connection:
                yield connection
            return
        with (
            _connected(self._owned) as connection,
            handed_over(connection, self.wait, self._on_wait, rebuilding=rebuilding),
        ):
            yield connection

    @contextmanager
    def reading(self, *, writable: bool = False) -> Iterator[Connection]:
        """Give a connection to read with; a transaction that this begins is rolled back at the end.

        The wait for another program's lock is over by then.
        """
        with connections.reading(self._owned or self._engine, writable=writable) as connection:
            if connection.dialect.name == "sqlite":
                self._wait_to_read(connection)
            yield connection

    def _wait_to_read(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1")  # begins the transaction
        raw = raw_connection(connection)
        read = "SELECT count(*) FROM sqlite_master"
        patiently(raw, lambda: raw.execute(read).fetchone(), self.wait, self._on_wait)

    @cached_property
    def _engine(self) -> Engine:
        return connections.create_migration_engine(
            self.url, wait=self.wait, application_name=self._application_name
        )


@contextmanager
def _connected(owned: Engine | Connection) -> Iterator[Connection]:
    if isinstance(owned, Connection):
        yield owned
        return
    with owned.connect() as connection:
        yield connection
