"""A person with a keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

import myapp
from myapp.window.notebook.plot.view import PlotView
from tests.window.conftest import WAIT_MS
from tests.window.plot.conftest import LENGTH, SECOND, START_US, read

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def press(plot: PlotView, qtbot: QtBot):  # type: ignore[no-untyped-def]
    """Press keys in the plot, which has the focus."""
    plot.window().activateWindow()
    plot.canvas.setFocus()
    qtbot.waitUntil(plot.canvas.hasFocus, timeout=WAIT_MS)

    def press_keys(*keys: Qt.Key, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        for key in keys:
            qtbot.keyClick(plot.canvas, key, modifiers)

    return press_keys


def test_plus_minus_arrows_home_and_backspace_zoom_pan_show_all_and_undo(plot: PlotView, press) -> None:
    whole = plot.plot.view
    press(Key.Key_Plus)
    near = plot.plot.view
    assert near.length == pytest.approx(whole.length * 0.6, rel=1e-6)
    press(Key.Key_Right)
    assert plot.plot.view.start == pytest.approx(near.start + near.length / 10, abs=1)
    press(Key.Key_Left)
    assert plot.plot.view == near
    press(Key.Key_Minus)
    assert plot.plot.view.length == pytest.approx(whole.length, rel=1e-6)
    press(Key.Key_Backspace)
    assert plot.plot.view == near
    press(Key.Key_Home)
    assert plot.plot.view == whole
    press(Key.Key_Backspace)
    assert plot.plot.view == near
    press(Key.Key_Backspace, modifiers=Modifier.ShiftModifier)
    assert plot.plot.view == whole


def test_the_values_of_each_panel_are_zoomed_moved_and_fitted(plot: PlotView, press) -> None:
    def spans() -> list[tuple[float, float]]:
        return [panel.span for panel in plot.canvas.arrangement.panels]

    before = spans()
    press(Key.Key_PageDown)
    press(Key.Key_Plus, modifiers=Modifier.ControlModifier)
    zoomed = spans()
    assert [zoomed[0], zoomed[2]] == [before[0], before[2]]
    assert zoomed[1][1] - zoomed[1][0] == pytest.approx((before[1][1] - before[1][0]) * 0.6)
    press(Key.Key_Up)
    assert spans()[1][0] > zoomed[1][0]
    press(Key.Key_Down)
    assert spans()[1] == pytest.approx(zoomed[1])
    press(Key.Key_F)
    assert spans()[1] == pytest.approx(before[1])


def test_two_cursors_are_placed_and_moved_and_zoomed_between(plot: PlotView, press, qtbot: QtBot) -> None:
    press(Key.Key_C)
    first, second = plot.plot.cursors
    press(Key.Key_Right, modifiers=Modifier.ShiftModifier)
    press(Key.Key_Left, modifiers=Modifier.ShiftModifier | Modifier.ControlModifier)
    moved = plot.plot.cursors
    assert (moved[0] > first, moved[1] < second) == (True, True)
    press(Key.Key_Return)
    assert (plot.plot.view.start, plot.plot.view.end) == moved
    press(Key.Key_Escape)
    assert plot.plot.cursors == ()
    press(Key.Key_Right, modifiers=Modifier.ShiftModifier)
    read(qtbot, plot)
    assert len(plot.plot.cursors) == 1
    assert plot.readout.times.text().startswith("2024-05-31")


def test_two_cursors_show_differences_and_the_exact_statistics_of_what_is_between(
    plot: PlotView, press, qtbot: QtBot, recorded
) -> None:
    press(Key.Key_C)
    start, end = START_US + 700 * SECOND, START_US + 1300 * SECOND
    plot.plot.place_cursors(start, end)
    read(qtbot, plot)
    assert "B − A: 0:10:00" in plot.readout.times.text()
    with myapp.open(recorded) as notebook:
        part = myapp.Selection(start=start, end=end + 1)
        known = {(each.name, each.unit): each for each in notebook.show("first", part, exact=True).channels}
    for curve in plot.plot.curves:
        expected = known[curve.trace.name, curve.trace.unit]
        first, second, difference, count, least, most, mean, deviation = plot.readout.row(curve)
        assert float(difference) == pytest.approx(float(second) - float(first))
        assert int(count) == expected.count
        figures = (expected.minimum, expected.maximum, expected.mean, expected.deviation)
        assert [float(text) for text in (least, most, mean, deviation)] == pytest.approx(figures, rel=1e-6)


def test_the_menu_names_all_that_can_be_done_with_its_keys(plot: PlotView, press, qtbot: QtBot) -> None:
    press(Key.Key_Menu)
    plot.commands.show_menu(plot.canvas.mapToGlobal(plot.canvas.rect().center()))
    menu = plot.canvas.findChild(QMenu)
    assert menu is not None
    assert {action.objectName() for action in menu.actions()} == set(plot.commands.actions)
    assert all(action.shortcut().toString() for action in menu.actions())
    menu.close()


def test_keys_in_the_table_are_those_of_the_table(plot: PlotView, qtbot: QtBot) -> None:
    before = plot.plot.view
    plot.readout.table.setFocus()
    qtbot.keyClick(plot.readout.table, Key.Key_Down)
    qtbot.keyClick(plot.readout.table, Key.Key_Home)
    assert plot.plot.view == before
    assert plot.plot.view.end - plot.plot.view.start == (LENGTH - 1) * SECOND
