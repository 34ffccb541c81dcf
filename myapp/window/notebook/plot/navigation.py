"""What a person does with the mouse in the plot: the wheel zooms, a drag pans or draws a box."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent

from myapp.window.notebook.plot.canvas import Canvas
from myapp.window.notebook.plot.layout import Layout, Panel, with_zoomed_values
from myapp.window.notebook.plot.plot import Plot
from myapp.window.notebook.plot.views import View, moved_span

NOTCH = 120
"""What Qt reports for one notch of a wheel."""

ZOOM_OF_NOTCH = 0.8
"""The part of the view that is left after one notch forwards."""

PAUSE_MS = 600
"""Turns of the wheel with shorter pauses are undone in one step."""

NEAR = 6
"""How many pixels beside a cursor take hold of it."""

_LEAST_BOX = 5
"""A box that is lower or narrower, in pixels, is meant for the other axis alone."""

_Button = Qt.MouseButton
_Modifier = Qt.KeyboardModifier


@dataclass
class _Drag:
    """A press of a button: where it was, what was shown, and what it moves."""

    button: Qt.MouseButton
    place: QPointF
    layout: Layout
    panel: Panel | None
    cursor: int | None
    moved: bool = False


class Navigation(QObject):
    """Follows the mouse over a canvas. With `boxes`, a drag by the left button draws a box, as by the right.

    `menu_requested` has the place, on the screen, of a click by the right button or of the menu's key.
    """

    menu_requested = Signal(QPoint)

    def __init__(self, canvas: Canvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.boxes = False
        self._canvas = canvas
        self._plot: Plot = canvas.plot
        self._drag: _Drag | None = None
        self._gesture: object = object()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._end_gesture)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Take the mouse's events of the canvas."""
        kind = QEvent.Type
        if isinstance(event, QContextMenuEvent):
            if event.reason() != QContextMenuEvent.Reason.Mouse:  # that of the mouse comes before a drag
                self.menu_requested.emit(event.globalPos())
            return True
        if not self._plot.shown:
            return False
        if isinstance(event, QWheelEvent):
            self._turn(event)
            return True
        if isinstance(event, QMouseEvent):
            actions = {
                kind.MouseButtonPress: self._press,
                kind.MouseMove: self._move,
                kind.MouseButtonRelease: self._release,
                kind.MouseButtonDblClick: self._double_click,
            }
            action = actions.get(event.type())
            if action:
                action(event)
        return False

    def cancel(self) -> bool:
        """End a drag without effect; return whether there was one."""
        drag, self._drag = self._drag, None
        self._canvas.show_box(None)
        if drag and drag.moved:
            self._plot.show_view(drag.layout.view, self._gesture)
        return drag is not None

    def _turn(self, event: QWheelEvent) -> None:
        delta, layout = event.angleDelta(), self._canvas.arrangement
        modifiers = event.modifiers()
        if not delta.y() and not modifiers & (_Modifier.ShiftModifier | _Modifier.AltModifier):
            self._show(self._plot.view.moved(-delta.x() / NOTCH / 20))
            return
        factor = ZOOM_OF_NOTCH ** ((delta.y() or delta.x()) / NOTCH)
        time, values = _axes(modifiers, layout, event.position())
        view = self._plot.view
        if time:
            view = view.zoomed(factor, min(1.0, max(0.0, layout.fraction(event.position().x()))))
        panel = layout.panel_at(event.position())
        if values and panel:
            view = with_zoomed_values(view, panel, factor, panel.fraction(event.position().y()))
        self._show(view)
        self._pause.start()

    def _press(self, event: QMouseEvent) -> None:
        layout, place = self._canvas.arrangement, event.position()
        if event.button() in (_Button.LeftButton, _Button.RightButton, _Button.MiddleButton):
            cursor = self._cursor_at(place, layout) if event.button() == _Button.LeftButton else None
            self._end_gesture()
            self._drag = _Drag(event.button(), place, layout, layout.panel_at(place), cursor)

    def _move(self, event: QMouseEvent) -> None:
        place, drag = event.position(), self._drag
        if drag is None:
            self._hover(place)
            return
        drag.moved = drag.moved or (place - drag.place).manhattanLength() >= 4
        if not drag.moved:
            return
        if drag.cursor is not None:
            self._place_cursor(drag.cursor, place)
        elif self._draws_box(drag):
            self._canvas.show_box(QRectF(drag.place, place).normalized() & self._canvas.rect().toRectF())
        else:
            self._pan(drag, place, event.modifiers())

    def _release(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is None:
            return
        if not drag.moved:
            if drag.button == _Button.RightButton:
                self.menu_requested.emit(event.globalPosition().toPoint())
        elif drag.cursor is None and self._draws_box(drag):
            self._canvas.show_box(None)
            self._zoom_to(QRectF(drag.place, event.position()).normalized(), drag)

    def _double_click(self, event: QMouseEvent) -> None:
        if event.button() == _Button.LeftButton:
            self._drag = None
            self._plot.show_all()

    def _hover(self, place: QPointF) -> None:
        layout = self._canvas.arrangement
        held = self._cursor_at(place, layout) is not None
        self._canvas.setCursor(Qt.CursorShape.SplitHCursor if held else self._shape())
        if len(self._plot.cursors) < 2 and layout.left <= place.x() <= layout.right:
            self._plot.place_cursors(layout.time_at(place.x()))

    def _shape(self) -> Qt.CursorShape:
        return Qt.CursorShape.CrossCursor if self.boxes else Qt.CursorShape.ArrowCursor

    def _cursor_at(self, place: QPointF, layout: Layout) -> int | None:
        """Return the number of the cursor near a place, of two; one alone follows the mouse anyway."""
        times = self._plot.cursors
        near = [n for n, time in enumerate(times) if abs(layout.x_of(time) - place.x()) <= NEAR]
        return near[-1] if near and len(times) == 2 else None

    def _place_cursor(self, number: int, place: QPointF) -> None:
        layout = self._canvas.arrangement
        times = list(self._plot.cursors)
        times[number] = layout.time_at(min(max(place.x(), layout.left), layout.right))
        self._plot.place_cursors(*times)

    def _draws_box(self, drag: _Drag) -> bool:
        return drag.button == _Button.RightButton or (self.boxes and drag.button == _Button.LeftButton)

    def _pan(self, drag: _Drag, place: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        layout, panel = drag.layout, drag.panel
        time, values = _axes(modifiers, layout, drag.place)
        view = layout.view
        if time:
            view = view.moved(layout.fraction(drag.place.x()) - layout.fraction(place.x()))
        if values and panel:
            by = panel.fraction(drag.place.y()) - panel.fraction(place.y())
            view = view.with_values(panel.unit, moved_span(panel.span, by))
        self._show(view)

    def _zoom_to(self, box: QRectF, drag: _Drag) -> None:
        layout, panel = drag.layout, drag.panel
        view = layout.view
        if box.width() >= _LEAST_BOX:
            view = view.between(layout.time_at(box.left()), layout.time_at(box.right()))
        if box.height() >= _LEAST_BOX and panel:
            low, high = panel.value_at(box.bottom()), panel.value_at(box.top())
            view = view.with_values(panel.unit, (max(low, panel.span[0]), min(high, panel.span[1])))
        self._plot.show_view(view)

    def _show(self, view: View) -> None:
        self._plot.show_view(view, self._gesture)

    def _end_gesture(self) -> None:
        self._gesture = object()


def _axes(modifiers: Qt.KeyboardModifier, layout: Layout, place: QPointF) -> tuple[bool, bool]:
    """Return whether time and values are meant: Shift or its axis is for time, Ctrl or theirs for values."""
    if modifiers & _Modifier.ShiftModifier or place.y() > layout.bottom:
        return True, False
    if modifiers & _Modifier.ControlModifier or place.x() < layout.left:
        return False, True
    return True, True
