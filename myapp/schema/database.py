"""Opens the database that migrations run on, or uses the connection that the caller owns."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from myapp.errors import StrPath, UpgradeFailed
from myapp.schema import connections, driver_errors
from myapp.schema.conservation import LosesInformation
from myapp.schema.waiting import OnWait


class Database:
    """A database by URL, by the path of a SQLite file, or by an open connection of the caller's."""

    def __init__(
        self,
        database: StrPath | URL | Connection,
        wait: float,
        on_wait: OnWait | None,
        application_name: str,
    ) -> None:
        self.connection = database if isinstance(database, Connection) else None
        self.url = database.engine.url if isinstance(database, Connection) else connections.as_url(database)
        self.subject = connections.subject(self.url)
        self.wait = wait
        self._on_wait = on_wait
        self._application_name = application_name

    @property
    def exists(self) -> bool:
        """Whether it can be read: False for a SQLite file that is not there."""
        path = self.url.database if self.url.get_backend_name() == "sqlite" else None
        return self.connection is not None or not path or os.path.exists(path)

    @contextmanager
    def exclusive(self) -> Iterator[Connection]:
        """Give a connection in the transaction that changes the schema: the caller's own, or a new one."""
        if self.connection is not None:
            yield self.connection
            return
        with connections.exclusive(self._engine, self.wait, self._on_wait) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with; a new one is rolled back at the end."""
        if self.connection is not None:
            yield self.connection
            return
        with connections.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def failing(self, step: str) -> Iterator[None]:
        """Turn an error of a revision or of Alembic into UpgradeFailed, and a driver's into its meaning."""
        try:
            yield
        except (CommandError, SQLAlchemyError) as error:
            meaning = driver_errors.explain(error, self.subject, self.wait)
            if meaning is None:
                lost = error.lost if isinstance(error, LosesInformation) else {}
                meaning = UpgradeFailed(self.subject, step, driver_errors.first_line(error), lost)
            raise meaning from error

    @cached_property
    def _engine(self) -> Engine:
        return connections.create_migration_engine(
            self.url, wait=self.wait, application_name=self._application_name
        )


def stamped_revisions(connection: Connection) -> tuple[str, ...]:
    """Return the revisions in a database's version table, () where it has none."""
    return tuple(MigrationContext.configure(connection).get_current_heads())
