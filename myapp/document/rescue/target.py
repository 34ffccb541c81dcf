"""Fills a new document with rescued rows: those that fit, whose key is free, and that point somewhere."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from myapp.document.format import DocumentFormat
from myapp.document.rescue.pages import Value
from myapp.document.rescue.report import Report
from myapp.document.rescue.tables import Column, Reference, Table, orphaned

_BATCH = 1000
Values = tuple[Value, ...]


class Target:
    """A new document of the old one's revision while it is filled; rows of `derived` tables are left out."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        tables: Sequence[Table],
        report: Report,
        derived: Collection[str] = (),
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._report = report
        self._derived = derived
        self._parents = {reference.table for table in tables for reference in table.references}

    def add(self, table: Table, rows: Iterable[Values]) -> None:
        """Add the rows that fit; of a row to which others point, replace only the values that do not."""
        remaining = iter(rows)
        while batch := list(islice(remaining, _BATCH)):
            if table.name in self._derived:  # read nevertheless: its pages are not lost
                continue
            fitting = [row for each in batch if (row := self._fitting(table, each)) is not None]
            self._insert(table, fitting)

    def settle(self, damaged: Collection[str], revision: str, format: DocumentFormat) -> None:
        """Take out what points nowhere, and what a later revision would refuse.

        Where a table in `damaged` lacks a row to which others point, one is made that stands in for it.
        """
        for table in self._tables:
            for reference in table.references:
                if reference.table in damaged:
                    self._make_missing(table, reference)
                self._leave_out_orphans(table, reference)
        for refusal in format.refusals_after(revision):
            self._leave_out(refusal.table, refusal.condition, refusal.reason, refusal.column)

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        return {
            table.name: self._connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
            for table in self._tables
            if table.name not in self._derived
        }

    def _fitting(self, table: Table, row: Values) -> Values | None:
        misfits = table.misfits(row)
        if not misfits:
            return row
        reason = ", ".join(f"{column.name} is no {column.type_}" for column in misfits)
        replaceable = table.name in self._parents or not any(column.required for column in misfits)
        if not replaceable or any(column.name in table.key for column in misfits):
            self._report.leave_out(table.name, reason, table.names, row)
            return None
        self._report.leave_out(table.name, f"{reason} (the rest was kept)", table.names, row)
        return self._replaced(table, row, misfits)

    def _replaced(self, table: Table, row: Values, misfits: Sequence[Column]) -> Values:
        key = " ".join(str(value) for name, value in zip(table.names, row, strict=True) if name in table.key)
        return tuple(
            column.stand_in(_label(table.name, key)) if column in misfits else value
            for column, value in zip(table.columns, row, strict=True)
        )

    def _insert(self, table: Table, rows: Sequence[Values]) -> None:
        statement = _insertion(table)
        self._connection.execute("SAVEPOINT batch")
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.IntegrityError:
            self._connection.execute("ROLLBACK TO batch")
            for row in rows:
                self._insert_one(table, statement, row)
        self._connection.execute("RELEASE batch")

    def _insert_one(self, table: Table, statement: str, row: Values) -> None:
        try:
            self._connection.execute(statement, row)
        except sqlite3.IntegrityError as error:
            if not self._has(table, row):
                reason = "another row has its key" if "UNIQUE" in str(error) else str(error)
                self._report.leave_out(table.name, reason, table.names, row)

    def _has(self, table: Table, row: Values) -> bool:
        same = [f'"{name}" {"=" if name in table.key else "IS"} ?' for name in table.names]
        query = f'SELECT 1 FROM "{table.name}" WHERE {" AND ".join(same)}'
        return self._connection.execute(query, row).fetchone() is not None

    def _make_missing(self, table: Table, reference: Reference) -> None:
        (parent,) = (each for each in self._tables if each.name == reference.table)
        missing = f'SELECT DISTINCT "{reference.column}" FROM "{table.name}" WHERE {orphaned(reference)}'
        for (key,) in self._connection.execute(missing).fetchall():
            label = _label(parent.name, str(key))
            row = [
                key if column.name == reference.target else column.stand_in(label)
                for column in parent.columns
            ]
            with_rest = self._connection.execute(
                _insertion(parent).replace("INSERT", "INSERT OR IGNORE"), row
            )
            self._report.made[parent.name] += max(with_rest.rowcount, 0)

    def _leave_out_orphans(self, table: Table, reference: Reference) -> None:
        self._leave_out(table.name, orphaned(reference), f"it points to no row of {reference.table}", "")

    def _leave_out(self, table: str, condition: str, reason: str, column: str) -> None:
        """Report the rows of a condition and delete them, or only their value in a column."""
        for described in (each for each in self._tables if each.name == table):
            columns = ", ".join(f'"{name}"' for name in described.names)
            for row in self._connection.execute(f'SELECT {columns} FROM "{table}" WHERE {condition}'):
                self._report.leave_out(table, reason, described.names, row)
            if column:
                self._connection.execute(f'UPDATE "{table}" SET "{column}" = NULL WHERE {condition}')
            else:
                self._connection.execute(f'DELETE FROM "{table}" WHERE {condition}')


def _insertion(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in table.names)
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({", ".join("?" * len(table.names))})'


def _label(table: str, key: str) -> str:
    return f"rescued {table} {key}"
