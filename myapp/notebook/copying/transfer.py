"""Moves a notebook, or a part of it, from one database to another in bulk: files and servers alike.

Rows leave the source as a stream in PostgreSQL's binary COPY format and go into a server as they are,
and into a file by statements of many rows. At the end both are read again and compared by digest.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select
from sqlalchemy.exc import IntegrityError

from myapp.errors import BadData, SystemRefused
from myapp.notebook.copying.copy_format import HEADER, TRAILER, Layout, length_of, rows_of
from myapp.notebook.copying.digest import Digest, digest
from myapp.notebook.copying.row_stream import RowStream, driver, without_signs_of_zero
from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen
from myapp.schema.driver_errors import server_words

Progress = Callable[[int, int], None]

_REFERENCES = """
    SELECT k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.oid = 'readings'::regclass AND k.contype = 'f' AND pg_has_role(c.relowner, 'USAGE')
"""
"""What readings refer to on a server, where this role may change that."""


@dataclass(frozen=True)
class Transferred:
    """What was moved: rows by table, and the digest that both sides have."""

    rows: dict[str, int]
    sha256: str


def transfer(
    source: Connection,
    target: Connection,
    chosen: Chosen,
    progress: Progress | None = None,
    *,
    names: tuple[str, str] = ("the source", "the target"),
) -> Transferred:
    """Copy what is chosen of one notebook into an empty one at the same revision; the caller commits.

    `progress` is called with (bytes of rows done, bytes in all); `names` are what errors call the two.
    Sequences of a server go on after the highest number. Raise BadData for a value that the target
    cannot hold, by table and key, and SystemRefused where the two differ at the end.
    """
    sending = _Sending(source, target.dialect.name, chosen, progress, names[0])
    into = (_File if target.dialect.name == "sqlite" else _Server)(target, names[0])
    try:
        into.begin()
        for table, query in chosen.rows().items():
            layout = Layout(metadata.tables[table])
            sending.digest.begin(table)
            if layout.content is not None:
                into.take_contents(layout, sending.contents(layout, query))
            else:
                into.take(layout, sending.rows(layout, query))
        into.finish()
    except _refusals(target) as error:
        detail = f"what it holds breaks a rule of a notebook: {server_words(error)}"
        raise BadData(names[0], 0, 0, detail) from error
    return _compared(sending.sha256(), target, chosen, names[1])


@dataclass(frozen=True)
class _Content:
    """A row with a content: its values, packed and not, and the content's size and pieces."""

    packed: bytes
    values: tuple[Any, ...]
    size: int
    pieces: Iterable[bytes]


class _Sending:
    """What leaves the source: counted, and hashed on its way where the source is a file.

    A server may hold -0.0, which is sent as it is and counts as 0.0: so its rows are read again.
    """

    def __init__(
        self, source: Connection, target: str, chosen: Chosen, progress: Progress | None, name: str
    ) -> None:
        self._source = source
        self._chosen = chosen
        self._name = name
        self._stream = RowStream(source, name, nul=target == "sqlite")
        self._meter = _Meter(progress, _size(source, chosen))
        self._file = source.dialect.name == "sqlite"
        self.digest = Digest()

    def rows(self, layout: Layout, query: Select[Any]) -> Iterator[bytes]:
        """Return the rows of a table."""
        adapted = without_signs_of_zero if self._file else None
        blocks = self._meter.through(self._stream.blocks(layout, query, adapted))
        return self.digest.rows(blocks) if self._file else blocks

    def contents(self, layout: Layout, query: Select[Any]) -> Iterator[_Content]:
        """Return the rows of a table with contents."""
        for packed, row in self._stream.with_contents(layout, query, func.length(layout.content)):
            values: tuple[Any, ...] = tuple(row[:-1])
            size: int = row[-1]
            pieces = self._meter.through(self._stream.pieces(layout, row[0], size))
            yield _Content(
                packed, values, size, self.digest.content(packed, pieces) if self._file else pieces
            )

    def sha256(self) -> str:
        """Return the digest of what the source holds, once all has been sent."""
        if self._file:
            return self.digest.hexadecimal()
        return digest(self._source, self._chosen, self._name)


