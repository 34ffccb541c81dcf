"""Detects the format of a CSV file from its first bytes and the options."""

import codecs
import io

from myapp.errors import BadData
from myapp.notebook.intake import columns, numbers, preamble, sample
from myapp.notebook.intake.byte_stream import nul_error
from myapp.notebook.intake.cells import BLANK
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.encoding import encoding_of, is_wide
from myapp.notebook.intake.options import DELIMITERS, ImportOptions
from myapp.notebook.intake.table import bad_line

_CHARACTERS = [character for character in DELIMITERS.values() if character != BLANK]
"""Delimiters that are tried together; blanks only where none of them gives a table."""


def detect(head: bytes, whole: bool, options: ImportOptions) -> CsvFormat:
    """Return the format of a file that begins with `head`, which is the complete file where `whole` is true.

    Raise BadData, without a path, where there is no header, no row, no time column or no column of numbers.
    """
    encoding = encoding_of(head, options.encoding)
    if not is_wide(encoding) and b"\0" in head:
        raise nul_error("", 1, head)
    text = _decoded(head, whole, encoding)
    if not text.strip().strip("\ufeff"):
        raise bad_line(0, 0, "the file is empty")
    if isinstance(options.header, int):
        _demand_line(options.header, text, whole)
    errors: list[BadData] = []
    best = (0, 0, 0)
    for delimiters in [[options.separator]] if options.separator else [_CHARACTERS, [BLANK]]:
        samples = [(preamble.rank(each), each) for each in sample.samples(text, whole, options, delimiters)]
        ranked = sorted(samples, key=lambda pair: pair[0], reverse=True)  # the likeliest first
        rank = max((rank for rank, _ in ranked), default=best)
        if rank[0] > 2 * best[0] and rank[2] > 2 * best[2]:  # blanks part words in any text
            errors, best = [], rank
        for _, each in ranked:
            try:
                return columns.assign(
                    preamble.locate(each, options), options, encoding, sample.line_end(text)
                )
            except BadData as error:
                errors.append(error)
    raise errors[0] if errors else _no_columns(text)


def _demand_line(header: int, text: str, whole: bool) -> None:
    """Raise BadData where the text has no such line: a table is sought in a file's beginning."""
    lines = sum(1 for _line in io.StringIO(text, newline=""))
    if header > lines:
        reason = f"there are {lines} lines" if whole else f"it is sought in the first {lines} lines"
        raise bad_line(lines, 0, f"line {header} cannot be the header: {reason}", setting="header")


def _no_columns(text: str) -> BadData:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if sum(map(numbers.is_finite, lines)) * 2 > len(lines):
        fact = "one column of numbers, and no times"
        advice = "{interval} 1ms says how far rows are apart, {start} TIME when the first was measured"
        return bad_line(1, 0, fact, setting="interval", advice=advice)
    return bad_line(1, 0, "no columns: the header has neither comma, semicolon, tab nor |")


def _decoded(head: bytes, whole: bool, encoding: str) -> str:
    """Return the text; raise BadData where the encoding needs a byte order mark and there is none."""
    try:
        return codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole)
    except UnicodeError as error:  # no other is raised: bytes outside of an encoding are replaced
        name = codecs.lookup(encoding).name
        raise bad_line(
            1,
            0,
            f"{name} needs a byte order mark, and the file has none",
            setting="encoding",
            values=(f"{name}-le", f"{name}-be"),
            advice=f"{{encoding}} {name}-le or {name}-be says which byte comes first",
        ) from error
