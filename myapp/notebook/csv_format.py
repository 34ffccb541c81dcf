"""Finding out how a CSV file is written, from its first bytes."""

import codecs
import csv
import io
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from myapp.errors import BadData
from myapp.notebook import numbers, times
from myapp.notebook.byte_stream import nul_found
from myapp.notebook.cells import csv_reader

StrPath = str | os.PathLike[str]

DELIMITERS = ",;\t|"

TIME_NAMES = frozenset(
    [
        *("time", "date", "datetime", "timestamp", "utc", "timeutc", "utctime", "dateutc", "utcdate"),
        *("datetimeutc", "utcdatetime", "timestamputc"),
        *("zeit", "datum", "zeitstempel", "zeitpunkt", "datumzeit", "datumuhrzeit"),
    ]
)
"""Names of time columns, in lower case and without anything but letters."""

_UNIT = re.compile(r"(?P<name>.*\S)\s*(?:\[(?P<square>[^\[\]]*)\]|\((?P<round>[^()]*)\))")


@dataclass(frozen=True)
class ChannelColumn:
    """A column of numbers; `column` counts from 1.

    `decided` is false where the first rows hold no value: should the first one be text, the column is
    skipped after all.
    """

    name: str
    unit: str
    column: int
    decided: bool = True

    @property
    def title(self) -> str:
        """The name with its unit, as reports call it."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True)
class CsvFormat:
    """How a file is written. Columns and lines count from 1; `header_line` is the header's last line."""

    encoding: str
    delimiter: str
    decimal: str
    header_line: int
    width: int
    time_column: int
    time_format: times.TimeFormat
    channels: tuple[ChannelColumn, ...]
    skipped: tuple[str, ...]


@dataclass
class _Sample:
    """The header and first rows of a file as one delimiter makes them."""

    delimiter: str
    header: list[str] = field(default_factory=list)
    header_line: int = 0
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    uneven: tuple[int, int] | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """What makes one delimiter likelier than another."""
        return len(self.rows), len(self.header)


def detect(path: StrPath, head: bytes, whole: bool) -> CsvFormat:
    """Return the format of a file that begins with `head`, or is `head` where `whole` says so.

    Raise BadData where there is no header, no row, no time column or no column of numbers.
    """
    encoding = encoding_of(head)
    if encoding != "utf-16" and b"\0" in head:
        raise nul_found(path, 1, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole)
    if not text.strip():
        raise BadData(path, 0, 0, "the file is empty")
    samples = [_sample(text, whole, delimiter) for delimiter in DELIMITERS]
    likely = sorted((s for s in samples if len(s.header) > 1), key=lambda s: s.rank, reverse=True)
    if not likely:
        raise BadData(path, 1, 0, "no columns: the header has neither comma, semicolon, tab nor |")
    return _first_sensible(path, encoding, likely)


