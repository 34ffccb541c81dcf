"""Draws a run as SVG or PNG: a panel for each unit above one time axis.

PNG is drawn with a font that the program ships, so that a picture is the same on every machine; the
system's fonts are used for letters that it lacks, such as Chinese.
"""

import math
import os
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from myapp.errors import SystemRefused, UsageError
from myapp.notebook import time_axis
from myapp.notebook.sampling import Line

if TYPE_CHECKING:
    from ziaplot import Graph  # type: ignore[import-untyped]

WIDTH = 1000
"""The width of a picture in SVG, in pixels; PNG has twice as many."""

MOST_LINES, MOST_PANELS = 60, 20
"""The most that a person can distinguish."""

_PANEL_HEIGHT, _AXIS_HEIGHT = 260, 45
_LEGEND_LINE = 22
_SMALLEST_MARGIN = 1e-300
"""Coordinates of a picture are quotients, which would overflow."""
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6f4e9c", "#444444")
"""Colours that colour-blind people can distinguish (after Okabe and Ito)."""
_DASHES = ("-", "--", ":", "-.")
_PADDING = "\u00a0"
"""Pads a text, whose width is only estimated: a space that no reader of XML strips."""
_STYLE = """
    Graph { color: #fafafa; edge_width: 1; font_size: 14; }
    Graph.XName { font_size: 13; } Graph.YName { font_size: 13; }
    Graph.TickX { font_size: 12; stroke_width: 1; height: 5; pad: 0; }
    Graph.TickY { font_size: 12; stroke_width: 1; height: 5; }
    Graph.Legend { font_size: 13; stroke_width: 0; edge_color: none; radius: 30; }
    Graph.LegendText { font_size: 13; }
"""
_TITLE = "Graph.Title { font_size: 16; }"


def svg(title: str, lines: Sequence[Line]) -> str:
    """Return a picture of at least one line, under a title; raise UsageError for too many lines or units."""
    from ziaplot import LayoutGrid

    if len(lines) > MOST_LINES:
        raise _too_many(f"{len(lines)} channels")
    panels = _panels(lines)
    if len(panels) > MOST_PANELS:
        raise _too_many(f"{len(panels)} units")
    times = [time for line in lines for piece in line.pieces for time, _value in piece]
    graphs = [_panel(panel, (min(times), max(times))) for panel in panels]
    graphs[0].title(_drawable(title)).css(_STYLE + _TITLE)
    _draw_times(graphs, (min(times), max(times)), _axis(panels[-1]))
    heights = [max(_PANEL_HEIGHT, _LEGEND_LINE * (len(panel) + 1)) for panel in panels]
    heights[0] += _AXIS_HEIGHT // 2
    heights[-1] += _AXIS_HEIGHT
    grid = LayoutGrid(*graphs, columns=1, row_gap=4, row_heights=" ".join(map(str, heights)))
    grid.size(WIDTH, sum(heights) + 4 * (len(graphs) - 1))
    picture: bytes = grid.imagebytes("svg")
    return picture.decode()


def _too_many(subject: str) -> UsageError:
    fact = f"{subject} are too many for a picture"
    return UsageError(fact, setting="channels", advice="choose some with {channels}")


