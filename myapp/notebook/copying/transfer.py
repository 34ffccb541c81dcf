"""Copies a notebook, or a part of it, from one database to another: files and servers alike.

Rows go into a server by its binary COPY, and into a file by statements of many rows. Foreign keys of
readings are validated once at the end, and both sides are compared by digest.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from myapp.errors import BadData, SystemRefused
from myapp.notebook.copying.copy_format import HEADER, TRAILER, Row, RowLayout, layouts
from myapp.notebook.copying.digest import digest
from myapp.notebook.copying.row_reader import LENGTH, ByteCount, RowReader
from myapp.notebook.overview import keeping
from myapp.notebook.selection import TABLES, Part
from myapp.notebook.sql import Sql
from myapp.progress import Progress
from myapp.schema.driver_errors import server_message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_FOREIGN_KEYS = """
    SELECT k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.oid = 'readings'::regclass AND k.contype = 'f' AND pg_has_role(c.relowner, 'USAGE')
"""
"""The foreign keys of readings on a server, where this role may drop them."""


@dataclass(frozen=True)
class Transferred:
    """The rows that were copied, counted by table, and the digest that both sides have."""

    rows: dict[str, int]
    sha256: str


def transfer(
    source: "Connection",
    target: "Connection",
    part: Part,
    progress: Progress | None = None,
    *,
    names: tuple[str, str] = ("the source", "the target"),
) -> Transferred:
    """Copy a part of a notebook into an empty one at the same revision; the caller commits.

    `progress` receives the bytes of rows that were read, on both sides, and may raise Cancelled; errors call
    the two by `names`. Sequences of a server go on after the highest number. Raise BadData for a
    value that the target cannot hold, by table and key, and SystemRefused where the two differ at the end.
    """
    origin, new = Sql(source), Sql(target)
    to_file = new.dialect == "sqlite"
    # The rows of a file are hashed while they are packed for a server; all others are read once more.
    # The digest comes first: it names a row that cannot be packed before anything is written.
    hashed_while_sent = origin.dialect == "sqlite" and not to_file
    count = ByteCount(progress, (2 if hashed_while_sent else 3) * _size(origin, part))
    sent = "" if hashed_while_sent else digest(origin, part, names[0], count)
    reader = RowReader(origin, names[0], count, nul=to_file)
    try:
        with keeping.noting(new):
            (_FileWriter if to_file else _ServerWriter)(new, reader).write(part)
        keeping.note(new, dict.fromkeys(new.column("SELECT id FROM runs")))
    except (new.driver.IntegrityError, sqlite3.DataError) as error:  # the latter: a value too long
        detail = f"a row breaks a rule of a notebook: {server_message(error)}"
        raise BadData(names[0], 0, 0, detail) from error
    return _compared(sent or reader.sha256(), new, names[1], count)


class _ServerWriter:
    """Writes a notebook into PostgreSQL."""

    def __init__(self, target: Sql, reader: RowReader) -> None:
        self._target = target
        self._reader = reader
        self._foreign_keys: list[tuple[str, str]] = []

    def write(self, part: Part) -> None:
        """Write the part's rows; the readings' foreign keys are away meanwhile, where this role may do it."""
        self._foreign_keys = self._target(_FOREIGN_KEYS).fetchall()
        for name, _definition in self._foreign_keys:
            self._target(f'ALTER TABLE readings DROP CONSTRAINT "{name}"')
        for layout in layouts():
            self._write_table(layout, part)
        self._finish([layout.table.name for layout in layouts() if "id" in layout.table.c])

    def _write_table(self, layout: RowLayout, part: Part) -> None:
        columns = ", ".join(column.name for column in layout.table.c)
        statement = f"COPY {layout.table.name} ({columns}) FROM STDIN (FORMAT binary)"
        with (
            closing(self._reader.packed(layout, part)) as blocks,
            self._target.driver.cursor().copy(statement) as copy,
        ):
            copy.write(HEADER)
            for block in blocks:
                copy.write(block)
            copy.write(TRAILER)

    def _finish(self, numbered: list[str]) -> None:
        """Set the sequences of numbered tables behind their last row, and restore the foreign keys."""
        for name in numbered:
            self._target(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
        for name, definition in self._foreign_keys:
            self._target(f'ALTER TABLE readings ADD CONSTRAINT "{name}" {definition}')


class _FileWriter:
    """Writes a notebook into SQLite, which numbers new rows after those that are there."""

    def __init__(self, target: Sql, reader: RowReader) -> None:
        self._target = target
        self._reader = reader

    def write(self, part: Part) -> None:
        """Write the part's rows."""
        for layout in layouts():
            (self._write_rows if layout.content is None else self._write_contents)(layout, part)

    def _write_rows(self, layout: RowLayout, part: Part) -> None:
        marks = ", ".join("?" * len(layout.columns))
        insert = f"INSERT INTO {layout.table.name} ({layout.names}) VALUES ({marks})"
        raw = self._target.driver
        with closing(self._reader.rows(layout, part)) as blocks:
            for rows in blocks:
                self._refuse_nan(layout, rows)
                raw.executemany(insert, rows)

    def _write_contents(self, layout: RowLayout, part: Part) -> None:
        """Write rows with contents: each is made with room for its content, which comes in pieces."""
        assert layout.content is not None
        table, content = layout.table.name, layout.content.name
        marks = ", ".join("?" * len(layout.columns))
        insert = f"INSERT INTO {table} ({layout.names}, {content}) VALUES ({marks}, zeroblob(?))"
        raw = self._target.driver
        with closing(self._reader.with_contents(layout, part, LENGTH)) as rows:
            for _packed, row in rows:
                raw.execute(insert, row)
                with (
                    raw.blobopen(table, content, row[0]) as blob,
                    closing(self._reader.pieces(layout, row[0], row[-1])) as pieces,
                ):
                    for piece in pieces:
                        blob.write(piece)

    def _refuse_nan(self, layout: RowLayout, rows: list[Row]) -> None:
        if "d" not in layout.codes:
            return
        index = layout.codes.index("d")
        for row in rows:
            if row[index] != row[index]:
                detail = f"{layout.row_name(row)} is NaN, which no document can hold"
                raise BadData(self._reader.name, 0, 0, detail)


def _size(source: Sql, part: Part) -> int:
    """Return about how many bytes the part's rows have: those of readings and attachments."""
    conditions = part.conditions(source.dialect)
    count, total = (
        int(source.value(f"SELECT {figure} FROM {table} WHERE {conditions[table]}", **part.values))
        for table, figure in (("readings", "count(*)"), ("attachments", "coalesce(sum(size), 0)"))
    )
    of_reading = next(layout.fixed for layout in layouts() if layout.table.name == "readings")
    return count * (of_reading.size if of_reading else 0) + total


def _compared(sent: str, target: Sql, name: str, count: ByteCount) -> Transferred:
    arrived = digest(target, name=name, count=count)
    if sent != arrived:
        raise SystemRefused(name, f"the copy's digest ({arrived}) is not the source's ({sent})")
    count.finish()
    return Transferred({table: int(target.value(f"SELECT count(*) FROM {table}")) for table in TABLES}, sent)
