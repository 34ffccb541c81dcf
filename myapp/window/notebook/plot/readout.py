"""The table below the plot: each channel's colour, its values at the cursors, and statistics between them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from myapp.notebook import time_axis
from myapp.notebook.overview.chunk import Point
from myapp.window.notebook.plot import theme
from myapp.window.notebook.plot.curves import Curve
from myapp.window.notebook.plot.painter import legend_text
from myapp.window.notebook.plot.plot import Plot

NONE = "–"
"""Stands for a value that is not there: in a gap, or before it is read."""


class Readout(QWidget):
    """Shows what is at the cursors; the box before a channel shows it in the plot or leaves it out."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plot = plot
        self.times = QLabel(self)
        self.times.setObjectName("cursor-times")
        self.times.setTextFormat(Qt.TextFormat.PlainText)
        self.times.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = self._make_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.times)
        column.addWidget(self.table)
        plot.curves_changed.connect(self._renew)
        plot.cursors_changed.connect(self._show_values)
        plot.statistics_changed.connect(self._show_values)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the size of some rows."""
        return QSize(300, 130)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Show the curves' colours on another ground."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._renew()

    def row(self, curve: Curve) -> list[str]:
        """Return the texts of a curve's columns after its name, as many as there are headings."""
        points = self._plot.values.get(curve.trace, [])
        values = [_value(point, time + curve.offset, curve) for time, point in self._pairs(points)]
        if len(self._plot.cursors) < 2:
            return [_number(values[0] if values else None)]
        first, second = values if len(values) == 2 else (None, None)
        difference = None if first is None or second is None else second - first
        made = self._plot.statistics.get(curve.trace)
        if made is None:
            return [*map(_number, (first, second, difference)), *[NONE] * 5]
        count = self.locale().toString(made.count)
        figures = (
            _number(made.minimum),
            _number(made.maximum),
            _number(made.mean, 7),
            _number(made.deviation, 7),
        )
        return [*map(_number, (first, second, difference)), count, *figures]

    def _pairs(self, points: list[Point | None]) -> list[tuple[int, Point | None]]:
        cursors = self._plot.cursors
        return list(zip(cursors, points, strict=True)) if len(points) == len(cursors) else []

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 0, self)
        table.setTabKeyNavigation(False)  # the arrows go through it
        table.setObjectName("readout")
        table.setAccessibleName(self.tr("Channels, with their values at the cursors"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 6)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.itemChanged.connect(self._check)
        return table

    def _headings(self) -> list[str]:
        channel = self.tr("Channel")
        if len(self._plot.cursors) < 2:
            return [channel, self.tr("At the cursor")]
        between = [self.tr("Count"), self.tr("Min"), self.tr("Max"), self.tr("Mean"), self.tr("Std dev")]
        return [channel, "A", "B", "B − A", *between]

    def _renew(self) -> None:
        """Show a row for each curve."""
        table, curves = self.table, self._plot.curves
        table.blockSignals(True)
        table.setRowCount(len(curves))
        table.setColumnCount(len(self._headings()))
        colors = theme.of_palette(self.palette())
        for row, curve in enumerate(curves):
            item = table.item(row, 0)
            if item is None:
                item = QTableWidgetItem()
                table.setItem(row, 0, item)
            item.setIcon(_swatch(colors, curve))
            item.setText(legend_text(curve, self._plot.several))
            item.setCheckState(Qt.CheckState.Checked if curve.shown else Qt.CheckState.Unchecked)
        table.blockSignals(False)
        self._show_values()

    def _show_values(self) -> None:
        table, headings = self.table, self._headings()
        if table.rowCount() != len(self._plot.curves):
            return
        table.blockSignals(True)
        table.setColumnCount(len(headings))
        table.setHorizontalHeaderLabels(headings)
        for row, curve in enumerate(self._plot.curves):
            for column, text in enumerate(self.row(curve), 1):
                _put(table, row, column, text)
        table.blockSignals(False)
        self.times.setText(self._times())

    def _times(self) -> str:
        """Return the times of the cursors, and the time between them; else what is not drawn."""
        text = time_axis.duration if self._plot.from_starts else time_axis.readable
        times = [text(time) for time in self._plot.cursors]
        if len(times) == 2:
            first, second = self._plot.cursors
            between = time_axis.duration(second - first)
            return self.tr("A: {}   B: {}   B − A: {}").format(*times, between)
        return "   ".join([*times, *self._left_out()])

    def _left_out(self) -> list[str]:
        """Return what is not drawn, in words."""
        sentences = []
        if self._plot.left_out:
            sentences.append(self.tr("%n selected run(s) are not drawn", "", self._plot.left_out))
        shown, every = len(self._plot.shown), len(self._plot.curves)
        if shown < every:
            sentences.append(self.tr("{} of {} channels are drawn: the boxes choose").format(shown, every))
        return sentences

    def _check(self, item: QTableWidgetItem) -> None:
        if item.column() == 0:
            shown = item.checkState() == Qt.CheckState.Checked
            self._plot.show_curve(self._plot.curves[item.row()], shown=shown)


def _put(table: QTableWidget, row: int, column: int, text: str) -> None:
    item = table.item(row, column)
    if item is None:
        item = QTableWidgetItem()
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        table.setItem(row, column, item)
    if item.text() != text:
        item.setText(text)


def _value(point: Point | None, time: int, curve: Curve) -> float | None:
    """Return the value of the reading nearest to a time, None where that is in a gap or beyond the ends."""
    if point is None or curve.whole is None:
        return None
    at, value = point
    inside = curve.trace.start <= time <= curve.trace.end
    return value if at == time or (inside and abs(at - time) <= curve.whole.longest_step) else None


def _number(value: float | None, digits: int = 9) -> str:
    return NONE if value is None else f"{value:.{digits}g}"


def _swatch(colors: theme.Theme, curve: Curve) -> QIcon:
    picture = QPixmap(28, 14)
    picture.fill(QColor(0, 0, 0, 0))
    pen = colors.pen(curve.number)
    pen.setWidth(3)
    with QPainter(picture) as painter:
        painter.setPen(pen)
        painter.drawLine(2, 7, 26, 7)
    return QIcon(picture)
