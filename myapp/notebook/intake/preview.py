"""A look at the first rows of a file as they would be stored, with the checks of the import."""

from dataclasses import dataclass
from itertools import pairwise

from myapp.errors import BadData
from myapp.notebook.intake import names
from myapp.notebook.intake.byte_stream import Source
from myapp.notebook.intake.converting import Batch, Series
from myapp.notebook.intake.csv_file import CsvFile
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.options import ImportOptions

SHOWN_ROWS = 3
"""How many rows are shown."""


@dataclass(frozen=True)
class FirstRow:
    """A row as it would be stored: its line, its time (UTC microseconds) and its numbers by channel title."""

    line: int
    time: int
    values: dict[str, float]


@dataclass(frozen=True)
class Preview:
    """A file's format, its first rows with a reading, and the gaps in the `examined` first rows.

    `counters` are the titles of channels that look like counts of rows, ids or codes, each with the reason:
    they are imported all the same. `refusal` is what an import would say of these rows, None where it would
    go on.
    """

    format: CsvFormat
    rows: tuple[FirstRow, ...]
    gaps: int
    examined: int
    refusal: BadData | None = None
    counters: tuple[tuple[str, str], ...] = ()


def preview(source: Source, options: ImportOptions | None = None, rows: int = SHOWN_ROWS) -> Preview:
    """Return a file's format and its first `rows` rows; raise BadData where its format cannot be known.

    The first block of rows is converted and checked as an import does it.
    """
    batch, refusal = Batch([], []), None
    with CsvFile(source, options) as file:
        try:
            batch = next(file.batches(), batch)
            file.check()
        except BadData as error:
            refusal = error
        channels = {series.channel for series in batch.series}
        counters = () if file.format.long else _counters(batch)
        gaps = file.gaps(channels)
        first = _first_rows(batch, rows)
        return Preview(file.format, first, gaps, len(batch.times), refusal, counters)


def _counters(batch: Batch) -> tuple[tuple[str, str], ...]:
    """Return the channels whose numbers are whole and count evenly, or are called ids or codes."""
    reasons = ((series.channel.title, _reason(series)) for series in batch.series)
    return tuple((title, reason) for title, reason in reasons if reason)


def _reason(series: Series) -> str:
    if not all(number.is_integer() for number in series.numbers):
        return ""
    steps = {after - before for before, after in pairwise(series.numbers)}
    if len(series.numbers) > 2 and len(steps) == 1 and (step := steps.pop()):
        return f"counts by {step:.15g}"
    return "an id or a code by its name" if names.mentions_id(series.channel.name) else ""


def _first_rows(batch: Batch, count: int) -> tuple[FirstRow, ...]:
    rows: dict[int, FirstRow] = {}
    for series in batch.series:
        readings = zip(series.lines, series.times, series.numbers, strict=True)
        for line, time, value in readings:
            if len(rows) >= count and line > max(sorted(rows)[:count]):
                break
            rows.setdefault(line, FirstRow(line, time, {})).values[series.channel.title] = value
    return tuple(rows[line] for line in sorted(rows)[:count])
