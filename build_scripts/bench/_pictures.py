"""Draws the benchmark's plots: each row's distance from its mark, and the growth of times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ziaplot  # type: ignore[import-untyped]

from _measuring import Curves, Result

COLORS = ("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1")
WIDTH = 640


def draw_marks(results: Sequence[Result]) -> None:
    """Draw a bar for each measured row, from 1 (its mark) to the left if it is reached, else to the right."""
    shown = [result for result in reversed(results) if result.ratio]
    graph = ziaplot.GraphLogX().size(900, 60 + 16 * len(shown)).axesnames("of the mark", None)
    places = range(1, len(shown) + 1)
    for place, result in zip(places, shown, strict=True):
        line = ziaplot.PolyLine((1, _of_mark(result)), (place, place))
        graph.add(line.color(COLORS[2] if result.reached else COLORS[3]).strokewidth(5))
    graph.yrange(0, len(shown) + 1)
    graph.yticks(list(places), [_label(result) for result in shown])
    _save(graph, "bench.svg")


def _label(result: Result) -> str:
    text = f"{result.name} : {result.against}".replace("`", "")
    return "\u2007" * (len(text) // 6) + text  # ziaplot estimates the width too low: make room


def _of_mark(result: Result) -> float:
    assert result.ratio
    return result.mark / result.ratio if result.at_least else result.ratio / result.mark


def draw_growth(axis: str, curves: Curves) -> None:
    """Draw seconds against readings or revisions, a line for each action."""
    graph = ziaplot.GraphLogXY().size(WIDTH, 380).axesnames(axis, "seconds").legend("right")
    for (name, points), color in zip(curves.items(), COLORS, strict=False):
        line = ziaplot.PolyLine(*zip(*points, strict=True))
        graph.add(line.name(f"{name}  ").color(color).marker("o", radius=3))
    _save(graph, f"growth_{axis}.svg")


def _save(graph: Any, name: str) -> None:
    graph.css("Graph { color: white; }")
    Path(__file__).with_name(name).write_bytes(graph.imagebytes("svg"))
