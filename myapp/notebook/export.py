"""Exports a run's readings in the order of time: as CSV that imports to equal readings, and as JSON lines.

The database orders the readings and returns them in batches, so that memory does not grow with them.
Times are UTC, with microseconds where they have any; a number reads back as the same double.
"""

import csv
import io
import json
import math
from collections.abc import Generator, Sequence
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
from myapp.notebook.selection import Selection, resolve_in_run
from myapp.progress import Progress

_BATCH = 5000
"""Readings that are fetched together."""

_PROGRESS_LINES = 1000
_digits = float.__repr__
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)

_CHANNELS = metadata.tables["channels"]
_READINGS = metadata.tables["readings"]


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
        self._connection = connection
        self._progress = progress or Progress()
        self.run_id = find_run(connection, run)
        self._part = resolve_in_run(connection, self.run_id, selection or Selection())
        self.channels = tuple(_exported(*row) for row in connection.execute(self._used()))

    def csv(self) -> Generator[str, None, None]:
        """Yield the lines of a wide CSV file; a channel without a reading at a time has an empty field.

        Raise UsageError for a time outside the years 1 to 9999, which has no date, and Damaged.
        """
        return self._reported(self._csv())

    def _csv(self) -> Generator[str, None, None]:
        line = io.StringIO()
        writer = csv.writer(line, lineterminator="\n")
        writer.writerow(["time", *(channel.title for channel in self.channels)])
        yield line.getvalue()
        indices = {channel.id: index for index, channel in enumerate(self.channels, 1)}
        with closing(self._readings()) as readings:
            for time, group in groupby(readings, key=itemgetter(0)):
                row = [iso_time(time), *[""] * len(indices)]
                for _time, channel, value in group:
                    row[indices[channel]] = _digits(value)
                yield ",".join(row) + "\n"  # times and numbers need no quotes

    def json_lines(self) -> Generator[str, None, None]:
        """Yield an object for each reading, a line each: `time`, `channel`, `unit`, `value`.

        An infinite value, which only old documents hold, is null: JSON has none. Raise UsageError for a
        time outside the years 1 to 9999, and Damaged.
        """
        return self._reported(self._json_lines())

    def _json_lines(self) -> Generator[str, None, None]:
        names = {
            c.id: f'"channel": {json.dumps(c.name)}, "unit": {json.dumps(c.unit)}' for c in self.channels
        }
        with closing(self._readings()) as readings:
            for time, channel, value in readings:
                number = "null" if value in (math.inf, -math.inf) else _digits(value)
                yield f'{{"time": "{iso_time(time)}", {names[channel]}, "value": {number}}}\n'

    def _reported(self, lines: Generator[str, None, None]) -> Generator[str, None, None]:
        """Pass lines on and report them; a text in the place of a time or value means a damaged document."""
        letters = 0
        try:
            with closing(lines):
                for number, line in enumerate(lines, 1):
                    yield line
                    letters += len(line)
                    if number % _PROGRESS_LINES == 0:
                        self._progress.amount(letters, 0)
        except TypeError as error:
            raise Damaged("the document", "the time or value of a reading is no number") from error

    def _used(self) -> Any:
        used = exists().where(_READINGS.c.channel_id == _CHANNELS.c.id, self._part.readings())
        columns = (_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.unit)
        return select(*columns).where(used).order_by(_CHANNELS.c.name, _CHANNELS.c.unit)

    def _readings(self) -> Generator[Sequence[Any], None, None]:
        columns = (_READINGS.c.time, _READINGS.c.channel_id, _READINGS.c.value)
        query = select(*columns).where(self._part.readings()).order_by(_READINGS.c.time)
        with self._connection.execute(query, execution_options={"yield_per": _BATCH}) as result:
            for rows in result.partitions():
                yield from rows


def iso_time(microseconds: int) -> str:
    """Return a time as `2024-05-31T23:59:59Z`, with decimals where it has any.

    Raise UsageError for a time outside the years 1 to 9999.
    """
    if not _FIRST <= microseconds <= _LAST:
        fact = f"a reading at {microseconds} µs since 1970 is in no year from 1 to 9999"
        raise UsageError(fact, setting="from_time", advice="leave it out with {from_time} or {to_time}")
    return (_EPOCH + timedelta(microseconds=microseconds)).replace(tzinfo=None).isoformat() + "Z"


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
