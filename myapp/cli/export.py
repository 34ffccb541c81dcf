"""The command `export`: a run's readings as CSV or JSON lines, into a file or stdout."""

from argparse import Namespace
from itertools import islice
from typing import BinaryIO

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.cli.selecting import part
from myapp.cli.writing import written
from myapp.errors import shown
from myapp.notebook.export import Export

_LINES = 1000


def export(arguments: Namespace) -> int:
    """Write a run's readings, or the chosen ones."""
    with opened(arguments) as document, document.reading() as connection:
        out = Export(connection, arguments.run, part(arguments))
        _warn(out)
        with written(arguments.output, force=arguments.force, document=arguments.file) as stream:
            _write(out, arguments.format, stream)
    return 0


def _write(out: Export, kind: str, stream: BinaryIO) -> None:
    lines = out.csv() if kind == "csv" else out.json_lines()
    while some := "".join(islice(lines, _LINES)):
        # a name that old releases took may hold what is no text; no import makes one
        stream.write(some.encode("utf-8", "backslashreplace"))


def _warn(out: Export) -> None:
    if not out.channels:
        output.remark("no readings are chosen")
    for channel in out.channels:
        if not channel.faithful:
            output.remark(f"an import will call this channel otherwise: {shown(channel.title)!r}")