def encoding_of(head: bytes) -> str:
    """Return the Python name of the encoding: by its mark, else UTF-8 where it can be, else Latin-1."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _sample(text: str, whole: bool, delimiter: str) -> _Sample:
    """Take the text apart as far as it goes; what is wrong further on, the import finds with its place."""
    sample = _Sample(delimiter)
    reader = csv_reader(io.StringIO(text, newline=""), delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader if row)
    except csv.Error:
        whole = True
    if not whole:
        rows = rows[:-1]
    if rows:
        sample.header_line, sample.header = rows[0]
    width = len(sample.header)
    fitting = [(line, row) for line, row in rows[1:] if len(row) == width and any(row)]
    sample.lines, sample.rows = [line for line, _ in fitting], [row for _, row in fitting]
    sample.uneven = next(((line, len(row)) for line, row in rows[1:] if len(row) != width), None)
    return sample


def _first_sensible(path: StrPath, encoding: str, samples: Sequence[_Sample]) -> CsvFormat:
    """Return the format that the likeliest delimiter gives, of those that give one."""
    complaints = []
    for sample in samples:
        try:
            return _interpret(path, encoding, sample)
        except BadData as error:
            complaints.append(error)
    raise complaints[0]


def _interpret(path: StrPath, encoding: str, sample: _Sample) -> CsvFormat:
    if not sample.rows:
        raise _no_rows(path, sample)
    columns = list(zip(*sample.rows, strict=True))
    time_index, time_format = _time_column(path, sample, columns)
    others = [i for i in range(len(columns)) if i != time_index]
    decimal = _decimal(path, sample, others)
    skipped = [i for i in others if _is_skipped(sample.header[i], columns[i], decimal)]
    channels = tuple(_channel(path, sample, i, columns[i]) for i in others if i not in skipped)
    _check_channels(path, sample, channels)
    return CsvFormat(
        encoding=encoding,
        delimiter=sample.delimiter,
        decimal=decimal,
        header_line=sample.header_line,
        width=len(columns),
        time_column=time_index + 1,
        time_format=time_format,
        channels=channels,
        skipped=tuple(column_title(sample.header, i) for i in skipped),
    )


def _no_rows(path: StrPath, sample: _Sample) -> BadData:
    if sample.uneven:
        return ragged(path, *sample.uneven, len(sample.header))
    return BadData(path, sample.header_line, 0, "no rows after the header")


def ragged(path: StrPath, line: int, found: int, expected: int) -> BadData:
    """Return the error for a row that has more or fewer fields than the header."""
    return BadData(path, line, min(found, expected) + 1, f"{found} fields where the header has {expected}")


def _time_column(
    path: StrPath, sample: _Sample, columns: Sequence[Sequence[str]]
) -> tuple[int, times.TimeFormat]:
    named = [i for i, title in enumerate(sample.header) if is_time_name(title)]
    for index in named:
        if time_format := times.detect(columns[index]):
            return _unless_headless(path, sample, index, time_format)
    found = [(i, known) for i, cells in enumerate(columns) if (known := times.detect(cells))]
    if found:
        best = max(found, key=lambda f: (f[1].distinct, times.count_fitting(f[1], columns[f[0]])))
        return _unless_headless(path, sample, *best)
    if named:
        cell = next((c for c in columns[named[0]] if c.strip()), "")
        fact = f"times such as {numbers.quoted(cell)} are not known"
        raise BadData(path, sample.header_line, named[0] + 1, fact)
    raise BadData(path, sample.header_line, 0, "no time column: none is called time or date or holds times")


def _unless_headless(
    path: StrPath, sample: _Sample, index: int, time_format: times.TimeFormat
) -> tuple[int, times.TimeFormat]:
    if times.count_fitting(time_format, [sample.header[index]]):
        raise BadData(path, sample.header_line, index + 1, "no header: the first line holds a time")
    return index, time_format


def is_time_name(title: str) -> bool:
    """Whether a header field names a time column, as `Time [UTC]`, `date_time` or `Zeitstempel` do."""
    name, _ = name_and_unit(title)
    return "".join(filter(str.isalpha, name.casefold())) in TIME_NAMES


def name_and_unit(title: str) -> tuple[str, str]:
    """Split `name [unit]` or `name (unit)`; the unit is empty where there is none."""
    title = unicodedata.normalize("NFC", " ".join(title.split()))
    if match := _UNIT.fullmatch(title):
        return match["name"], (match["square"] or match["round"] or "").strip()
    return title, ""


def column_title(header: Sequence[str], index: int) -> str:
    """Return how a column is called in reports: its header field, or its number where that is empty."""
    return " ".join(header[index].split()) or f"column {index + 1}"


def _decimal(path: StrPath, sample: _Sample, indexes: Sequence[int]) -> str:
    """Find the decimal sign; where commas also part the fields, it must be plain that they are decimal."""
    cells = [(line, i, row[i]) for line, row in zip(sample.lines, sample.rows, strict=True) for i in indexes]
    decimal = numbers.decimal_of(cell for _, _, cell in cells)
    if decimal == "," == sample.delimiter:
        commas = [place for place in cells if "," in place[2] and numbers.is_number(place[2], ",")]
        line, index, cell = commas[0]
        if all(numbers.is_ambiguous(cell) for _, _, cell in commas):
            raise BadData(path, line, index + 1, f"number {numbers.quoted(cell)} can be read in two ways")
    return decimal


def _is_skipped(title: str, cells: Sequence[str], decimal: str) -> bool:
    """Whether a column has no name, holds further times, or text and no number."""
    if not title.strip() or (is_time_name(title) and times.detect(cells)):
        return True
    filled = [cell for cell in cells if not numbers.is_gap(cell)]
    return bool(filled) and not any(numbers.is_number(cell, decimal) for cell in filled)


def _channel(path: StrPath, sample: _Sample, index: int, cells: Sequence[str]) -> ChannelColumn:
    name, unit = name_and_unit(sample.header[index])
    if not (name + unit).isprintable():
        raise BadData(path, sample.header_line, index + 1, "the column's name holds control characters")
    return ChannelColumn(name, unit, index + 1, decided=not all(map(numbers.is_gap, cells)))


def _check_channels(path: StrPath, sample: _Sample, channels: Sequence[ChannelColumn]) -> None:
    if not channels:
        raise BadData(path, sample.header_line, 0, "no column of numbers beside the time column")
    first: dict[tuple[str, str], int] = {}
    for channel in channels:
        before = first.setdefault((channel.name, channel.unit), channel.column)
        if before != channel.column:
            fact = f"{channel.title} is also column {before}"
            raise BadData(path, sample.header_line, channel.column, fact)
