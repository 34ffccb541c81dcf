"""Importing a CSV file as a run, all or nothing, inside the transaction of the caller.

Readings go many to a statement, with the run and the channel written into it.
"""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from myapp.errors import BadData, StrPath
from myapp.notebook.intake.byte_stream import Source
from myapp.notebook.intake.converting import Series as _Column
from myapp.notebook.intake.csv_file import Batch, CsvFile
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.faults import Fault
from myapp.notebook.intake.layout import ChannelColumn
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.models import metadata

ROWS_PER_STATEMENT = 200
_LOOK_UP = 1000

_RUNS = metadata.tables["runs"]
_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]
_SOURCES = metadata.tables["sources"]
_INSERT = "INSERT INTO readings (run_id, channel_id, time, value)"
_COPY = "COPY readings (run_id, channel_id, time, value) FROM STDIN (FORMAT binary)"
_NEW_CHANNEL = text(
    "INSERT INTO channels (name, unit) VALUES (:name, :unit) ON CONFLICT (name, unit) DO NOTHING"
)


@dataclass(frozen=True)
class ImportResult:
    """What an import made. Times are UTC microseconds; `channels` are (name, unit) in the file's order.

    `gaps` counts the fields of those channels that held no reading; `skipped` names the columns that
    hold text or nothing; `faults` counts what could not be read and was left out, rows and fields.
    `format` is how the file was read.
    """

    run_id: int
    title: str
    started_at: int
    ended_at: int
    channels: tuple[tuple[str, str], ...]
    readings: int
    gaps: int
    skipped: tuple[str, ...]
    faults: int
    format: CsvFormat


