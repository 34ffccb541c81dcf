"""Exports a run's readings in the order of time: as CSV that imports to equal readings, and as JSON lines.

They come from the database in blocks, so that memory does not grow with them.
Times are UTC, with microseconds where they have any; a number reads back as the same double.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from myapp.errors import UsageError
from myapp.notebook.intake.names import name_and_unit
from myapp.notebook.lookup import channel_names, find_run
from myapp.notebook.merging import Block, merged
from myapp.notebook.overview.summing import bounds, channels_of
from myapp.notebook.selection import Selection, resolve_in_run
from myapp.notebook.sql import Sql
from myapp.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_ANY = """
    SELECT 1 FROM readings WHERE run_id = :run AND channel_id = :channel
    AND time >= :start AND time <= :end LIMIT 1
"""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  without a zone: half of the time to add and to write
_FIRST, _LAST = (
    (datetime(*day) - _EPOCH) // timedelta(microseconds=1)  # noqa: DTZ001
    for day in ((1, 1, 1), (9999, 12, 31, 23, 59, 59, 999_999))
)


@dataclass(frozen=True)
class Exported:
    """A channel of an export, and the header of its column in CSV.

    `faithful` is false where no header would be imported as this name and unit: a name of an old release
    with control characters.
    """

    id: int
    name: str
    unit: str
    title: str
    faithful: bool


class Export:
    """The export of a run, or of selected channels and times; `channels` have readings in it."""

    def __init__(
        self,
        connection: Connection,
        run: int | str,
        selection: Selection | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Look up the run and the channels.

        `progress` receives the letters that were written, of an unknown total, and may raise Cancelled.
        Raise NotFound or UsageError for a run or channel that does not exist.
        """
        self._sql = Sql(connection)
        self._progress = progress or Progress()
        self.run_id = find_run(self._sql, run)
        self._part = resolve_in_run(self._sql, self.run_id, selection or Selection())
        self.channels = tuple(sorted(self._exported(), key=lambda each: (each.name, each.unit)))

    def _exported(self) -> Iterator[Exported]:
        names = channel_names(self._sql)
        for channel in channels_of(self._sql, self.run_id):
            if self._part.has_channel(channel) and self._has_readings(channel):
                yield _exported(channel, *names[channel])

    def _has_readings(self, channel: int) -> bool:
        start, end = bounds(self._part.start, self._part.end)
        return self._sql.value(_ANY, run=self.run_id, channel=channel, start=start, end=end) is not None

    def csv(self) -> Generator[str, None, None]:
        """Yield a wide CSV file in pieces of whole lines; a channel without a reading at a time has an empty
        field.

        Raise UsageError for a time outside the years 1 to 9999, which has no date, and Damaged.
        """
        return self._reported(self._csv())

    def _csv(self) -> Generator[str, None, None]:
        line = io.StringIO()
        writer = csv.writer(line, lineterminator="\n")
        writer.writerow(["time", *(channel.title for channel in self.channels)])
        yield line.getvalue()
        for block in self._blocks():
            fields = (map(_field, column) for column in block.columns)
            rows = zip(map(iso_time, block.times), *fields, strict=True)
            yield "\n".join(map(",".join, rows)) + "\n"  # times and numbers need no quotes

    def json_lines(self) -> Generator[str, None, None]:
        """Yield an object for each reading, a line each, in pieces: `time`, `channel`, `unit`, `value`.

        An infinite value, which only old documents hold, is null: JSON has none. Raise UsageError for a
        time outside the years 1 to 9999, and Damaged.
        """
        return self._reported("".join(self._objects(block)) for block in self._blocks())

    def _objects(self, block: Block) -> Iterator[str]:
        names = [f'"channel": {json.dumps(c.name)}, "unit": {json.dumps(c.unit)}' for c in self.channels]
        for time, *values in zip(map(iso_time, block.times), *block.columns, strict=True):
            for name, value in zip(names, values, strict=True):
                if value is not None:
                    number = "null" if value in (math.inf, -math.inf) else repr(value)
                    yield f'{{"time": "{time}", {name}, "value": {number}}}\n'

    def _reported(self, pieces: Generator[str, None, None]) -> Generator[str, None, None]:
        """Pass pieces on and report their letters."""
        letters = 0
        with closing(pieces):
            for piece in pieces:
                yield piece
                letters += len(piece)
                self._progress.amount(letters, 0)

    def _blocks(self) -> Iterator[Block]:
        part, numbers = self._part, [channel.id for channel in self.channels]
        return merged(self._sql, self.run_id, numbers, part.start, part.end)


def _field(value: float | None) -> str:
    return "" if value is None else repr(value)


def iso_time(microseconds: int) -> str:
    """Return a time as `2024-05-31T23:59:59Z`, with decimals where it has any.

    Raise UsageError for a time outside the years 1 to 9999.
    """
    if not _FIRST <= microseconds <= _LAST:
        fact = f"a reading at {microseconds} µs since 1970 is in no year from 1 to 9999"
        raise UsageError(fact, setting="from_time", advice="leave it out with {from_time} or {to_time}")
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat() + "Z"


def header(name: str, unit: str) -> str | None:
    """Return the header that an import reads as this name and unit, None where there is none.

    `name [unit]`, with round brackets where the unit has square ones; a name that ends like a unit and
    has none gets an empty pair of brackets: `a [b] []`.
    """
    plain = [] if unit else [name]
    for title in (*plain, f"{name} [{unit}]", f"{name} ({unit})"):
        if name_and_unit(title) == (name, unit) and (name + unit).isprintable() and title.strip():
            return title
    return None


def _exported(channel_id: int, name: str, unit: str) -> Exported:
    title = header(name, unit)
    plain = f"{name} [{unit}]" if unit else name
    return Exported(channel_id, name, unit, plain if title is None else title, title is not None)