def png(picture: str) -> bytes:
    """Return an SVG picture as PNG on white, with twice as many pixels each way.

    Raise SystemRefused where the library that draws it cannot be loaded.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError as error:
        raise SystemRefused("PNG", "this system cannot draw it", f"write SVG ({error})") from error
    name = "DejaVu Sans"
    return bytes(
        svg_to_bytes(
            svg_string=picture,
            background="white",
            zoom=2,
            font_files=[_font()],
            font_family=name,
            sans_serif_family=name,
            skip_system_fonts=all(ord(letter) < 0x2E80 for letter in picture),
        )
    )


def _font() -> str:
    """Return the font file in the package ziafont, which is not imported."""
    from importlib.util import find_spec

    package = find_spec("ziafont")
    folders = package.submodule_search_locations if package else None
    return os.path.join(folders[0], "fonts", "DejaVuSans.ttf") if folders else ""


def _panels(lines: Sequence[Line]) -> list[list[Line]]:
    """Group the lines by unit, in the order of the first of each."""
    by_unit: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_unit[line.unit].append(line)
    return list(by_unit.values())


def _panel(lines: Sequence[Line], span: tuple[int, int]) -> "Graph":
    from ziaplot import Graph, PolyLine

    graph = Graph()
    for number, line in enumerate(lines):
        color = COLORS[number % len(COLORS)]
        dash = _DASHES[number // len(COLORS) % len(_DASHES)]
        for piece in line.pieces:
            xs, ys = zip(*_visible(piece, span), strict=True)
            polyline = PolyLine(xs, ys).color(color).strokewidth(1.3).stroke(dash)
            graph.add(polyline.name(_padded(line.name)) if piece is line.pieces[0] else polyline)
    _draw_values(graph, lines)
    graph.axesnames(None, _axis(lines))
    graph.legend("right")
    graph.css(_STYLE)
    return graph


def _axis(lines: Sequence[Line]) -> str:
    return _drawable(lines[0].title if len(lines) == 1 else lines[0].unit or "no unit")


def _visible(piece: Sequence[tuple[int, float]], span: tuple[int, int]) -> list[tuple[float, float]]:
    """Return points with times in seconds from the start.

    A single reading becomes a short dash; a point would be invisible.
    """
    points = [((time - span[0]) / 1e6, value) for time, value in piece]
    if len(points) == 1:
        half = max(span[1] - span[0], 1) / 1e6 / 600
        points = [(points[0][0] + by, points[0][1]) for by in (-half, half)]
    return points


def _draw_values(graph: "Graph", lines: Sequence[Line]) -> None:
    values = [value for line in lines for piece in line.pieces for _time, value in piece]
    low, high = value_range(min(values), max(values))
    graph.yrange(low, high)
    ticks, labels = value_marks(low, high)
    graph.yticks(ticks, [_PADDING * 2 + label for label in labels])


def value_range(low: float, high: float) -> tuple[float, float]:
    """Return the range of an axis for values from `low` to `high`: a little room at both ends."""
    margin = max((high - low) * 0.04 or abs(low) * 0.05 or 1.0, _SMALLEST_MARGIN)
    return low - margin, high + margin


def value_marks(low: float, high: float) -> tuple[list[float], list[str]]:
    """Return round values from `low` to `high` with distinct labels; ziaplot fails in narrow ranges."""
    power = 10.0 ** math.floor(math.log10((high - low) / 6))
    step = next((n * power for n in (1, 2, 5) if n * power * 7 >= high - low), 10 * power)
    count = math.floor(high / step) - math.ceil(low / step) + 1
    values = [(math.ceil(low / step) + n) * step for n in range(count)]
    size, fine = max(abs(low), abs(high)), math.floor(math.log10(step) + 1e-9)
    if size < 1e7 and fine >= -5:
        return values, [f"{value:.{max(0, -fine)}f}" for value in values]
    digits = max(1, math.floor(math.log10(size)) - fine + 1)
    return values, [f"{value:.{digits}g}" for value in values]


def _draw_times(graphs: Sequence["Graph"], span: tuple[int, int], last_axis: str) -> None:
    """Draw one time axis for all panels, below the last."""
    marks = time_axis.marks(*span, most=9)
    places = [(time - span[0]) / 1e6 for time, _label in marks]
    length = max(span[1] - span[0], 1) / 1e6
    for graph in graphs:
        graph.xrange(-length * 0.01, length * 1.01)
        graph.xticks(places, [label if graph is graphs[-1] else "" for _time, label in marks])
    name = f"UTC, from {time_axis.readable(span[0])} to {time_axis.readable(span[1])}"
    graphs[-1].axesnames(name, last_axis)


def _padded(name: str) -> str:
    """Return a legend's text with padding: its width is only estimated."""
    return _drawable(name) + _PADDING * (1 + len(name) // 6)


def _drawable(text: str) -> str:
    """Return at most 60 letters of a text, without those that XML cannot hold."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return printable if len(printable) <= 60 else printable[:59] + "…"
