"""Saves the plot as a picture, and what it shows as CSV; copies the picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from myapp.document.writing import written
from myapp.notebook.selection import Selection
from myapp.progress import Progress
from myapp.window.notebook.plot import painter, theme
from myapp.window.notebook.plot.layout import arranged
from myapp.window.notebook.plot.plot import Plot

SHARP = 2
"""Pixels of a saved picture for each of the screen's."""

_DOTS_PER_INCH = 96
"""The resolution in which the screen's pixels are laid out on paper."""

_WIDTH_MM = 257.0
"""The width of a picture on paper: that of A4 across, with margins."""


class Picture:
    """A plot as it is seen now, on white, with the titles of its runs above."""

    def __init__(self, plot: Plot, size: QSize, font: QFont) -> None:
        self._plot = plot
        self._size = size
        self._font = QFont(font)
        self._font.setPixelSize(QFontInfo(font).pixelSize())  # the same on the screen and on paper

    @property
    def title(self) -> str:
        """The titles of the runs."""
        return ", ".join(run.title for run in self._plot.runs)

    def image(self) -> QImage:
        """Return it as pixels."""
        image = QImage(self._size * SHARP, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARP)
        image.fill(QColor("white"))
        with QPainter(image) as on:
            self._paint(on)
        return image

    def save(self, path: str, document: str) -> None:
        """Write it into a file, whole or not at all, as its name's ending says: .png, .svg or .pdf.

        A file is replaced, but never `document`, the one that is drawn. The errors are those of `written`.
        """
        writers = {".svg": self._write_svg, ".pdf": self._write_pdf}
        writer = writers.get(os.path.splitext(path)[1].lower(), self._write_png)
        content = QBuffer()
        content.open(QIODevice.OpenModeFlag.WriteOnly)
        writer(content)
        with written(path, document, force=True, wait=0) as stream:  # the window does not wait
            stream.write(content.data().data())

    def _paint(self, on: QPainter) -> None:
        on.setFont(self._font)
        plot, measures = self._plot, painter.measures_of(QFontMetricsF(self._font, on.device()))
        size = QSizeF(self._size)
        starts = plot.from_starts
        layout = arranged(plot.curves, plot.view, size, measures, from_starts=starts, title=True)
        painter.paint(on, layout, theme.on_paper(), self.title, several=plot.several)

    def _write_png(self, file: QIODevice) -> None:
        QImageWriter(file, b"png").write(self.image())

    def _write_svg(self, file: QIODevice) -> None:
        from PySide6.QtSvg import QSvgGenerator

        made = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the tiny one, its default, clips nothing
        made.setOutputDevice(file)
        made.setResolution(_DOTS_PER_INCH)
        made.setSize(self._size)
        made.setViewBox(QRect(QPoint(0, 0), self._size))
        made.setTitle(self.title)
        with QPainter(made) as on:
            self._paint(on)

    def _write_pdf(self, file: QIODevice) -> None:
        height = _WIDTH_MM * self._size.height() / self._size.width()
        made = QPdfWriter(file)
        made.setTitle(self.title)
        made.setPageMargins(QMarginsF(0, 0, 0, 0))
        made.setPageSize(QPageSize(QSizeF(_WIDTH_MM, height), QPageSize.Unit.Millimeter))
        made.setResolution(round(self._size.width() / _WIDTH_MM * 25.4))
        with QPainter(made) as on:
            self._paint(on)


@dataclass(frozen=True)
class Shown:
    """What a plot shows of one run: channels, and the time from `start` to `end`, both included."""

    run: int
    channels: tuple[str, ...]
    start: int
    end: int


def shown_of(plot: Plot) -> list[Shown]:
    """Return what a plot shows, by run."""
    channels: dict[tuple[int, int], list[str]] = {}
    for curve in plot.shown:
        trace = curve.trace
        channels.setdefault((trace.run, curve.offset), []).append(f"{trace.name} [{trace.unit}]")
    start, end = plot.view.start, plot.view.end
    return [
        Shown(run, tuple(names), start + offset, end + offset) for (run, offset), names in channels.items()
    ]


def csv_names(path: str, shown: Sequence[Shown]) -> list[str]:
    """Return a file for each run: the named one for a single run, else it with the run's number."""
    stem, suffix = os.path.splitext(path)
    return [path] if len(shown) == 1 else [f"{stem}-{each.run}{suffix}" for each in shown]


def write_csv(connection: Any, shown: Shown, path: str, document: str, progress: Progress) -> None:
    """Write all readings that are shown of a run as CSV, exactly and whole, or not at all.

    A file is replaced, but never `document`, the one that is drawn. `progress` may raise Cancelled. Raise
    UsageError for a time that has no date, Damaged, and what `written` raises.
    """
    from myapp.notebook.export import Export

    selection = Selection(channels=shown.channels, start=shown.start, end=shown.end + 1)
    export = Export(connection, shown.run, selection, progress)
    with written(path, document, force=True) as stream, closing(export.csv()) as pieces:
        for piece in pieces:
            stream.write(piece.encode("utf-8", "backslashreplace"))