def import_csv(
    connection: Connection,
    path: Source,
    options: ImportOptions | None = None,
    *,
    title: str | None = None,
    now_us: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    again: bool = False,
    report: Callable[[Fault], None] | None = None,
) -> ImportResult:
    """Import a CSV file as one new run and return what was made; the caller commits or rolls back.

    `path` may be an open stream of bytes. `options` say how it is written where that is not to be found
    out. `title` is the file's name without its suffix where none is given; `now_us` is the time of the
    import in UTC microseconds; `progress` is called with (bytes done, bytes in all), and not for streams.
    A file whose content is in the document already is refused unless `again`. `report` gets each thing
    that is left out where the options skip what cannot be read. Raise BadData, UsageError, OSError.
    """
    if not again:
        _refuse_known_file(connection, path)
    with CsvFile(path, options, report) as file:
        load = _Load(connection, file, title or _stem(file.path))
        for batch in file.batches():
            load.add(batch)
            if progress and file.stream.total:
                progress(file.stream.position, file.stream.total)
        load.finish(time.time_ns() // 1000 if now_us is None else now_us, again)
        return load.result()


class _Load:
    """One import under way: what has been written, and the span of times seen."""

    def __init__(self, connection: Connection, file: CsvFile, title: str) -> None:
        self._connection = connection
        self._file = file
        self._title = title
        self._insert = self._insert_rows if connection.dialect.name == "sqlite" else self._insert_arrays
        self._run_id = 0
        self._channel_ids: dict[ChannelColumn, int] = {}
        self._counts: dict[ChannelColumn, int] = {}
        self._spans: dict[ChannelColumn, tuple[int, int]] = {}

    def add(self, batch: Batch) -> None:
        """Write the readings of a batch."""
        if batch.series:
            self._run_id = self._run_id or self._new_run(min(batch.series[0].times))
            self._write(batch.series, surely_new=self._all_new(batch))

    def _write(self, columns: Sequence[_Column], surely_new: bool) -> None:
        """Write columns; where a reading may be there already, so that a double can be looked for."""
        for column in columns:
            self._channel_id(column.channel)  # here, so that it stays when the rest is taken back
        try:
            with nullcontext() if surely_new else self._connection.begin_nested():
                for column in columns:
                    self._add(column)
        except IntegrityError:
            singles = self._without_doubles(columns)
            for column in singles:
                self._add(column)
            columns = singles
        ends = {id(column.times): column.times for column in columns}  # most columns share theirs
        spans = {key: (min(times), max(times)) for key, times in ends.items()}
        for column in columns:
            self._counts[column.channel] = self._counts.get(column.channel, 0) + len(column.times)
            self._spans[column.channel] = _widened(self._spans.get(column.channel), *spans[id(column.times)])

    def finish(self, now_us: int, again: bool) -> None:
        """Write what is known only at the end; refuse a file that gave nothing or is there already."""
        if not self._spans:
            raise BadData(self._file.path, 0, 0, "no readings: every field beside the times is empty")
        digest = self._file.stream.sha256
        if not again:
            _refuse_known(self._connection, self._file.path, digest)
        self._connection.execute(
            update(_RUNS).where(_RUNS.c.id == self._run_id).values(started_at=self._span()[0])
        )
        source = insert(_SOURCES).values(
            run_id=self._run_id,
            file_name=_readable(os.path.basename(self._file.path)),
            sha256=digest,
            size=self._file.stream.position,
            imported_at=now_us,
        )
        self._connection.execute(source)

    def result(self) -> ImportResult:
        """Return what was made."""
        started_at, ended_at = self._span()
        return ImportResult(
            run_id=self._run_id,
            title=self._title,
            started_at=started_at,
            ended_at=ended_at,
            channels=tuple((channel.name, channel.unit) for channel in self._ordered()),
            readings=sum(self._counts.values()),
            gaps=self._file.gaps(self._counts),
            skipped=(*self._file.skipped, *self._empty()),
            faults=self._file.faults.count,
            format=self._file.format,
        )

    def _span(self) -> tuple[int, int]:
        return min(low for low, _ in self._spans.values()), max(high for _, high in self._spans.values())

    def _ordered(self) -> list[ChannelColumn]:
        return sorted(self._counts, key=lambda channel: channel.column)

    def _empty(self) -> list[str]:
        dropped = set(self._file.skipped)
        names = [channel.title for channel in self._file.format.channels if channel not in self._counts]
        return [name for name in names if name not in dropped]

    def _all_new(self, batch: Batch) -> bool:
        """Whether no time can be there already: true at once for files in order, either way round.

        Where rows share times, as in long files, each channel's are looked at.
        """
        if len(set(batch.times)) == len(batch.times):
            low, high = min(batch.times), max(batch.times)
            return all(_beyond(self._spans.get(column.channel), low, high) for column in batch.series)
        return all(
            len(set(column.times)) == len(column.times)
            and _beyond(self._spans.get(column.channel), min(column.times), max(column.times))
            for column in batch.series
        )

    def _add(self, column: _Column) -> None:
        self._insert(self._channel_id(column.channel), column)

    def _insert_rows(self, channel_id: int, column: _Column) -> None:
        """Insert by statements of many rows, of which SQLite parses each once."""
        flat: list[float] = [0] * (2 * len(column.times))
        flat[::2], flat[1::2] = column.times, column.numbers
        step = 2 * ROWS_PER_STATEMENT
        chunks = [tuple(flat[i : i + step]) for i in range(0, len(flat), step)]
        rest = [chunks.pop()] if len(chunks[-1]) < step else []
        for parameters in filter(None, (chunks, rest)):
            row = f"({self._run_id:d}, {channel_id:d}, ?, ?)"
            values = ", ".join([row] * (len(parameters[0]) // 2))
            self._connection.exec_driver_sql(f"{_INSERT} VALUES {values}", parameters)

    def _insert_arrays(self, channel_id: int, column: _Column) -> None:
        """Insert by PostgreSQL's COPY; what was there already is an IntegrityError, as in a statement."""
        psycopg: Any = self._connection.dialect.dbapi
        raw: Any = self._connection.connection.driver_connection
        try:
            with raw.cursor().copy(_COPY) as copy:
                copy.set_types(("int4", "int4", "int8", "float8"))
                for moment, number in zip(column.times, column.numbers, strict=True):
                    copy.write_row((self._run_id, channel_id, moment, number))
        except psycopg.IntegrityError as error:
            raise IntegrityError(_COPY, None, error) from error

    def _new_run(self, started_at: int) -> int:
        made = self._connection.execute(insert(_RUNS).values(title=self._title, started_at=started_at))
        return int(made.inserted_primary_key[0])  # type: ignore[index]  # an insert into a table with a key

    def _channel_id(self, channel: ChannelColumn) -> int:
        """Return the channel's id; another program may make the same channel at this moment."""
        if channel not in self._channel_ids:
            names = {"name": channel.name, "unit": channel.unit}
            self._connection.execute(_NEW_CHANNEL, names)
            found = self._connection.execute(select(_CHANNELS.c.id).filter_by(**names)).scalar_one()
            self._channel_ids[channel] = found
        return self._channel_ids[channel]

    def _without_doubles(self, columns: Sequence[_Column]) -> list[_Column]:
        """Return columns without second readings of a time; each of those is a fault, in reading order."""
        kept: list[_Column] = []
        doubles: list[tuple[int, int, str]] = []
        for column in columns:
            known = self._stored(column)
            places: list[int] = []
            for i, moment in enumerate(column.times):
                if moment in known:
                    doubles.append((column.lines[i], column.channel.column, column.channel.title))
                else:
                    known.add(moment)
                    places.append(i)
            kept.append(_picked(column, places))
        if not doubles:
            raise AssertionError("the database found a double reading that is none")
        for line, index, title in sorted(doubles):
            self._file.faults.add(line, index, f"a second reading of {title} at the time of another")
        return [column for column in kept if column.times]

    def _stored(self, column: _Column) -> set[int]:
        """Return those of the column's times at which this run has a reading already."""
        if column.channel not in self._channel_ids:
            return set()
        ids = {"run_id": self._run_id, "channel_id": self._channel_ids[column.channel]}
        found: set[int] = set()
        for start in range(0, len(column.times), _LOOK_UP):
            part = _READINGS.c.time.in_(column.times[start : start + _LOOK_UP])
            found.update(
                self._connection.execute(select(_READINGS.c.time).filter_by(**ids).where(part)).scalars()
            )
        return found


def _refuse_known_file(connection: Connection, path: Source) -> None:
    """Refuse a file that is there already before it is read as a whole, which its size tells mostly."""
    if not isinstance(path, str | os.PathLike) or not os.path.isfile(path):
        return
    known = select(_SOURCES.c.id).where(_SOURCES.c.size == os.path.getsize(path)).limit(1)
    if connection.execute(known).first():
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        _refuse_known(connection, path, digest)


def _refuse_known(connection: Connection, path: StrPath, digest: str) -> None:
    found = connection.execute(
        select(_RUNS.c.id, _RUNS.c.title).join(_SOURCES).where(_SOURCES.c.sha256 == digest)
    ).first()
    if found:
        fact = f"this file was imported already, as run {found.id} ({found.title})"
        raise BadData(path, 0, 0, fact)


def _picked(column: _Column, places: Sequence[int]) -> _Column:
    return _Column(
        column.channel,
        [column.times[i] for i in places],
        [column.numbers[i] for i in places],
        [column.lines[i] for i in places],
    )


def _beyond(span: tuple[int, int] | None, low: int, high: int) -> bool:
    return span is None or low > span[1] or high < span[0]


def _widened(span: tuple[int, int] | None, low: int, high: int) -> tuple[int, int]:
    return (min(low, span[0]), max(high, span[1])) if span else (low, high)


def _stem(path: StrPath) -> str:
    return _readable(os.path.splitext(os.path.basename(path))[0])


def _readable(name: str) -> str:
    """Return a file's name as text that a database takes, whatever bytes it is made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
