"""Paints the plot, on the screen and into the files that are saved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from myapp.window.notebook.plot.curves import Curve
from myapp.window.notebook.plot.drawing import Drawing
from myapp.window.notebook.plot.layout import GAP, Layout, Measures, Panel
from myapp.window.notebook.plot.theme import Theme, hairline

_PIXELS_OF_DOT = 8
"""A reading is drawn as a dot too where there are so many pixels for each."""

_CROWDED = 2
"""Points for each pixel of the width from which lines are not smoothed, which nobody sees: half the time."""

_DENSE, _HALF = 4000, 0.4
"""On a screen of fine pixels, a line of fewer points is drawn twice, so far beside itself: a broad pen takes
Qt a hundred times as long."""

_DOT = 4.0
_SWATCH = 18.0
"""The length of a line in the legend, in pixels."""

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


def measures_of(metrics: QFontMetricsF) -> Measures:
    """Return the sizes of a font."""
    return Measures(metrics.height(), metrics.horizontalAdvance)


def paint(painter: QPainter, layout: Layout, theme: Theme, title: str = "", several: bool = False) -> None:
    """Paint a plot; with `several` runs each curve is named with its run."""
    painter.fillRect(QRectF(QPointF(0, 0), layout.size), theme.ground)
    metrics = QFontMetricsF(painter.font())
    if title:
        place = QRectF(layout.left, GAP, layout.right - layout.left, metrics.height())
        painter.setPen(theme.text)
        elided = metrics.elidedText(title, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, _LEFT, elided)
    for panel in layout.panels:
        _paint_grid(painter, layout, panel, theme)
        _paint_legend(painter, layout, panel, theme, several)
        _paint_curves(painter, layout, panel, theme)
    _paint_times(painter, layout, theme)


def _paint_grid(painter: QPainter, layout: Layout, panel: Panel, theme: Theme) -> None:
    frame, line = panel.frame, QFontMetricsF(painter.font()).height()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    for value, label in panel.marks:
        y = panel.y_of(value)
        painter.setPen(hairline(theme.grid))
        painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(theme.text)
        painter.drawText(QRectF(0, y - line / 2, layout.left - GAP, line), _RIGHT, label)
    painter.setPen(hairline(theme.grid))
    for time, _label in layout.marks:
        x = layout.x_of(time)
        painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
    painter.setPen(hairline(theme.frame))
    painter.drawRect(frame)


def _paint_legend(painter: QPainter, layout: Layout, panel: Panel, theme: Theme, several: bool) -> None:
    """Name the curves above their panel, as many as there is room for."""
    metrics = QFontMetricsF(painter.font())
    x, y = panel.frame.left(), panel.frame.top() - metrics.height() / 2
    for number, curve in enumerate(panel.curves):
        name = legend_text(curve, several)
        width = _SWATCH + GAP + metrics.horizontalAdvance(name) + 2 * GAP
        if x + width > panel.frame.right():
            rest = len(panel.curves) - number
            more = QCoreApplication.translate("Plot", "… %n more", "", rest)
            painter.setPen(theme.text)
            painter.drawText(
                QRectF(x, y - metrics.height() / 2, layout.right - x, metrics.height()), _LEFT, more
            )
            return
        pen = theme.pen(curve.number)
        pen.setWidthF(2)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, y), QPointF(x + _SWATCH, y))
        painter.setPen(theme.text)
        place = QRectF(x + _SWATCH + GAP, y - metrics.height() / 2, width, metrics.height())
        painter.drawText(place, _LEFT, name)
        x += width


def legend_text(curve: Curve, several: bool) -> str:
    """Return a curve's name, with its run's where there are several, without letters that are no text."""
    text = f"{curve.run_title}: {curve.trace.title}" if several else curve.trace.title
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= 60 else text[:59] + "…"


def _paint_times(painter: QPainter, layout: Layout, theme: Theme) -> None:
    metrics = QFontMetricsF(painter.font())
    painter.setPen(theme.text)
    y = layout.bottom + GAP / 2
    end = -GAP
    for time, label in layout.marks:
        half = metrics.horizontalAdvance(label) / 2
        x = min(max(layout.x_of(time), half), layout.size.width() - half)
        if x - half >= end + GAP:
            painter.drawText(QRectF(x - half - 1, y, 2 * half + 2, metrics.height()), _CENTRE, label)
            end = x + half
    place = QRectF(0, y + metrics.height(), layout.size.width(), metrics.height())
    painter.drawText(place, _CENTRE, layout.caption)


def _paint_curves(painter: QPainter, layout: Layout, panel: Panel, theme: Theme) -> None:
    for curve in panel.curves:
        for drawing, clip in _parts(curve, layout, panel):
            painter.save()
            painter.setClipRect(clip, Qt.ClipOperation.IntersectClip)
            _paint_drawing(painter, drawing, curve, layout, panel, theme)
            painter.restore()


def _parts(curve: Curve, layout: Layout, panel: Panel) -> Sequence[tuple[Drawing, QRectF]]:
    """Return what draws a curve and where: the exact detail, and beside it, until it is read, the whole."""
    frame = panel.frame
    start, end = layout.view.start + curve.offset, layout.view.end + curve.offset
    detail, whole = curve.detail, curve.whole
    if detail and (detail.covers(start, end) or not whole):
        return [(detail, frame)]
    if not whole:
        return []
    if (
        not detail
        or detail.end < start
        or detail.start > end
        or 3 * (detail.end - detail.start) < end - start
    ):
        return [(whole, frame)]
    left, right = layout.x_of(detail.start - curve.offset), layout.x_of(detail.end - curve.offset)
    parts = [(detail, QRectF(left, frame.top(), right - left, frame.height()) & frame)]
    parts.append((whole, QRectF(frame.left(), frame.top(), left - frame.left(), frame.height())))
    parts.append((whole, QRectF(right, frame.top(), frame.right() - right, frame.height())))
    return [(drawing, clip) for drawing, clip in parts if clip.width() > 0]


def _paint_drawing(
    painter: QPainter, drawing: Drawing, curve: Curve, layout: Layout, panel: Panel, theme: Theme
) -> None:
    scale = (layout.pixels, panel.pixels)
    corner = QPointF(panel.frame.left(), panel.frame.bottom())
    transform = drawing.transform(layout.view.start + curve.offset, panel.span[0], scale, corner)
    pen = theme.pen(curve.number)
    painter.setPen(pen)
    smooth = len(drawing.points) <= _CROWDED * (layout.right - layout.left)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=smooth)
    twice = painter.device().devicePixelRatio() > 1 and len(drawing.points) < _DENSE
    for shift in (0, _HALF) if twice else (0,):
        painter.translate(shift, shift)
        for line in drawing.lines:
            painter.drawPolyline(transform.map(line))
        painter.translate(-shift, -shift)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    dots = QPen(pen.color(), _DOT, c=Qt.PenCapStyle.RoundCap)
    painter.setPen(dots)
    painter.drawPoints(transform.map(drawing.dots))
    if _has_room_for_dots(drawing, layout):
        for line in drawing.lines:
            painter.drawPoints(transform.map(line))


def _has_room_for_dots(drawing: Drawing, layout: Layout) -> bool:
    return len(drawing.points) * _PIXELS_OF_DOT <= layout.right - layout.left
