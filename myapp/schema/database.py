"""Opens the databases that migrations run on, or uses the engines or connections that the caller owns."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager

from sqlalchemy import URL, Connection, Engine

from myapp.errors import StrPath, UsageError
from myapp.schema import connections
from myapp.schema.event_loop import needs_event_loop
from myapp.schema.locations import sqlite_path
from myapp.schema.transaction import handed_over, is_changing, raw_connection
from myapp.schema.waiting import OnWait, patiently

AnyDatabase = StrPath | URL | Engine | Connection

UNNAMED = ""
"""The name of a database that is the only one."""


class Database:
    """A database by URL, by the path of a SQLite file, or by an engine or open connection of the caller's."""

    def __init__(
        self, database: AnyDatabase, wait: float, on_wait: OnWait | None, application_name: str
    ) -> None:
        self.owned = database if isinstance(database, Connection | Engine) else None
        self.url = self.owned.engine.url if self.owned else connections.as_url(database)
        self.subject = connections.subject(self.url)
        self._wait = wait
        self._on_wait = on_wait
        self._application_name = application_name

    @property
    def exists(self) -> bool:
        """Whether it can be read: False for a SQLite file that is not there."""
        path = sqlite_path(self.url)
        return self.owned is not None or not path or os.path.exists(path)

    @contextmanager
    def exclusive(self, *, rebuilding: bool = True) -> Iterator[Connection]:
        """Give a connection in the transaction that changes the schema: on the caller's own, or a new one."""
        if self.owned is None:
            connections.demand_lasting(self.url)
            with connections.exclusive(self._engine_of(self.url), self._wait, self._on_wait) as connection:
                yield connection
            return
        with (
            connections.connected(self.owned) as connection,
            handed_over(connection, self._wait, self._on_wait, rebuilding=rebuilding),
        ):
            yield connection

    @contextmanager
    def reading(self, *, writable: bool = False) -> Iterator[Connection]:
        """Give a connection to read with; a transaction that this begins is rolled back at the end.

        The wait for another program's lock is over by then. For a SQLite file that is not there, an empty
        database is read, unless it is `writable`.
        """
        url = self.url if self.exists or writable else URL.create(self.url.drivername)
        with connections.reading(self.owned or self._engine_of(url), writable=writable) as connection:
            if connection.dialect.name == "sqlite" and not is_changing(connection):
                self._wait_to_read(connection)
            yield connection

    def _wait_to_read(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1")  # begins the transaction
        raw = raw_connection(connection)
        read = "SELECT count(*) FROM sqlite_master"
        patiently(raw, lambda: raw.execute(read).fetchone(), self._wait, self._on_wait)

    def _engine_of(self, url: URL) -> Engine:
        return connections.create_migration_engine(
            url, wait=self._wait, application_name=self._application_name
        )


class Databases:
    """The databases of one migrations directory by name; the only one, as of most programs, has no name."""

    def __init__(
        self,
        databases: AnyDatabase | Mapping[str, AnyDatabase],
        wait: float,
        on_wait: OnWait | None,
        application_name: str,
    ) -> None:
        named = databases if isinstance(databases, Mapping) else {UNNAMED: databases}
        if not named:
            raise UsageError("there is no database to migrate: name at least one")
        self.by_name = {
            name: Database(database, wait, on_wait, application_name) for name, database in named.items()
        }
        self.wait = wait

    @property
    def first(self) -> Database:
        """The first database, which is the only one of most programs."""
        return next(iter(self.by_name.values()))

    def demand_one(self) -> None:
        """Raise UsageError if there are several."""
        if len(self.by_name) > 1:
            raise UsageError(
                f"this is done for one database at a time: name one of {', '.join(self.by_name)}"
            )

    @property
    def exists(self) -> bool:
        """Whether one of them can be read."""
        return any(each.exists for each in self.by_name.values())

    @property
    def subject(self) -> str:
        """The databases as an error names them."""
        return ", ".join(database.subject for database in self.by_name.values())

    @property
    def looping(self) -> bool:
        """Whether one of them needs an event loop."""
        return any(each.owned is None and needs_event_loop(each.url) for each in self.by_name.values())

    @property
    def handed_over(self) -> bool:
        """Whether one of them is a connection, so that the caller expects the work there."""
        return any(isinstance(each.owned, Connection) for each in self.by_name.values())

    def exclusive(self, *, rebuilding: bool = True) -> AbstractContextManager[dict[str, Connection]]:
        """Give connections by name, each in the transaction that changes its schema; all end together.

        They are committed one after the other: a failure of the first commit undoes all.
        """
        return _all({n: each.exclusive(rebuilding=rebuilding) for n, each in self.by_name.items()})

    def reading(self, *, writable: bool = False) -> AbstractContextManager[dict[str, Connection]]:
        """Give connections by name to read with; a file that does not exist is left out if others do."""
        present = {name: each for name, each in self.by_name.items() if each.exists} or self.by_name
        return _all({name: each.reading(writable=writable) for name, each in present.items()})


@contextmanager
def _all(entered: Mapping[str, AbstractContextManager[Connection]]) -> Iterator[dict[str, Connection]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(each) for name, each in entered.items()}
