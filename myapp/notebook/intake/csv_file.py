"""Reads a CSV file as a stream: its format, then its readings by channel, a block at a time."""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from myapp.errors import BadData
from myapp.notebook.intake import cells, detection, table_end
from myapp.notebook.intake.byte_stream import (
    DATES_BYTES,
    HEAD_BYTES,
    WHOLE_BYTES,
    ByteStream,
    Source,
    name_of,
)
from myapp.notebook.intake.converting import Batch
from myapp.notebook.intake.converting_long import converter
from myapp.notebook.intake.csv_format import ChannelColumn, CsvFormat
from myapp.notebook.intake.encoding import is_wide
from myapp.notebook.intake.faults import Faults
from myapp.notebook.intake.options import ImportOptions

_BUFFER_BYTES = 1 << 17
_MORE_BYTES = {"date_order": DATES_BYTES, "header": WHOLE_BYTES}
"""How many of the first bytes are examined where fewer do not tell the order of dates, or the header."""


def inspect(source: Source, options: ImportOptions | None = None) -> CsvFormat:
    """Return the format of a file, as its first rows show it; raise BadData where it cannot be imported."""
    with CsvFile(source, options) as file:
        return file.format


class CsvFile:
    """An open CSV file, read once.

    `format` is known at once; `skipped` may grow while rows are read, by columns or channels that turn
    out to hold text. `stream` has the number of bytes read and their digest; `faults` the number of rows
    and fields that were left out, each of which is passed to `report` if the options skip faults.
    """

    def __init__(
        self,
        source: Source,
        options: ImportOptions | None = None,
        report: Callable[[BadData], None] | None = None,
    ) -> None:
        options = options or ImportOptions()
        self.path = name_of(source)
        self.stream = ByteStream(source, options.sheet)
        try:
            options = self._of_sheet(options)
            self.format = self._detected(options)
            self.faults = Faults(self.path, options.on_error, report)
            self._converter = converter(self.format, options, self.faults)
            self._open()
        except BaseException:
            self.stream.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()

    @property
    def skipped(self) -> tuple[str, ...]:
        """The titles of columns and channels that are left out."""
        return (*self.format.skipped, *self._converter.skipped)

    @property
    def finer_times(self) -> int:
        """The number of times that were rounded to microseconds, in the rows read until now."""
        return self._converter.finer_times

    @property
    def rounded(self) -> int:
        """The number of whole numbers that no double holds, in the rows read until now."""
        return self._converter.rounded

    def gaps(self, channels: Iterable[ChannelColumn]) -> int:
        """Return the number of these channels' fields without a reading, in the rows read until now."""
        return sum(self._converter.gaps[channel] for channel in channels)

    @property
    def words(self) -> Counter[str]:
        """The fields that are gaps and not empty, with their number, in the rows read until now."""
        return self._converter.words

    @property
    def more_tables(self) -> tuple[int, ...]:
        """The lines of further tables, as far as they are known."""
        return self.format.more_tables or ((self.end.titles,) if self.end.titles else ())

    def batches(self) -> Iterator[Batch]:
        """Yield all rows; raise BadData with line and column at the first that cannot be read.

        After the last row, raise it where a column holds what usually stands for no reading.
        """
        yield from map(self._converter.convert, self._blocks)
        self._converter.check_names()
        self.check()

    def check_faults(self) -> None:
        """Raise BadData where faults were left out in too many of the rows read until now."""
        self.faults.check(self._converter.rows)

    def check(self) -> None:
        """Raise BadData where a column of the rows read until now holds usual missing values."""
        self._converter.check()

    def _of_sheet(self, options: ImportOptions) -> ImportOptions:
        """Return the options for a sheet's text; raise BadData where a sheet of another file is named."""
        if self.stream.sheet:
            from myapp.notebook.intake.workbook import as_text

            return as_text(options)
        if options.sheet is not None:
            raise BadData(self.path, 0, 0, "this is no workbook", setting="sheet", advice="leave out {sheet}")
        return options

    def _detected(self, options: ImportOptions) -> CsvFormat:
        """Return the format; errors get the path here."""
        try:
            found = self._detected_in(HEAD_BYTES if options.table is None else WHOLE_BYTES, options)
        except BadData as error:
            error.path = self.path
            raise
        return replace(found, sheet=self.stream.sheet)

    def _detected_in(self, enough: int, options: ImportOptions) -> CsvFormat:
        """Return the format that the first bytes show; more of them where these do not tell."""
        head, whole = self.stream.head(enough)
        try:
            return detection.detect(head, whole, options)
        except BadData as error:
            more = _MORE_BYTES.get(error.setting, 0)
            if whole or enough >= more:
                raise
            return self._detected_in(more, options)

    def _open(self) -> None:
        """Open the text behind the header; bytes outside the encoding are replaced, as numbers have none."""
        first_line = self.format.first_line
        self.stream.wide = is_wide(self.format.encoding)
        buffered = io.BufferedReader(self.stream, _BUFFER_BYTES)
        self._text = io.TextIOWrapper(buffered, self.format.encoding, errors="replace", newline="")
        for _ in range(first_line - 1):
            self._text.readline()
        blocks = cells.blocks(self._text, self.format.dialect, self.format.width, first_line, self.faults)
        self.end = table_end.TableEnd(self.format, self.faults)
        self._blocks = self.end.until_end(blocks)
