"""Gathers the batches of a file with many channels, so that each channel's readings are written together.

A block of such a file has a few readings of each channel, which lie far apart in the database: written block
by block, 1,000 channels took four times as long as 5 with as many readings.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from myapp.notebook.intake.converting import Batch, Series
from myapp.notebook.intake.csv_format import ChannelColumn

MANY_CHANNELS = 50
"""The channels of a batch from which on it is gathered."""

READINGS = 500_000
"""The readings that are gathered: 12 MB."""


@dataclass(frozen=True)
class _Gathered:
    """The readings of one channel, as arrays, which take a fifth of the memory of lists."""

    times: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[float]" = field(default_factory=lambda: array("d"))
    lines: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, series: Series) -> int:
        """Add readings of this channel; return how many."""
        self.times.extend(series.times)
        self.numbers.extend(series.numbers)
        self.lines.extend(series.lines)
        return len(series.times)


def gathered(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Yield batches with few channels as they are, and those with many together, in the same order."""
    times: list[int] = []
    channels: dict[ChannelColumn, _Gathered] = {}
    count = 0
    for batch in batches:
        if not channels and len(batch.series) < MANY_CHANNELS:
            yield batch
            continue
        times.extend(batch.times)
        count += sum(channels.setdefault(each.channel, _Gathered()).add(each) for each in batch.series)
        if count >= READINGS:
            yield _together(times, channels)
            times, channels, count = [], {}, 0
    if channels:
        yield _together(times, channels)


def _together(times: list[int], channels: dict[ChannelColumn, _Gathered]) -> Batch:
    return Batch(
        times, [Series(channel, each.times, each.numbers, each.lines) for channel, each in channels.items()]
    )
