"""Reading a CSV file in a stream, whether wide or long: its readings by channel, a block at a time.

A block is converted column by column, which is several times faster than cell by cell. Where it cannot
be, it is gone through in reading order, and what is wrong is named by line and column.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from myapp.notebook.intake import cells, csv_format
from myapp.notebook.intake.byte_stream import ByteStream, Source, name_of
from myapp.notebook.intake.converting import Converter, Series, converter
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.encoding import is_wide
from myapp.notebook.intake.faults import Fault, Faults
from myapp.notebook.intake.layout import ChannelColumn
from myapp.notebook.intake.options import ImportOptions

_BUFFER_BYTES = 1 << 17


@dataclass(frozen=True)
class Reading:
    """One reading: its line in the file, its time (UTC microseconds), channel name and unit, value."""

    line: int
    time: int
    channel: str
    unit: str
    value: float


def inspect(source: Source, options: ImportOptions | None = None) -> CsvFormat:
    """Return how a file is written, as its first rows tell; raise BadData where it cannot be imported."""
    with CsvFile(source, options) as file:
        return file.format


def read_readings(
    source: Source,
    options: ImportOptions | None = None,
    report: Callable[[Fault], None] | None = None,
) -> Iterator[Reading]:
    """Yield a file's readings, row by row in its order; raise BadData at the first that cannot be read."""
    with CsvFile(source, options, report) as file:
        for batch in file.batches():
            yield from sorted(
                (
                    Reading(line, time, one.channel.name, one.channel.unit, value)
                    for one in batch.series
                    for line, time, value in zip(one.lines, one.times, one.numbers, strict=True)
                ),
                key=lambda reading: reading.line,
            )


@dataclass(frozen=True)
class Batch:
    """Some rows: how many have a time, those times (UTC microseconds), and each channel's readings."""

    times: Sequence[int]
    series: Sequence[Series]


class CsvFile:
    """An open CSV file, read once.

    `format` is known at once; `skipped` may grow while rows are read, by columns or channels that turn
    out to hold text. `stream` knows the bytes read and their digest; `faults` what was left out, each of
    which goes to `report` where the options skip what cannot be read.
    """

    def __init__(
        self,
        source: Source,
        options: ImportOptions | None = None,
        report: Callable[[Fault], None] | None = None,
    ) -> None:
        options = options or ImportOptions()
        self.path = name_of(source)
        self.stream = ByteStream(source)
        try:
            self.format = csv_format.detect(self.path, *self.stream.head(), options)
            self.faults = Faults(self.path, skip=options.on_error == "skip", report=report)
            self._converter: Converter = converter(self.format, options.ambiguous, self.faults)
            self._open()
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()

    @property
    def skipped(self) -> tuple[str, ...]:
        """The columns and channels that are left out."""
        return (*self.format.skipped, *self._converter.skipped)

    def gaps(self, channels: Iterable[ChannelColumn]) -> int:
        """Return how many fields of these channels held no reading, of the rows read until now."""
        return sum(self._converter.gaps[channel] for channel in channels)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows; raise BadData with line and column at the first that cannot be read."""
        for block in self._blocks:
            times, series = self._converter.convert(block)
            yield Batch(times, series)

    def _open(self) -> None:
        """Start over at the first byte, behind the header. Bytes that are no UTF-8 can only be text."""
        known = self.format
        self.stream.wide = is_wide(known.encoding)
        buffered = io.BufferedReader(self.stream, _BUFFER_BYTES)
        self._text = io.TextIOWrapper(buffered, known.encoding, errors="replace", newline="")
        for _ in range(known.first_line - 1):
            self._text.readline()
        self._blocks = cells.blocks(self._text, known.dialect, known.width, known.first_line, self.faults)
