"""Sums up consecutive readings of a channel, and sums such sums up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from myapp.notebook.checked import Checked

LARGE, SMALL = 1e100, 1e-100
"""Sizes of the largest value beyond which a double does not hold the squares."""


Point = tuple[int, float]
"""A time in UTC microseconds, and a value."""


@dataclass(frozen=True)
class Bin(Checked):
    """Consecutive readings of a channel, at least one, of which the ends and the two extremes are known.

    Times are UTC microseconds.
    """

    first_at: int
    readings: int
    first_value: float
    last_at: int
    last_value: float
    minimum: float
    minimum_at: int
    maximum: float
    maximum_at: int

    def points(self) -> list[Point]:
        """Return its readings that make the same picture as all of them, in the order of time."""
        first, last = (self.first_at, self.first_value), (self.last_at, self.last_value)
        extremes = (self.minimum_at, self.minimum), (self.maximum_at, self.maximum)
        return sorted({first, *extremes, last})


def joined(bins: Sequence[Bin]) -> Bin:
    """Return consecutive bins, at least one, as one."""
    first, last = bins[0], bins[-1]
    if first is last:
        return first
    low = min(bins, key=lambda each: each.minimum)
    high = max(bins, key=lambda each: each.maximum)
    return Bin(
        first.first_at,
        sum(each.readings for each in bins),
        first.first_value,
        last.last_at,
        last.last_value,
        low.minimum,
        low.minimum_at,
        high.maximum,
        high.maximum_at,
    )


@dataclass(frozen=True)
class Chunk(Bin):
    """A bin whose readings are summed up too.

    `differences` is the sum of their differences from the first, `squares` that of their squared differences
    from their mean; `sum` and both are None where the largest value is infinite, or beyond LARGE or SMALL.
    """

    sum: float | None
    differences: float | None
    squares: float | None

    @property
    def mean(self) -> float | None:
        """The mean, None where `sum` is.

        The distance from the first value gives it with all digits, unless the two cancel each other.
        """
        if self.sum is None or self.differences is None:
            return None
        distance = self.differences / self.readings
        return (
            self.first_value + distance
            if 2 * abs(distance) < abs(self.first_value)
            else self.sum / self.readings
        )

    @property
    def deviation(self) -> float | None:
        """The standard deviation of a sample, None for a single reading and where `squares` is."""
        if self.squares is None or self.readings < 2:
            return None
        return math.sqrt(self.squares / (self.readings - 1))


COLUMNS = tuple(field.name for field in fields(Chunk))
"""The columns of a chunk in the tables, beside those of its run and channel."""


def is_usual(minimum: float, maximum: float) -> bool:
    """Whether a double holds the squares of values between the two."""
    size = max(-minimum, maximum)
    return size == 0 or SMALL <= size <= LARGE


def squares_from(readings: int, differences: float, squares: float) -> float:
    """Return the squared differences from the mean, given those from the first value.

    The first is one of at most 1,024 values: its distance from the mean costs three digits at the most.
    """
    return max(0.0, squares - differences * differences / readings)


def merged(chunks: Sequence[Chunk]) -> Chunk:
    """Sum up chunks in the order of their times, at least one; they do not overlap.

    Means are compared as distances from the first value of all, which have all their digits where values are
    large and differ little (after Chan, Golub and LeVeque, https://doi.org/10.1080/00031305.1983.10483115).
    """
    if len(chunks) == 1:
        return chunks[0]
    whole = joined(chunks)
    sums: tuple[float, float, float] | tuple[None, None, None] = (None, None, None)
    if is_usual(whole.minimum, whole.maximum) and all(chunk.squares is not None for chunk in chunks):
        sums = _sums(chunks, whole.readings)
    return Chunk(**vars(whole), sum=sums[0], differences=sums[1], squares=sums[2])


def _sums(chunks: Sequence[Chunk], readings: int) -> tuple[float, float, float]:
    origin = chunks[0].first_value
    means = [chunk.first_value - origin + (chunk.differences or 0) / chunk.readings for chunk in chunks]
    differences = math.fsum(
        chunk.readings * (chunk.first_value - origin) + (chunk.differences or 0) for chunk in chunks
    )
    mean = differences / readings
    squares = math.fsum(chunk.squares or 0 for chunk in chunks)
    between = (chunk.readings * (each - mean) ** 2 for chunk, each in zip(chunks, means, strict=True))
    return math.fsum(chunk.sum or 0 for chunk in chunks), differences, squares + math.fsum(between)


def row_of(chunk: Chunk) -> dict[str, object]:
    """Return a chunk as parameters of a statement."""
    return vars(chunk).copy()
