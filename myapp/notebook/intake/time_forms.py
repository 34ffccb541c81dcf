"""Times within other texts: intervals, a zone's word behind the time, counts of rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from myapp.notebook.intake import time_detection, zone_words
from myapp.notebook.intake.times import TimeFormat
from myapp.notebook.intake.zones import MICROSECOND

SEPARATORS = ("/", " to ", " - ", " – ", " bis ")
"""What stands between the start and the end of an interval."""


@dataclass(frozen=True)
class SpanFormat:
    """Intervals, by their start."""

    inner: TimeFormat
    separator: str

    @property
    def name(self) -> str:
        """The format's name in messages."""
        return f"the start of {self.inner.name}{self.separator}…"

    @property
    def zoned(self) -> bool:
        """Whether each time says which instant it is."""
        return self.inner.zoned

    def read(self, cell: str) -> int:
        return self.inner.read(self._start(cell))

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return self.inner.read_all(list(map(self._start, cells)))

    def count_finer(self, cells: Sequence[str]) -> int:
        return self.inner.count_finer([cell.partition(self.separator)[0] for cell in cells])

    def _start(self, cell: str) -> str:
        start, separator, end = cell.strip().partition(self.separator)
        if not separator or not end:
            raise ValueError(cell)
        return start


@dataclass(frozen=True)
class ZoneWordFormat:
    """Local times with a zone's word behind each; `others` are words that the file or a person explains."""

    inner: TimeFormat
    others: tuple[tuple[str, int], ...] = ()
    zoned: bool = True

    @property
    def name(self) -> str:
        """The format's name in messages."""
        return f"{self.inner.name} with a zone"

    def read(self, cell: str) -> int:
        text, _, word = cell.strip().rpartition(" ")
        return self.inner.read(text) - self._offset(word)

    def read_all(self, cells: Sequence[str]) -> list[int]:
        parts = [cell.strip().rpartition(" ") for cell in cells]
        offsets = {word: self._offset(word) for word in {part[2] for part in parts}}
        times = self.inner.read_all([part[0] for part in parts])
        return [time - offsets[part[2]] for time, part in zip(times, parts, strict=True)]

    def count_finer(self, cells: Sequence[str]) -> int:
        return self.inner.count_finer([cell.strip().rpartition(" ")[0] for cell in cells])

    def _offset(self, word: str) -> int:
        known = dict(self.others).get(word.lower())
        if known is not None:
            return known
        offset = zone_words.offset_of(word)
        if offset is None:
            raise ValueError(word)
        return offset // MICROSECOND


@dataclass(frozen=True)
class RowCountFormat:
    """Times of rows that have none: the first is at `start`, the others `interval` (microseconds) apart."""

    start: int
    interval: Decimal
    zoned: bool = True

    @property
    def name(self) -> str:
        """The format's name in messages."""
        return f"rows {self.interval.normalize():f} µs apart"

    def read(self, cell: str) -> int:
        return self.start + round(Decimal(cell) * self.interval)

    def read_all(self, cells: Sequence[str]) -> list[int]:
        return list(map(self.read, cells))

    def count_finer(self, _cells: Sequence[str]) -> int:
        return 0


def detect(cells: Sequence[str], order: str | None = None) -> TimeFormat | None:
    """Return the format of calendar times, of intervals of them, or of those before a zone's word."""
    if known := time_detection.detect(cells, order):
        return known
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return _interval(first, cells, order) or _with_zone_word(first, cells, order)


def _interval(first: str, cells: Sequence[str], order: str | None) -> TimeFormat | None:
    for separator in SEPARATORS:
        start, found, end = first.partition(separator)
        if found and len(start) > 7 and len(end) > 3:
            known = detect([cell.partition(separator)[0] for cell in cells], order)
            if known:
                return SpanFormat(known, separator)
    return None


def _with_zone_word(first: str, cells: Sequence[str], order: str | None) -> TimeFormat | None:
    text, _, word = first.rpartition(" ")
    if not (text and word.isalpha() and zone_words.is_zone(word)):
        return None
    pairs = [cell.strip().rpartition(" ") for cell in cells if cell.strip()]
    known = time_detection.detect([pair[0] for pair in pairs], order)
    if known is None or known.zoned:
        return None
    return ZoneWordFormat(known, tuple(zone_words.resolved(pair[2] for pair in pairs).items()))


def innermost(time_format: TimeFormat) -> TimeFormat:
    """Return the format of the calendar times within a format."""
    while isinstance(time_format, SpanFormat | ZoneWordFormat):
        time_format = time_format.inner
    return time_format


def with_zone_words(time_format: TimeFormat, others: dict[str, int]) -> ZoneWordFormat:
    """Return a format of local times with a zone's word behind each."""
    if isinstance(time_format, ZoneWordFormat):
        return replace(time_format, others=tuple(others.items()))
    return ZoneWordFormat(time_format, tuple(others.items()))
