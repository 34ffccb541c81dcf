"""Writes the readings of a new run into the database, and finds second readings of one time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import nullcontext

from myapp.notebook.intake.converting import Batch, Series
from myapp.notebook.intake.csv_format import ChannelColumn
from myapp.notebook.intake.faults import Faults
from myapp.notebook.overview import keeping
from myapp.notebook.overview.summing import EARLIEST, LATEST
from myapp.notebook.repeated import RULES, Resolved
from myapp.notebook.sql import Sql, as_text, condition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.repeated import Repeated

ROWS_PER_STATEMENT = 200
"""SQLite took 1 million readings in 0.9 s so; in 2.7 s one by one."""

_INSERT = "INSERT INTO readings (run_id, channel_id, time, value)"
_COPY = "COPY readings (run_id, channel_id, time, value) FROM STDIN (FORMAT binary)"
_NEW_RUN = "INSERT INTO runs (title, started_at) VALUES (:title, :started_at) RETURNING id"
_CHANNEL = "SELECT id FROM channels WHERE name = :name AND unit = :unit"
_NEW_CHANNEL = "INSERT INTO channels (name, unit) VALUES (:name, :unit) ON CONFLICT (name, unit) DO NOTHING"
_OF_CHANNEL = "FROM readings WHERE run_id = :run AND channel_id = :channel"


class RunWriter:
    """Writes one new run, batch by batch, in the transaction of the caller.

    `run_id` is 0 until a batch has readings. `counts` are the readings of each channel that has any, and
    `repeated` is the number of those at the time of another, which the rule of that name resolves. It notes
    the run for the overview, which is made when the transaction ends.
    """

    def __init__(self, sql: Sql, title: str, faults: Faults, repeated: Repeated = "refuse") -> None:
        self.run_id = 0
        self.counts: Counter[ChannelColumn] = Counter()
        self.repeated = 0
        self._sql = sql
        self._title = title
        self._faults = faults
        self._repeated = repeated
        self._insert = self._insert_rows if sql.dialect == "sqlite" else self._copy
        self._started_at = 0
        self._channel_ids: dict[ChannelColumn, int] = {}
        self._spans: dict[ChannelColumn, tuple[int, int]] = {}
        self._times: int | None = 0
        self._until = EARLIEST

    @property
    def span(self) -> tuple[int, int]:
        """The times of the first and the last reading, in UTC microseconds."""
        starts, ends = zip(*self._spans.values(), strict=True)
        return min(starts), max(ends)

    def write(self, batch: Batch) -> None:
        """Write the readings of a batch; with the rule `refuse` a second reading of a time is a fault."""
        if not batch.series:
            return
        self.run_id = self.run_id or self._new_run(min(batch.series[0].times))
        for series in batch.series:
            self._add_channel(series.channel)
        times = {id(series.times): series.times for series in batch.series}  # most series share theirs
        spans = {key: (min(each), max(each)) for key, each in times.items()}
        surely_new = all(len(set(each)) == len(each) for each in times.values()) and all(
            self._is_outside(series.channel, *spans[id(series.times)]) for series in batch.series
        )
        written = self._write(batch.series, surely_new)
        for series in written:
            self.counts[series.channel] += len(series.times)
            first, last = spans.get(id(series.times)) or (min(series.times), max(series.times))
            start, end = self._spans.get(series.channel, (first, last))
            self._spans[series.channel] = min(start, first), max(end, last)
        if written is not batch.series and self._repeated == "spread":
            self._times = None  # they are counted when the overview is made
        self._count_times(times.values(), spans.values())

    def _count_times(self, times: Collection[Sequence[int]], spans: Collection[tuple[int, int]]) -> None:
        """Count the different times, which is easy while each batch begins after the last one's end."""
        first, last = min(start for start, _end in spans), max(end for _start, end in spans)
        if self._times is not None:
            self._times = self._times + len(set().union(*times)) if first > self._until else None
        self._until = max(last, self._until)

    def finish(self) -> None:
        """Write the time of the first reading as the run's start, and note the run for the overview."""
        start = self.span[0]
        if start != self._started_at:  # a server of several would lock it on all of them
            self._sql("UPDATE runs SET started_at = :start WHERE id = :run", start=start, run=self.run_id)
        keeping.note(self._sql, {self.run_id: self._times})

    def _new_run(self, started_at: int) -> int:
        self._started_at = started_at
        return int(self._sql.value(_NEW_RUN, title=self._title, started_at=started_at))

    def _add_channel(self, channel: ChannelColumn) -> None:
        """Look up the channel's id; another program may make the same channel at this moment."""
        if channel not in self._channel_ids:
            names = {"name": channel.name, "unit": channel.unit}
            number = self._sql.value(_CHANNEL, **names)
            if number is None:
                self._sql(_NEW_CHANNEL, **names)
                number = self._sql.value(_CHANNEL, **names)
            self._channel_ids[channel] = number

    def _is_outside(self, channel: ChannelColumn, first: int, last: int) -> bool:
        """Whether the channel surely has no reading between the two times; files in order need no look-up."""
        span = self._spans.get(channel)
        return span is None or first > span[1] or last < span[0]

    def _write(self, all_series: Sequence[Series], surely_new: bool) -> Sequence[Series]:
        """Write series and return them; where readings may be there already, without second ones."""
        driver = self._sql.driver
        try:
            with nullcontext() if surely_new else self._sql.savepoint():
                for series in all_series:
                    self._insert(series)
        except (driver.IntegrityError, driver.InternalError):  # the latter from a server that spreads tables
            singles = None if surely_new else self._resolved(all_series)
            if singles is None:
                raise
            all_series = singles
            for series in all_series:
                self._insert(series)
        return all_series

    def _insert_rows(self, series: Series) -> None:
        """Insert by statements of many rows, of which SQLite parses each once."""
        flat: list[float] = [0] * (2 * len(series.times))
        flat[::2], flat[1::2] = series.times, series.numbers
        step = 2 * ROWS_PER_STATEMENT
        chunks = [tuple(flat[i : i + step]) for i in range(0, len(flat), step)]
        rest = [chunks.pop()] if len(chunks[-1]) < step else []
        row = f"({self.run_id:d}, {self._channel_ids[series.channel]:d}, ?, ?)"
        for parameters in filter(None, (chunks, rest)):
            values = ", ".join([row] * (len(parameters[0]) // 2))
            self._sql.driver.executemany(f"{_INSERT} VALUES {values}", parameters)

    def _copy(self, series: Series) -> None:
        """Insert by PostgreSQL's COPY."""
        channel_id = self._channel_ids[series.channel]
        with self._sql.driver.cursor().copy(_COPY) as copy:
            copy.set_types(("int4", "int4", "int8", "float8"))
            for time, number in zip(series.times, series.numbers, strict=True):
                copy.write_row((self.run_id, channel_id, time, number))

    def _resolved(self, all_series: Sequence[Series]) -> list[Series] | None:
        """Return what the rule makes of second readings of a time; None if there is none."""
        resolved = [RULES[self._repeated](series.times, self._stored_times(series)) for series in all_series]
        pairs = list(zip(all_series, resolved, strict=True))
        seconds = [(series, index) for series, each in pairs for index in each.seconds]
        if not seconds:
            return None
        if self._repeated == "refuse":
            self._add_faults(seconds)
        else:
            self.repeated += len(seconds)
        for series, each in pairs:
            self._delete(series.channel, each.replaced)
        return [_picked(series, each) for series, each in pairs if each.indices]

    def _add_faults(self, seconds: Sequence[tuple[Series, int]]) -> None:
        """Add second readings of a time to the faults, in the order of the file."""
        places = [(series.lines[i], series.channel.column, series.channel.title) for series, i in seconds]
        for line, column, title in sorted(places):
            fact = f"a second reading of {title} at the time of another"
            advice = "{repeated} spread keeps all, {repeated} first or {repeated} last one of them"
            values = ("spread", "first", "last")
            self._faults.add(line, column, fact, setting="repeated", values=values, advice=advice)

    def _delete(self, channel: ChannelColumn, times: Collection[int]) -> None:
        """Delete readings in whose place others come."""
        if times:
            of_times = condition("time", ":times", self._sql.dialect)
            key = {"run": self.run_id, "channel": self._channel_ids[channel]}
            self._sql(f"DELETE {_OF_CHANNEL} AND {of_times}", **key, times=as_text([*times]))
            self.counts[channel] -= len(times)

    def _stored_times(self, series: Series) -> set[int]:
        """Return the times at which this run has a reading already, from the series' first to soon after."""
        end = max(series.times) + self.counts[series.channel] + len(series.times)
        key = {"run": self.run_id, "channel": self._channel_ids[series.channel]}
        query = f"SELECT time {_OF_CHANNEL} AND time >= :start AND time <= :end"
        return {*self._sql.column(query, **key, start=min(series.times), end=min(end, LATEST))}


def _picked(series: Series, resolved: Resolved) -> Series:
    return Series(
        series.channel,
        resolved.times,
        [series.numbers[i] for i in resolved.indices],
        [series.lines[i] for i in resolved.indices],
    )
