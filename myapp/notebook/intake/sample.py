"""Splits the first lines of a file into rows, once with each delimiter that it may have."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from myapp.notebook.intake.cells import Dialect
from myapp.notebook.intake.options import NONE, ImportOptions

NumberedRows = Sequence[tuple[int, list[str]]]
"""Rows, each with the line on which it ends."""

_COMMENTS = ("//", "%", ";", "!")


@dataclass
class Sample:
    """The rows of the first lines in one dialect, without empty ones; `lines` are all lines."""

    dialect: Dialect
    lines: Sequence[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def comments(self) -> list[tuple[int, str]]:
        """The lines that are comments, with their numbers."""
        comment = self.dialect.comment
        return [(i, line) for i, line in enumerate(self.lines, 1) if comment and line.startswith(comment)]


def samples(text: str, whole: bool, options: ImportOptions, delimiters: Sequence[str]) -> list[Sample]:
    """Return a sample for each delimiter that gives columns; `whole` says that the text is complete."""
    before = options.header - 1 if isinstance(options.header, int) else 0
    lines = list(io.StringIO(text, newline=""))
    each = [_sample(lines, whole, _dialect(lines, d, options), before) for d in delimiters]
    if options.interval is not None:  # one column of numbers is enough
        return [sample for sample in each if sample.rows]
    return [sample for sample in each if any(len(row) > 1 for _, row in sample.rows)]


def line_end(text: str) -> str:
    """Return the end of most lines: `LF`, `CRLF` or `CR`."""
    crlf = text.count("\r\n")
    counts = {"LF": text.count("\n") - crlf, "CRLF": crlf, "CR": text.count("\r") - crlf}
    return max(counts, key=lambda name: counts[name])


def _dialect(lines: Sequence[str], delimiter: str, options: ImportOptions) -> Dialect:
    quote = _quote(lines, delimiter) if options.quote is None else options.quote
    comment = _comment(lines, delimiter) if options.comment is None else options.comment
    return Dialect(delimiter, "" if quote == NONE else quote, "" if comment == NONE else comment)


def _quote(lines: Sequence[str], delimiter: str) -> str:
    """Return the quote: a single one only where there are no double ones and it encloses whole fields."""
    some = lines[:200]
    single = re.compile(rf"(?:^|{re.escape(delimiter)})\s*'[^']*'\s*(?:{re.escape(delimiter)}|$)")
    if any('"' in line for line in some) or sum(bool(single.search(line.strip())) for line in some) < 2:
        return '"'
    return "'"


def _comment(lines: Sequence[str], delimiter: str) -> str:
    """Return the beginning of comments: `#` unless rows have it too, or another that the file begins with."""
    filled = [line for line in lines if line.strip()]
    last = filled[-1] if filled else ""
    for prefix in _COMMENTS:
        if filled and filled[0].startswith(prefix) and not last.startswith(prefix) and prefix != delimiter:
            return prefix
    return "" if last.startswith("#") and not filled[0].startswith("#") else "#"


def _sample(lines: Sequence[str], whole: bool, dialect: Dialect, before: int) -> Sample:
    """Return the rows up to broken quoting, which the import reports with its place."""
    sample = Sample(dialect, lines)
    reader = dialect.reader(islice(lines, before, None))
    try:
        sample.rows.extend((before + reader.line_num, row) for row in reader if any(map(str.strip, row)))
    except csv.Error:
        whole = True
    if not whole and sample.rows:
        sample.rows.pop()
    return sample
