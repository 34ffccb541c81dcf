"""What a person does with the plot by keys, buttons and its menu; each is an action of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from myapp.window.notebook.plot.canvas import Canvas
from myapp.window.notebook.plot.icons import icon
from myapp.window.notebook.plot.layout import Panel, fitted_to_view, with_zoomed_values
from myapp.window.notebook.plot.navigation import Navigation
from myapp.window.notebook.plot.plot import Plot
from myapp.window.notebook.plot.views import View, moved_span, rounded

_IN, _OUT = 0.6, 1 / 0.6
_STEP, _PLACES = 0.1, 100
"""The part of the view that an arrow moves it by, and into how many it divides the time for a cursor."""


class Commands(QObject):
    """The actions of a plot by their names: `actions`. Those with keys alone are in no bar."""

    BAR = (
        *("show_all", "zoom_in", "zoom_out", "zoom_box", "fit_values", "undo", "redo", ""),
        *("cursors", "from_starts", "", "copy", "save"),
    )

    def __init__(self, canvas: Canvas, navigation: Navigation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._plot: Plot = canvas.plot
        self._navigation = navigation
        self._panel = 0
        self.actions: dict[str, QAction] = {}
        self._add_zooms()
        self._add_cursors()
        self._add_moves()
        navigation.menu_requested.connect(self.show_menu)
        for signal in (self._plot.view_changed, self._plot.curves_changed, self._plot.cursors_changed):
            signal.connect(self.renew)
        canvas.installEventFilter(self)
        self.renew()

    def add(self, name: str, text: str, action: Callable[[], object], *keys: str) -> QAction:
        """Add an action with the keys that start it while the canvas has the focus."""
        added = QAction(text, self)
        added.setObjectName(name)
        added.setShortcuts([QKeySequence(each) for each in keys])
        added.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        added.triggered.connect(lambda _checked: action())
        shown = added.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        added.setToolTip(f"{text} ({shown})" if shown else text)
        self._canvas.addAction(added)
        self.actions[name] = added
        return added

    def bar(self, parent: QWidget) -> QToolBar:
        """Return a tool bar with the main actions."""
        self._draw_icons()
        bar = QToolBar(parent)
        bar.setAccessibleName(self.tr("Plot"))
        for name in self.BAR:
            if name:
                bar.addAction(self.actions[name])
                bar.widgetForAction(self.actions[name]).setObjectName(f"plot-{name}")
            else:
                bar.addSeparator()
        return bar

    def show_menu(self, place: QPoint) -> None:
        """Show all actions at a place of the screen."""
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([action for action in self.actions.values() if action.isVisible()])
        menu.popup(place)

    def renew(self) -> None:
        """Offer what can be done now."""
        plot, actions = self._plot, self.actions
        drawn = bool(plot.shown)
        for action in actions.values():
            action.setEnabled(drawn)
        actions["undo"].setEnabled(plot.views.can_undo)
        actions["redo"].setEnabled(plot.views.can_redo)
        actions["zoom_between"].setEnabled(len(plot.cursors) == 2)
        actions["cursors"].setChecked(len(plot.cursors) == 2)
        actions["from_starts"].setChecked(plot.from_starts)
        actions["from_starts"].setEnabled(plot.several)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Draw the icons again in other colours."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        return False

    def _draw_icons(self) -> None:
        color = self._canvas.palette().color(QPalette.ColorRole.WindowText)
        for name in filter(None, self.BAR):
            if name in self.actions:
                self.actions[name].setIcon(icon(name, color))

    def _add_zooms(self) -> None:
        plot = self._plot
        self.add("show_all", self.tr("Show all"), plot.show_all, "Home", "0")
        self.add("zoom_in", self.tr("Zoom in"), lambda: self._zoom(_IN), "+", "=")
        self.add("zoom_out", self.tr("Zoom out"), lambda: self._zoom(_OUT), "-")
        box = self.add("zoom_box", self.tr("Zoom to a box that you draw"), self._switch_boxes, "B")
        box.setCheckable(True)
        self.add("fit_values", self.tr("Fit the values to what is visible"), self._fit_values, "F")
        self.add("undo", self.tr("Undo the zoom"), plot.undo_view, "Backspace", "Alt+Left")
        self.add("redo", self.tr("Redo the zoom"), plot.redo_view, "Shift+Backspace", "Alt+Right")
        self.add(
            "values_in", self.tr("Zoom in to values"), lambda: self._zoom_values(_IN), "Ctrl++", "Ctrl+="
        )
        self.add("values_out", self.tr("Zoom out of values"), lambda: self._zoom_values(_OUT), "Ctrl+-")

    def _add_cursors(self) -> None:
        both = self.add(
            "cursors", self.tr("Two cursors: differences and statistics"), self._switch_cursors, "C"
        )
        both.setCheckable(True)
        together = self.add("from_starts", self.tr("Runs from their starts"), self._switch_starts, "S")
        together.setCheckable(True)
        self.add(
            "zoom_between", self.tr("Zoom to between the cursors"), self._zoom_between, "Return", "Enter"
        )
        for name, text, cursor, by, keys in (
            ("cursor_left", self.tr("Move the cursor left"), 0, -1, "Shift+Left"),
            ("cursor_right", self.tr("Move the cursor right"), 0, 1, "Shift+Right"),
            ("second_left", self.tr("Move the second cursor left"), 1, -1, "Ctrl+Shift+Left"),
            ("second_right", self.tr("Move the second cursor right"), 1, 1, "Ctrl+Shift+Right"),
        ):
            self.add(name, text, partial(self._move_cursor, cursor, by), keys)

    def _add_moves(self) -> None:
        moved = self._move_time
        self.add("left", self.tr("Earlier"), lambda: moved(-_STEP), "Left")
        self.add("right", self.tr("Later"), lambda: moved(_STEP), "Right")
        self.add("up", self.tr("Larger values"), lambda: self._move_values(_STEP), "Up")
        self.add("down", self.tr("Smaller values"), lambda: self._move_values(-_STEP), "Down")
        self.add("next_panel", self.tr("Next panel"), lambda: self._choose_panel(1), "PgDown")
        self.add("panel_before", self.tr("Panel before"), lambda: self._choose_panel(-1), "PgUp")
        self.add("cancel", self.tr("Cancel"), self._cancel, "Escape")

    def _zoom(self, factor: float) -> None:
        """Zoom the time at the cursor where one is visible, else in the middle."""
        layout = self._canvas.arrangement
        places = [layout.fraction(layout.x_of(time)) for time in self._plot.cursors[:1]]
        at = next((each for each in places if 0 <= each <= 1), 0.5)
        self._plot.show_view(self._plot.view.zoomed(factor, at))

    def _move_time(self, by: float) -> None:
        self._plot.show_view(self._plot.view.moved(by))

    def _zoom_values(self, factor: float) -> None:
        self._change_values(lambda view, panel: with_zoomed_values(view, panel, factor, 0.5))

    def _move_values(self, by: float) -> None:
        self._change_values(lambda view, panel: view.with_values(panel.unit, moved_span(panel.span, by)))

    def _change_values(self, change: Callable[[View, Panel], View]) -> None:
        panels = self._canvas.arrangement.panels
        self._plot.show_view(change(self._plot.view, panels[self._panel % len(panels)]))

    def _choose_panel(self, by: int) -> None:
        self._panel = (self._panel + by) % len(self._canvas.arrangement.panels)

    def _fit_values(self) -> None:
        view = self._plot.view
        for panel in self._canvas.arrangement.panels:
            view = view.with_values(panel.unit, fitted_to_view(panel.curves, view))
        self._plot.show_view(view)

    def _switch_boxes(self) -> None:
        self._navigation.boxes = self.actions["zoom_box"].isChecked()

    def _switch_cursors(self) -> None:
        view = self._plot.view
        third, unit = view.length // 3, view.length / 1000
        both = len(self._plot.cursors) == 2
        places = (rounded(time, unit) for time in (view.start + third, view.end - third))
        self._plot.place_cursors(*(() if both else places))

    def _switch_starts(self) -> None:
        self._plot.show_from_starts(self.actions["from_starts"].isChecked())

    def _zoom_between(self) -> None:
        self._plot.show_view(self._plot.view.between(*self._plot.cursors))

    def _move_cursor(self, cursor: int, by: int) -> None:
        view, times = self._plot.view, list(self._plot.cursors) or [self._plot.view.start]
        if cursor < len(times):
            moved = rounded(times[cursor] + by * max(1, view.length // _PLACES), view.length / 1000)
            times[cursor] = min(max(moved, view.start), view.end)
            self._plot.place_cursors(*times)

    def _cancel(self) -> None:
        if not self._navigation.cancel():
            self._plot.place_cursors()
