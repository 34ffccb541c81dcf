"""Where everything in the plot's picture is: a panel for each unit above one time axis, all aligned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF

from myapp.notebook import time_axis
from myapp.notebook.plotting import value_marks, value_range
from myapp.window.notebook.plot.curves import Curve
from myapp.window.notebook.plot.views import Span, View, rounded, zoomed_span

GAP = 6.0
"""The room between a panel's frame and what is beside it, in pixels."""

_FARTHEST = 10
"""How many times the range of all values is shown at the most."""

Mark = tuple[float, str]


@dataclass(frozen=True)
class Measures:
    """The sizes of the font that labels are written in: pixels."""

    line: float
    width: Callable[[str], float]


@dataclass(frozen=True)
class Panel:
    """The curves of one unit in a frame; values grow upwards from `span[0]` at its lower edge."""

    unit: str
    curves: Sequence[Curve]
    frame: QRectF
    span: Span
    marks: Sequence[Mark]

    @property
    def pixels(self) -> float:
        """Pixels of a value of 1."""
        return self.frame.height() / (self.span[1] - self.span[0])

    def y_of(self, value: float) -> float:
        """Return the place of a value."""
        return self.frame.bottom() - (value - self.span[0]) * self.pixels

    def fraction(self, y: float) -> float:
        """Return how far up a place is: 0 at the lower edge, 1 at the upper one."""
        return (self.frame.bottom() - y) / self.frame.height()

    def value_at(self, y: float) -> float:
        """Return the value at a place."""
        return self.span[0] + self.fraction(y) * (self.span[1] - self.span[0])


@dataclass(frozen=True)
class Layout:
    """The panels of a view, and the marks of the time below them."""

    view: View
    size: QSizeF
    panels: Sequence[Panel]
    marks: Sequence[tuple[int, str]]
    caption: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def pixels(self) -> float:
        """Pixels of a microsecond."""
        return (self.right - self.left) / self.view.length

    def x_of(self, time: int) -> float:
        """Return the place of a time."""
        return self.left + (time - self.view.start) * self.pixels

    def fraction(self, x: float) -> float:
        """Return how far right a place is: 0 at the start, 1 at the end."""
        return (x - self.left) / (self.right - self.left)

    def time_at(self, x: float) -> int:
        """Return the time at a place, without digits that are less than a pixel."""
        return rounded(self.view.start + round(self.fraction(x) * self.view.length), 1 / self.pixels)

    def panel_at(self, place: QPointF) -> Panel | None:
        """Return the panel whose frame or axis is at a place, or None."""
        rows = (panel for panel in self.panels if panel.frame.top() <= place.y() <= panel.frame.bottom())
        return next(rows, None)


def arranged(
    curves: Sequence[Curve],
    view: View,
    size: QSizeF,
    measures: Measures,
    *,
    from_starts: bool = False,
    title: bool = False,
) -> Layout:
    """Place the shown curves of a plot into a picture, with a line for its title above where it has one."""
    by_unit: dict[str, list[Curve]] = {}
    for curve in curves:
        if curve.shown:
            by_unit.setdefault(curve.trace.unit, []).append(curve)
    line = measures.line
    top = GAP + (line + GAP if title else 0)
    bottom = size.height() - 2 * line - 2 * GAP
    each = max(1.0, (bottom - top) / max(1, len(by_unit)))
    spans = {unit: view.values.get(unit) or fitted(some) for unit, some in by_unit.items()}
    marks = {unit: _value_marks(span, each - line, line) for unit, span in spans.items()}
    labels = [label for of_unit in marks.values() for _value, label in of_unit]
    left = 2 * GAP + max(map(measures.width, labels), default=40.0)
    right = max(left + 1, size.width() - 3 * GAP)
    panels = []
    for number, (unit, some) in enumerate(by_unit.items()):
        head = min(line, each / 3)  # its legend
        height = max(1.0, each - head - GAP)
        frame = QRectF(left, top + number * each + head, right - left, height)
        panels.append(Panel(unit, some, frame, spans[unit], marks[unit]))
    most = max(2, int((right - left) / (measures.width("0000-00-00") + 4 * GAP)))
    times = time_axis.duration_marks if from_starts else time_axis.marks
    shown = times(view.start, view.end, most)
    caption = describe(view, from_starts=from_starts)
    return Layout(view, size, panels, shown, caption, left, right, top, bottom)


def describe(view: View, *, from_starts: bool) -> str:
    """Return what time a view shows, in words."""
    start, end = (rounded(time, view.length / 1000) for time in (view.start, view.end))
    if from_starts:
        text = QCoreApplication.translate("Plot", "From the start of each run, {} to {}")
        return text.format(time_axis.duration(start), time_axis.duration(end))
    text = QCoreApplication.translate("Plot", "UTC, {} to {}")
    return text.format(time_axis.readable(start), time_axis.readable(end))


def fitted(curves: Sequence[Curve]) -> Span:
    """Return the range of an axis for all values of curves; one without any is from 0 to 1."""
    spans = [curve.whole.span for curve in curves if curve.whole and curve.whole.span]
    return _axis(spans)


def fitted_to_view(curves: Sequence[Curve], view: View) -> Span:
    """Return the range of an axis for the values of curves in the time that a view shows."""
    spans = []
    for curve in curves:
        drawing = curve.detail or curve.whole
        if drawing:
            spans.append(drawing.span_between(view.start + curve.offset, view.end + curve.offset))
    return _axis([span for span in spans if span])


def with_zoomed_values(view: View, panel: Panel, factor: float, at: float) -> View:
    """Show `factor` of a panel's values; the place `at`, from 0 to 1, stays. Far more than all is no view."""
    low, high = zoomed_span(panel.span, factor, at)
    least, most = fitted(panel.curves)
    return view if high - low > _FARTHEST * (most - least) else view.with_values(panel.unit, (low, high))


def _axis(spans: Sequence[Span]) -> Span:
    if not spans:
        return 0.0, 1.0
    return value_range(min(low for low, _high in spans), max(high for _low, high in spans))


def _value_marks(span: Span, height: float, line: float) -> list[Mark]:
    """Return an axis' marks: about six, or fewer where there is no room for their labels."""
    values, labels = value_marks(*span)
    every = max(1, round(len(values) * line * 1.5 / max(height, 1)))
    return list(zip(values, labels, strict=True))[::every]
