"""Runs plain SQL with `:named` parameters on SQLite and PostgreSQL, through whatever connection there is."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from typing import Any

    Connection = Any
    """A driver's connection to either database, sqlite3's or psycopg's, SQLAlchemy's, or an `Sql`."""

ROWS = 4096
"""Rows that are fetched at once."""

_PARAMETER = re.compile(r"(?<!:):(\w+)")

_CONDITIONS = {
    "sqlite": "{column} IN (SELECT value FROM json_each('[' || {ids} || ']'))",
    "postgresql": "{column} = ANY (CAST(string_to_array({ids}, ',') AS BIGINT[]))",
}
"""Each uses an index of the column; PostgreSQL took two to four times as long for IN (SELECT unnest(…))."""


def condition(column: str, ids: str, dialect: str) -> str:
    """Return the condition that a column has one of many ids, which are bound as one text, `1,2,3`.

    `ids` is the expression of their text, such as a parameter's name. Databases accept some thousand
    parameters, SQLite a million letters of a statement, and 200,000 ids would be too many for both.
    """
    return _CONDITIONS[dialect].format(column=column, ids=ids)


def as_text(ids: Sequence[int]) -> str:
    """Return the text by which ids are bound."""
    return ",".join(map(str, ids))


class Sql:
    """A connection to either database, in the transaction that it is in.

    `driver` is the driver's connection, and `dialect` is `sqlite` or `postgresql`. `database` is the name of
    one that is attached, with a dot, and goes before the names of its tables; that of the connection itself
    is "".
    """

    def __init__(self, connection: Connection, database: str = "") -> None:
        self.driver: Any = _driver(connection)
        self.database = database
        self.dialect = "sqlite" if isinstance(self.driver, sqlite3.Connection) else "postgresql"

    def __call__(self, statement: str, /, **parameters: Any) -> Any:
        """Execute a statement; return the driver's cursor, which yields rows."""
        return self.driver.execute(self.spelled(statement), parameters)

    def many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute a statement with each of the sets of parameters."""
        if rows:
            self.driver.cursor().executemany(self.spelled(statement), rows)

    def stream(self, statement: str, /, **parameters: Any) -> Generator[Sequence[Any], None, None]:
        """Yield rows, of which memory holds some thousand; the caller closes the generator."""
        with closing(self.cursor()) as cursor:
            cursor.execute(self.spelled(statement), parameters)
            while rows := cursor.fetchmany(ROWS):
                yield from rows

    def cursor(self) -> Any:
        """Return a cursor whose rows stay in the database until they are fetched."""
        if self.dialect == "sqlite":
            return self.driver.cursor()
        # a million readings took 1.1 s so, and 2 s or more by a text cursor and by COPY
        return self.driver.cursor(name="rows", binary=True)

    def column(self, statement: str, /, **parameters: Any) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self(statement, **parameters)]

    def value(self, statement: str, /, **parameters: Any) -> Any:
        """Return the first value of the first row, None where there is no row."""
        with closing(self(statement, **parameters)) as cursor:
            row = cursor.fetchone()
        return None if row is None else row[0]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done meanwhile where it fails."""
        self("SAVEPOINT part")
        try:
            yield
        except BaseException:
            with suppress(Exception):  # where the connection is gone, so is all that was done
                self("ROLLBACK TO SAVEPOINT part")
                self("RELEASE SAVEPOINT part")
            raise
        self("RELEASE SAVEPOINT part")

    def spelled(self, statement: str) -> str:
        """Return a statement as the driver takes it: psycopg writes parameters as `%(name)s`."""
        return _PARAMETER.sub(r"%(\1)s", statement) if self.dialect == "postgresql" else statement


def _driver(connection: Connection) -> Any:
    """Return the driver's connection, in the transaction of SQLAlchemy's where it is one of that."""
    if isinstance(connection, Sql):
        return connection.driver
    if not hasattr(connection, "exec_driver_sql"):
        return connection
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection
