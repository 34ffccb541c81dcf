"""The colours of the plot: those of the desktop's palette, and lines that are seen on it, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from myapp.notebook.plotting import COLORS

_ON_DARK = ("#56b4e9", "#ff9e4a", "#2fd1a0", "#f0a6d0", "#f0e442", "#9ad0f5", "#b79cf0", "#cccccc")
"""The lines' colours on a dark ground, each the brighter sister of the one on a light ground."""

_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


@dataclass(frozen=True)
class Theme:
    """Colours of a picture."""

    ground: QColor
    text: QColor
    grid: QColor
    frame: QColor
    cursor: QColor
    lines: Sequence[str]

    def pen(self, number: int) -> QPen:
        """Return the pen of the curve with a number: a colour, and another dash for each round of them."""
        pen = hairline(QColor(self.lines[number % len(self.lines)]))
        pen.setStyle(_STYLES[number // len(self.lines) % len(_STYLES)])
        return pen


def hairline(color: QColor) -> QPen:
    """Return a pen of one pixel, however fine the pixels are."""
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    return pen


def of_palette(palette: QPalette) -> Theme:
    """Return the colours of a desktop."""
    ground, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    return _theme(ground, text, palette.color(QPalette.ColorRole.Highlight))


def on_paper() -> Theme:
    """Return the colours of a picture that is saved."""
    return _theme(QColor("white"), QColor("black"), QColor("#308cc6"))


def _theme(ground: QColor, text: QColor, cursor: QColor) -> Theme:
    lines = _ON_DARK if ground.lightness() < 128 else COLORS
    return Theme(ground, text, _mixed(ground, text, 0.12), _mixed(ground, text, 0.45), cursor, lines)


def _mixed(ground: QColor, text: QColor, part: float) -> QColor:
    """Return the ground's colour with a part of the text's."""
    pairs = ((ground.red(), text.red()), (ground.green(), text.green()), (ground.blue(), text.blue()))
    return QColor(*(round(below + (above - below) * part) for below, above in pairs))
