"""The command `plot`, and the small plot on a terminal that `show` draws."""

import sys
from argparse import Namespace
from collections.abc import Sequence

from sqlalchemy import Connection

from myapp.cli import output
from myapp.cli.braille import drawn
from myapp.cli.opening import opened
from myapp.cli.selecting import part
from myapp.cli.writing import written
from myapp.errors import NotFound, UsageError
from myapp.notebook import plotting, queries
from myapp.notebook.lookup import find
from myapp.notebook.sampling import Line, lines
from myapp.notebook.selection import Chosen, Selection, choose

COLUMNS = 900
"""How many parts a picture's time has: about as many as it has pixels."""

HEIGHT = 6
FEW = 3
"""How many channels a terminal shows unasked."""


def plot(arguments: Namespace) -> int:
    """Draw a run as SVG or PNG, as the file's name ends."""
    kind = _kind(arguments)
    with opened(arguments) as document:
        with document.reading() as connection:
            found, title = _drawn(connection, arguments.run, part(arguments))
        picture = plotting.svg(title, found)
        content = picture.encode() if kind == "svg" else plotting.png(picture)
        with written(arguments.output, force=arguments.force, document=arguments.file) as stream:
            stream.write(content)
    return 0


def _kind(arguments: Namespace) -> str:
    ending = str(arguments.output).rpartition(".")[2].lower()
    kind: str = arguments.format or ending
    if kind not in ("svg", "png"):
        raise UsageError("name a file that ends in .svg or .png, or say --format")
    return kind


def _drawn(connection: Connection, run: str, said: Selection) -> tuple[list[Line], str]:
    run_id = find(connection, run)
    part_of = choose(connection, said)
    chosen = Chosen((run_id,), part_of.channel_ids, said.start, said.end)
    found = lines(connection, chosen, COLUMNS)
    if not found:
        raise NotFound(f"a reading of run {run_id} that can be drawn")
    return found, queries.title_of(connection, run_id)


def draw_on_terminal(connection: Connection, run_id: int, every: bool) -> None:
    """Print a small plot of each channel, or of the first few unless `every`."""
    if not (sys.stdout.encoding or "").lower().startswith("utf"):
        output.remark("this terminal's locale has no signs to draw with")
        return
    width = output.width()
    found = lines(connection, Chosen((run_id,), None, None, None), 2 * width)
    for line in found if every else found[:FEW]:
        output.say()
        for text in _small(line, found, width):
            output.say(text)
    if len(found) > FEW and not every:
        output.remark(f"{len(found) - FEW} more channels are drawn with --plot")


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
    first, last = output.when(start), output.when(end)
    return [title, *drawn(pieces, width, HEIGHT), f"{first}{last:>{max(width - len(first), 0)}}"]
