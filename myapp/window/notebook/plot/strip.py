"""The strip below the plot: all of the time in small, with the part that is shown, to be dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from myapp.window.notebook.plot import theme
from myapp.window.notebook.plot.layout import fitted
from myapp.window.notebook.plot.navigation import NEAR, NOTCH, ZOOM_OF_NOTCH
from myapp.window.notebook.plot.plot import Plot
from myapp.window.notebook.plot.views import View

HEIGHT = 46


class Strip(QWidget):
    """A drag of the part that is shown moves it, one of its edges makes it longer, and a click elsewhere goes
    there."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName(self.tr("All of the time, with the part that is shown"))
        self.setToolTip(self.tr("All of the time: drag the part that is shown"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._plot = plot
        self._still = QPixmap()
        self._held: tuple[str, int, View] | None = None
        self._gesture: object = object()
        plot.curves_changed.connect(self._renew)
        plot.view_changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return a low strip."""
        return QSize(200, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Paint the curves again."""
        super().resizeEvent(event)
        self._renew()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Paint on another ground."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._renew()

    def x_of(self, time: int) -> float:
        """Return the place of a time."""
        whole = self._plot.views.whole
        return (time - whole.start) / whole.length * self.width()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Paint the curves, and what is not shown darker."""
        ratio = self.devicePixelRatioF()
        if self._still.isNull() or self._still.devicePixelRatio() != ratio:
            self._still = self._picture(ratio)
        colors, view = theme.of_palette(self.palette()), self._plot.view
        left, right = self.x_of(view.start), self.x_of(view.end)
        with QPainter(self) as above:
            above.drawPixmap(0, 0, self._still)
            shade = colors.frame
            shade.setAlphaF(0.35)
            above.fillRect(QRectF(0, 0, max(0.0, left), HEIGHT), shade)
            above.fillRect(QRectF(right, 0, max(0.0, self.width() - right), HEIGHT), shade)
            above.setPen(QPen(colors.cursor, 2))
            above.drawRect(QRectF(left, 1, max(right - left, 2.0), self.height() - 2))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Take hold of the part that is shown or of one of its edges; elsewhere, show that place."""
        if event.button() != Qt.MouseButton.LeftButton or not self._plot.shown:
            return
        self._gesture = object()
        x, view = event.position().x(), self._plot.view
        part = self._part_at(x)
        if not part:
            view = view.moved((self._time_at(x) - (view.start + view.length // 2)) / view.length)
            self._plot.show_view(view, self._gesture)
            part, view = "middle", self._plot.view
        self._held = (part, self._time_at(x), view)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Move what is held."""
        x = event.position().x()
        if self._held is None:
            edge = self._part_at(x) in ("start", "end")
            self.setCursor(Qt.CursorShape.SplitHCursor if edge else Qt.CursorShape.ArrowCursor)
            return
        part, time, view = self._held
        distance = self._time_at(x) - time
        if part == "middle":
            moved = view.moved(distance / view.length)
        elif part == "start":
            moved = view.between(view.start + distance, view.end)
        else:
            moved = view.between(view.start, view.end + distance)
        self._plot.show_view(moved, self._gesture)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Let go."""
        self._held = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Show all."""
        self._held = None
        self._plot.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Zoom the time in the middle of what is shown."""
        if self._plot.shown:
            self._plot.show_view(
                self._plot.view.zoomed(ZOOM_OF_NOTCH ** (event.angleDelta().y() / NOTCH), 0.5)
            )

    def _part_at(self, x: float) -> str:
        left, right = self.x_of(self._plot.view.start), self.x_of(self._plot.view.end)
        narrow = right - left < 3 * NEAR  # no room for edges: all of it is for moving
        if left + NEAR < x < right - NEAR or (narrow and left - NEAR <= x <= right + NEAR):
            return "middle"
        if abs(x - left) <= NEAR:
            return "start"
        if abs(x - right) <= NEAR:
            return "end"
        return ""

    def _time_at(self, x: float) -> int:
        whole = self._plot.views.whole
        return whole.start + round(x / self.width() * whole.length)

    def _renew(self) -> None:
        self._still = QPixmap()
        self.update()

    def _picture(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        colors, whole = theme.of_palette(self.palette()), self._plot.views.whole
        picture.fill(colors.ground)
        size = QSizeF(self.size())
        units: dict[str, tuple[float, float]] = {}
        with QPainter(picture) as on:
            for curve in self._plot.shown:
                if curve.whole:
                    unit = curve.trace.unit
                    alike = [each for each in self._plot.shown if each.trace.unit == unit]
                    low, high = units.setdefault(unit, fitted(alike))
                    scale = (size.width() / whole.length, size.height() / (high - low))
                    corner = QPointF(0, size.height())
                    transform = curve.whole.transform(whole.start + curve.offset, low, scale, corner)
                    on.setPen(colors.pen(curve.number))
                    for line in curve.whole.lines:
                        on.drawPolyline(transform.map(line))
                    on.drawPoints(transform.map(curve.whole.dots))
        return picture
