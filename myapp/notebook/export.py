"""Exports a run's readings in the order of time: as CSV that imports to equal readings, and as JSON lines.

The database orders the readings and hands them over in batches, so that memory does not grow with
them. A time is written to the microsecond where it has any, in UTC; a number so that it reads back as
the same double.
"""

import csv
import io
import json
import math
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, exists, select

from myapp.errors import Damaged, UsageError
from myapp.notebook.intake.names import name_and_unit
from myapp.notebook.lookup import find_run
from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen, Selection, choose

FORMATS = ("csv", "jsonl")

_BATCH = 5000
_digits = float.__repr__
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)

_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]


@dataclass(frozen=True)
class Exported:
    """A channel of an export, and the header of its column in CSV.

    `faithful` is false where no header would be read back as this name and unit, as for a name with
    control characters, which an import never makes.
    """

    id: int
    name: str
    unit: str
    title: str
    faithful: bool


class Export:
    """What is exported of one run: its chosen channels that have readings, by name and unit."""

    def __init__(self, connection: Connection, run: int | str, part: Selection | None = None) -> None:
        """Look up the run and what is chosen of it by channels and times.

        Raise NotFound or UsageError for a run or channel that is none.
        """
        self._connection = connection
        self.run_id = find_run(connection, run)
        said = part or Selection()
        found = choose(connection, Selection(channels=said.channels, start=said.start, end=said.end))
        self._chosen = Chosen((self.run_id,), found.channel_ids, found.start, found.end)
        self.channels = tuple(_exported(*row) for row in connection.execute(self._used()))

    def csv(self) -> Iterator[str]:
        """Yield the lines of a wide CSV file; a channel without a reading at a time has an empty field.

        Raise UsageError for a time outside the years 1 to 9999, which CSV cannot say, and Damaged.
        """
        return _numbers_only(self._csv())

    def _csv(self) -> Iterator[str]:
        line = io.StringIO()
        writer = csv.writer(line, lineterminator="\n")
        writer.writerow(["time", *(channel.title for channel in self.channels)])
        yield line.getvalue()
        place = {channel.id: index for index, channel in enumerate(self.channels, 1)}
        empty = [""] * (1 + len(place))
        with closing(self._readings()) as found:
            for moment, readings in groupby(found, key=itemgetter(0)):
                row = [iso_time(moment), *empty[1:]]
                for _moment, channel, value in readings:
                    row[place[channel]] = _digits(value)
                yield ",".join(row) + "\n"  # nothing in it that would need a quote

    def json_lines(self) -> Iterator[str]:
        """Yield an object for each reading, a line each: `time`, `channel`, `unit`, `value`.

        An infinite value, which only old documents hold, is null, as JSON has none. Raise UsageError
        for a time outside the years 1 to 9999, and Damaged.
        """
        return _numbers_only(self._json_lines())

    def _json_lines(self) -> Iterator[str]:
        words = {
            c.id: f'"channel": {json.dumps(c.name)}, "unit": {json.dumps(c.unit)}' for c in self.channels
        }
        with closing(self._readings()) as found:
            for moment, channel, value in found:
                number = "null" if value in (math.inf, -math.inf) else _digits(value)
                yield f'{{"time": "{iso_time(moment)}", {words[channel]}, "value": {number}}}\n'

    def _used(self) -> Any:
        used = exists().where(_READINGS.c.channel_id == _CHANNELS.c.id, self._chosen.readings())
        columns = (_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.unit)
        return select(*columns).where(used).order_by(_CHANNELS.c.name, _CHANNELS.c.unit)

    def _readings(self) -> Generator[Sequence[Any], None, None]:
        columns = (_READINGS.c.time, _READINGS.c.channel_id, _READINGS.c.value)
        query = select(*columns).where(self._chosen.readings()).order_by(_READINGS.c.time)
        with self._connection.execute(query, execution_options={"yield_per": _BATCH}) as found:
            for rows in found.partitions():
                yield from rows


def _numbers_only(lines: Iterator[str]) -> Iterator[str]:
    """Pass lines on; a text where a time or value should be, as a damaged document may hold, is told so."""
    try:
        yield from lines
    except TypeError as error:
        raise Damaged("the document", "the time or value of a reading is no number") from error


def iso_time(microseconds: int) -> str:
    """Return a time as `2024-05-31T23:59:59Z`, decimals where it has any; raise UsageError beyond years."""
    if not _FIRST <= microseconds <= _LAST:
        fact = f"a reading at {microseconds} µs since 1970 is in no year from 1 to 9999"
        raise UsageError(fact, setting="from_time", advice="leave it out with {from_time} or {to_time}")
    return (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=None).isoformat() + "Z"


def header(name: str, unit: str) -> str | None:
    """Return the header that an import reads as this name and unit, None where there is none.

    `name [unit]`, with round brackets where the unit has square ones; a name without a unit that
    looks as if it had one gets an empty pair of brackets: `a [b] []`.
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