class _Server:
    """Takes rows into PostgreSQL as they come."""

    def __init__(self, connection: Connection, _source: str) -> None:
        self._connection = connection
        self._tables: list[Layout] = []
        self._references: list[tuple[str, str]] = []

    def begin(self) -> None:
        """Put off the references of readings where this role owns them: looked at once, not row by row."""
        self._references = list(map(tuple, self._connection.exec_driver_sql(_REFERENCES)))
        for name, _definition in self._references:
            self._connection.exec_driver_sql(f'ALTER TABLE readings DROP CONSTRAINT "{name}"')

    def take(self, layout: Layout, blocks: Iterable[bytes]) -> None:
        """Take the rows of a table."""
        self._tables.append(layout)
        with self._copy(layout) as copy:
            copy.write(HEADER)
            for block in blocks:
                copy.write(block)
            copy.write(TRAILER)

    def take_contents(self, layout: Layout, rows: Iterable[_Content]) -> None:
        """Take the rows of a table with contents."""
        self.take(layout, self._flat(rows))

    def finish(self) -> None:
        """Let the sequences go on after what is there now, and hold the references again."""
        for layout in self._tables:
            if "id" in layout.table.c:
                name = layout.table.name
                self._connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"
                )
        for name, definition in self._references:
            self._connection.exec_driver_sql(f'ALTER TABLE readings ADD CONSTRAINT "{name}" {definition}')
        names = ", ".join(layout.table.name for layout in self._tables)
        self._connection.exec_driver_sql(f"ANALYZE {names}")  # of others' tables: a warning and no more

    def _copy(self, layout: Layout) -> Any:
        columns = ", ".join(column.name for column in layout.table.c)
        return (
            driver(self._connection)
            .cursor()
            .copy(f"COPY {layout.table.name} ({columns}) FROM STDIN (FORMAT binary)")
        )

    @staticmethod
    def _flat(rows: Iterable[_Content]) -> Iterator[bytes]:
        for row in rows:
            yield row.packed + length_of(row.size)
            yield from row.pieces


class _File:
    """Takes rows into SQLite."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source

    def begin(self) -> None:
        """Leave it as it is."""

    def take(self, layout: Layout, blocks: Iterable[bytes]) -> None:
        """Take the rows of a table."""
        step = 2 if layout.fixed else 1  # a fixed row has a count first, and a length before each value
        marks = ", ".join(f"?{index * step + step * 2 - 1}" for index in range(len(layout.columns)))
        insert = f"INSERT INTO {layout.table.name} ({_names(layout)}) VALUES ({marks})"
        raw = driver(self._connection)
        for rows in rows_of(layout, blocks):
            self._refuse_nan(layout, rows)
            raw.executemany(insert, rows)

    def take_contents(self, layout: Layout, rows: Iterable[_Content]) -> None:
        """Take the rows of a table with contents: room is made for each, and filled piece by piece."""
        assert layout.content is not None
        marks = ", ".join("?" * len(layout.columns))
        columns = f"{_names(layout)}, {layout.content.name}"
        insert = f"INSERT INTO {layout.table.name} ({columns}) VALUES ({marks}, zeroblob(?))"
        raw = driver(self._connection)
        for row in rows:
            raw.execute(insert, (*row.values, row.size))
            with raw.blobopen(layout.table.name, layout.content.name, row.values[0]) as blob:
                for piece in row.pieces:
                    blob.write(piece)

    def finish(self) -> None:
        """Leave it: SQLite numbers rows by what is there."""

    def _refuse_nan(self, layout: Layout, rows: list[Any]) -> None:
        if "d" not in layout.kinds:
            return
        at = 2 * (layout.kinds.index("d") + 1) if layout.fixed else layout.kinds.index("d")
        for row in rows:
            if row[at] != row[at]:
                values = row[2::2] if layout.fixed else row
                key = ", ".join(
                    f"{column.name} {value}"
                    for column, value in zip(layout.columns, values, strict=True)
                    if column.primary_key
                )
                detail = f"the row of {layout.table.name} with {key} is NaN, which no document can hold"
                raise BadData(self._source, 0, 0, detail)


class _Meter:
    """Counts the bytes that pass."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def through(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Hand blocks on and count them."""
        for block in blocks:
            yield block
            self._done += len(block)
            if self._progress:
                self._progress(min(self._done, self._total), self._total)


def _size(source: Connection, chosen: Chosen) -> int:
    """Return about how many bytes will pass: what is not counted here is small."""
    rows = chosen.rows()
    readings, attachments = Layout(metadata.tables["readings"]), metadata.tables["attachments"]
    assert readings.fixed
    count = select(func.count()).select_from(rows["readings"].subquery())
    sizes = rows["attachments"].with_only_columns(
        func.coalesce(func.sum(attachments.c.size), literal_column("0"))
    )
    return int(source.execute(count).scalar_one()) * readings.fixed.size + int(
        source.execute(sizes).scalar_one()
    )


def _refusals(target: Connection) -> tuple[type[Exception], ...]:
    """Return what says that a row breaks a constraint: the driver's own error and SQLAlchemy's."""
    driver_errors: Any = target.dialect.dbapi
    return IntegrityError, driver_errors.IntegrityError


def _compared(sent: str, target: Connection, chosen: Chosen, name: str) -> Transferred:
    arrived = digest(target, name=name)
    if sent != arrived:
        raise SystemRefused(name, f"what arrived ({arrived}) is not what was sent ({sent})")
    rows = {
        table: int(target.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one())
        for table in chosen.rows()
    }
    return Transferred(rows, sent)


def _names(layout: Layout) -> str:
    return ", ".join(column.name for column in layout.columns)
