"""Draws the small plot that `show` prints on a terminal."""

import sys
from collections.abc import Sequence

from myapp.cli import output
from myapp.cli.notebook.braille import drawn
from myapp.notebook.sampling import Line, lines
from myapp.notebook.selection import Part
from myapp.notebook.sql import Sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

HEIGHT = 6
"""Rows of letters."""

FEW = 3
"""How many channels a terminal shows unasked."""


def print_plot(connection: "Connection", part: Part, every: bool) -> None:
    """Print a small plot of each channel of a part of one run, or of the first few unless `every`."""
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        output.remark("this terminal's locale has no signs to draw with")
        return
    width = output.width()
    all_lines = lines(Sql(connection), part, 2 * width)
    for line in all_lines if every else all_lines[:FEW]:
        output.line()
        for text in _small(line, all_lines, width):
            output.line(text)
    if len(all_lines) > FEW and not every:
        output.remark(f"{len(all_lines) - FEW} more channels are drawn with --plot")


def _small(line: Line, all_lines: Sequence[Line], width: int) -> list[str]:
    """Return a line as rows of braille dots between its smallest and largest value."""
    times = [time for each in all_lines for piece in each.pieces for time, _value in piece]
    start, end = min(times), max(times)
    values = [value for piece in line.pieces for _time, value in piece]
    low, high = min(values), max(values)
    span, size = max(end - start, 1), high - low
    pieces = [
        [((time - start) / span, (value - low) / size if size else 0.5) for time, value in piece]
        for piece in line.pieces
    ]
    title = output.plain(f"{line.title}: {low:.6g} to {high:.6g}")
    first, last = output.utc_time(start), output.utc_time(end)
    return [title, *drawn(pieces, width, HEIGHT), f"{first}{last:>{max(width - len(first), 0)}}"]
