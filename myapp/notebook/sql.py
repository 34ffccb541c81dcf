"""Runs plain SQL with `:named` parameters on SQLite and PostgreSQL, through whatever connection there is."""

from __future__ import annotations

import re
import sqlite3

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_PARAMETER = re.compile(r":(\w+)")

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
    """A driver's connection to either database, sqlite3's or psycopg's, or SQLAlchemy's.

    `dialect` is `sqlite` or `postgresql`. `database` is the name of one that is attached, with a dot, and
    goes before the names of its tables; that of the connection itself is "".
    """

    def __init__(self, connection: Any, database: str = "") -> None:
        self._connection = connection
        self.database = database
        is_file = isinstance(connection, sqlite3.Connection)
        self.dialect: str = "sqlite" if is_file else "postgresql"
        self._execute: Callable[[str, Any], Any] = connection.execute
        if hasattr(connection, "dialect"):  # SQLAlchemy's
            self.dialect = connection.dialect.name
            self._execute = connection.exec_driver_sql
        self._in_words = self.dialect == "postgresql"

    def __call__(self, statement: str, /, **parameters: Any) -> Any:
        """Execute a statement; return its result, which yields rows and has `fetchone` and `fetchall`."""
        return self._execute(self._spelled(statement), parameters)

    def many(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute a statement with each of the sets of parameters."""
        if not rows:
            return
        if hasattr(self._connection, "dialect"):
            self._execute(self._spelled(statement), rows)
        else:
            self._connection.cursor().executemany(self._spelled(statement), rows)

    def column(self, statement: str, /, **parameters: Any) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self(statement, **parameters)]

    def value(self, statement: str, /, **parameters: Any) -> Any:
        """Return the first value of the first row, None where there is no row."""
        row = self(statement, **parameters).fetchone()
        return None if row is None else row[0]

    def _spelled(self, statement: str) -> str:
        """Return a statement with its parameters as psycopg writes them: `%(name)s`."""
        return _PARAMETER.sub(r"%(\1)s", statement) if self._in_words else statement
