"""The plot's picture on the screen: painted once for a view, with the cursors above it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from myapp.window.notebook.plot import painter, theme
from myapp.window.notebook.plot.layout import Layout, arranged
from myapp.window.notebook.plot.plot import Plot

_LABELS = "AB"

PATIENCE_MS = 200
"""A picture that is read exactly within this time says nothing of it."""


class Canvas(QWidget):
    """Paints a plot; `painted` tells each time that it is seen anew, with the curves that are there."""

    painted = Signal()

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plot")
        self.setMinimumSize(240, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.plot = plot
        self.message = ""
        self.box: QRectF | None = None
        self._still = QPixmap()
        self._layout: Layout | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.update)
        for changed in (plot.runs_changed, plot.curves_changed, plot.view_changed):
            changed.connect(self._patience.start)
        plot.curves_changed.connect(self.renew)
        plot.view_changed.connect(self.renew)
        plot.cursors_changed.connect(self.update)

    @property
    def arrangement(self) -> Layout:
        """Where everything is now."""
        if self._layout is None:
            self._layout = arranged(
                self.plot.curves,
                self.plot.view,
                QSizeF(self.size()),
                painter.measures_of(QFontMetricsF(self.font())),
                from_starts=self.plot.from_starts,
            )
        return self._layout

    def show_message(self, message: str) -> None:
        """Show a sentence in place of curves."""
        self.message = message
        self.renew()

    def show_box(self, box: QRectF | None) -> None:
        """Show the box that is being drawn, or none."""
        self.box = box
        self.update()

    def renew(self) -> None:
        """Paint all of it again, soon."""
        self._layout = None
        self._still = QPixmap()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Ask for as many columns as there are pixels."""
        super().resizeEvent(event)
        self.renew()
        layout = self.arrangement
        self.plot.show_in(max(1, round((layout.right - layout.left) * self.devicePixelRatioF())))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Paint in other colours or letters."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.EnabledChange):
            self.renew()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the picture where it changed, and what moves above it."""
        ratio = self.devicePixelRatioF()
        if self._still.isNull() or self._still.devicePixelRatio() != ratio:
            self._still = self._picture(ratio)
        with QPainter(self) as above:
            above.drawPixmap(0, 0, self._still)
            if self.plot.curves:
                self._paint_cursors(above)
                self._paint_box(above)
            self._paint_work(above)
            if self.hasFocus():
                above.setPen(self.palette().highlight().color())
                above.drawRect(self.rect().adjusted(0, 0, -1, -1))
        self.painted.emit()

    def _picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        colors = theme.of_palette(self.palette())
        picture.fill(colors.ground)
        with QPainter(picture) as on:
            on.setFont(self.font())
            if self.message or not self.plot.shown:
                on.setPen(colors.text)
                centre = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                on.drawText(QRectF(self.rect()), centre, self.message)
            else:
                painter.paint(on, self.arrangement, colors, several=self.plot.several)
        return picture

    def _paint_cursors(self, above: QPainter) -> None:
        layout, colors = self.arrangement, theme.of_palette(self.palette())
        places = [layout.x_of(time) for time in self.plot.cursors]
        if len(places) == 2:
            left, right = sorted(min(max(x, layout.left), layout.right) for x in places)
            between = theme.of_palette(self.palette()).cursor
            between.setAlphaF(0.12)
            above.fillRect(QRectF(left, layout.top, right - left, layout.bottom - layout.top), between)
        above.setPen(QPen(colors.cursor, 1))
        for number, x in enumerate(places):
            if layout.left <= x <= layout.right:
                above.drawLine(QPointF(x, layout.top), QPointF(x, layout.bottom))
                if len(places) == 2:
                    line = QFontMetricsF(self.font()).height()
                    above.drawText(QPointF(x + 3, layout.top + 2 * line), _LABELS[number])

    def _paint_work(self, above: QPainter) -> None:
        """Say that readings are on their way, where that takes long."""
        if self.plot.busy and not self._patience.isActive():
            above.setPen(self.palette().text().color())
            place = self.rect().adjusted(8, 4, -8, -4)
            above.drawText(
                place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, self.tr("Reading…")
            )

    def _paint_box(self, above: QPainter) -> None:
        if self.box is not None:
            fill = theme.of_palette(self.palette()).cursor
            above.setPen(QPen(fill, 1, Qt.PenStyle.DashLine))
            fill.setAlphaF(0.15)
            above.setBrush(fill)
            above.drawRect(self.box)
