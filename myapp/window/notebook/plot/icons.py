"""The tool bar's icons, drawn in the colour of the desktop's text: light on dark, sharp at any size."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

_SIZE, _SCALE = 20, 3


def icon(name: str, color: QColor) -> QIcon:
    """Return the icon of an action."""
    faded = QColor(color)
    faded.setAlphaF(0.35)
    made = QIcon()
    made.addPixmap(_drawn(name, color), QIcon.Mode.Normal)
    made.addPixmap(_drawn(name, faded), QIcon.Mode.Disabled)
    return made


def _drawn(name: str, color: QColor) -> QPixmap:
    picture = QPixmap(_SIZE * _SCALE, _SIZE * _SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_SCALE, _SCALE)
        painter.setPen(QPen(color, 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        _DRAWN[name](painter)
    return picture


def _line(painter: QPainter, *places: float) -> None:
    points = [QPointF(x, y) for x, y in zip(places[::2], places[1::2], strict=True)]
    painter.drawPolyline(QPolygonF(points))


def _lens(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 5.5, 5.5)
    _line(painter, 12.2, 12.2, 17, 17)


def _zoom_in(painter: QPainter) -> None:
    _zoom_out(painter)
    _line(painter, 8, 5.5, 8, 10.5)


def _zoom_out(painter: QPainter) -> None:
    _lens(painter)
    _line(painter, 5.5, 8, 10.5, 8)


def _zoom_box(painter: QPainter) -> None:
    pen = painter.pen()
    pen.setStyle(Qt.PenStyle.DotLine)
    painter.setPen(pen)
    painter.drawRect(QRectF(3, 4, 14, 12))


def _show_all(painter: QPainter) -> None:
    _line(painter, 2, 4, 2, 16)
    _line(painter, 18, 4, 18, 16)
    _line(painter, 5, 10, 15, 10)
    _line(painter, 7.5, 7, 4.5, 10, 7.5, 13)
    _line(painter, 12.5, 7, 15.5, 10, 12.5, 13)


def _fit_values(painter: QPainter) -> None:
    _line(painter, 4, 2, 16, 2)
    _line(painter, 4, 18, 16, 18)
    _line(painter, 10, 5, 10, 15)
    _line(painter, 7, 7.5, 10, 4.5, 13, 7.5)
    _line(painter, 7, 12.5, 10, 15.5, 13, 12.5)


def _undo(painter: QPainter) -> None:
    painter.drawArc(QRectF(4, 6, 12, 10), -60 * 16, 210 * 16)
    _line(painter, 8.5, 3.5, 4.5, 8.5, 10, 10)


def _redo(painter: QPainter) -> None:
    painter.translate(_SIZE, 0)
    painter.scale(-1, 1)
    _undo(painter)


def _cursors(painter: QPainter) -> None:
    _line(painter, 6, 2, 6, 18)
    _line(painter, 14, 2, 14, 18)
    _line(painter, 8.5, 10, 11.5, 10)


def _from_starts(painter: QPainter) -> None:
    _line(painter, 3, 2, 3, 18)
    _line(painter, 3, 7, 8, 4, 12, 8, 17, 4)
    _line(painter, 3, 14, 8, 11, 12, 15, 17, 12)


def _copy(painter: QPainter) -> None:
    painter.drawRect(QRectF(3, 3, 10, 10))
    _line(painter, 16, 7, 17, 7, 17, 17, 7, 17, 7, 16)


def _save(painter: QPainter) -> None:
    _line(painter, 10, 2, 10, 12)
    _line(painter, 6, 8.5, 10, 12.5, 14, 8.5)
    _line(painter, 3, 13, 3, 17, 17, 17, 17, 13)


_DRAWN: dict[str, Callable[[QPainter], None]] = {
    "zoom_in": _zoom_in,
    "zoom_out": _zoom_out,
    "zoom_box": _zoom_box,
    "show_all": _show_all,
    "fit_values": _fit_values,
    "undo": _undo,
    "redo": _redo,
    "cursors": _cursors,
    "from_starts": _from_starts,
    "copy": _copy,
    "save": _save,
}
