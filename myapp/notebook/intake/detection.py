"""Detects the format of a CSV file from its first bytes and the options."""

import codecs

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import columns, preamble, sample
from myapp.notebook.intake.byte_stream import nul_error
from myapp.notebook.intake.cells import BLANK
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.encoding import encoding_of, is_wide
from myapp.notebook.intake.options import DELIMITERS, ImportOptions

_CHARACTERS = [character for character in DELIMITERS.values() if character != BLANK]
"""Delimiters that are tried together; blanks only where none of them gives a table."""


def detect(path: StrPath, head: bytes, whole: bool, options: ImportOptions) -> CsvFormat:
    """Return the format of a file that begins with `head`, which is the complete file where `whole` is true.

    Raise BadData where there is no header, no row, no time column or no column of numbers.
    """
    encoding = encoding_of(head, options.encoding)
    if not is_wide(encoding) and b"\0" in head:
        raise nul_error(path, 1, head)
    text = _decoded(path, head, whole, encoding)
    if not text.strip().strip("\ufeff"):
        raise BadData(path, 0, 0, "the file is empty")
    errors = []
    for delimiters in [[options.separator]] if options.separator else [_CHARACTERS, [BLANK]]:
        samples = sample.samples(text, whole, options, delimiters)
        for each in sorted(samples, key=preamble.rank, reverse=True):  # the likeliest first
            try:
                table = preamble.locate(path, each, options)
                return columns.assign(table, options, encoding, sample.line_end(text))
            except BadData as error:
                errors.append(error)
    if errors:
        raise errors[0]
    raise BadData(path, 1, 0, "no columns: the header has neither comma, semicolon, tab nor |")


def _decoded(path: StrPath, head: bytes, whole: bool, encoding: str) -> str:
    """Return the text; raise BadData where the encoding needs a byte order mark and there is none."""
    try:
        return codecs.getincrementaldecoder(encoding)("replace").decode(head, final=whole)
    except UnicodeError as error:  # no other is raised: bytes outside of an encoding are replaced
        name = codecs.lookup(encoding).name
        raise BadData(
            path,
            1,
            0,
            f"{name} needs a byte order mark, and the file has none",
            setting="encoding",
            values=(f"{name}-le", f"{name}-be"),
            advice=f"{{encoding}} {name}-le or {name}-be says which byte comes first",
        ) from error
