"""A person with a mouse: the wheel, drags, boxes, the strip, the bar and the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPointF, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from myapp.window.main_window import MainWindow
from myapp.window.notebook.content import ContentView
from myapp.window.notebook.plot.layout import Layout
from myapp.window.notebook.plot.view import PlotView
from tests.window.conftest import WAIT_MS
from tests.window.hands import CTRL, LEFT, RIGHT, SHIFT, double_click, drag, move_mouse, turn_wheel
from tests.window.plot.conftest import GAP, LENGTH, SECOND, START_US, drawn, read, temperature

END_US = START_US + (LENGTH - 1) * SECOND


def layout(plot: PlotView) -> Layout:
    return plot.canvas.arrangement


def place(plot: PlotView, across: float = 0.5, up: float = 0.5, panel: int = 0) -> QPointF:
    """Return a place in a panel by its fractions."""
    frame = layout(plot).panels[panel].frame
    return QPointF(frame.left() + frame.width() * across, frame.bottom() - frame.height() * up)


def click(plot: PlotView, qtbot: QtBot, name: str) -> None:
    """Click a button of the bar."""
    button = plot.findChild(QToolButton, f"plot-{name}")
    assert button is not None
    assert button.isEnabled()
    qtbot.mouseClick(button, LEFT)


def test_the_whole_run_is_seen_first_in_a_panel_for_each_unit_with_one_aligned_time(plot: PlotView) -> None:
    view, panels = plot.plot.view, layout(plot).panels
    assert (view.start, view.end) == (START_US, END_US)
    assert [panel.unit for panel in panels] == ["", "hPa", "°C"]
    assert len({(panel.frame.left(), panel.frame.right()) for panel in panels}) == 1
    tops = [panel.frame.top() for panel in panels]
    assert tops == sorted(tops)
    for panel in panels:
        for curve in panel.curves:
            assert curve.whole
            low, high = curve.whole.span or (0, 0)
            assert panel.span[0] < low <= high < panel.span[1]


def test_the_wheel_zooms_at_the_pointer_both_axes(plot: PlotView) -> None:
    at = place(plot, 0.25, 0.75)
    before, panel = layout(plot), layout(plot).panels[0]
    time, value = before.fraction(at.x()), panel.value_at(at.y())
    start = plot.plot.view.start + time * plot.plot.view.length
    turn_wheel(plot.canvas, at, 2)
    after = layout(plot)
    assert after.view.length == pytest.approx(before.view.length * 0.8**2, rel=1e-6)
    assert after.view.start + time * after.view.length == pytest.approx(start, abs=2)
    assert after.panels[0].value_at(at.y()) == pytest.approx(value)
    assert after.panels[1].span == before.panels[1].span  # linked by time alone
    turn_wheel(plot.canvas, at, -2)
    assert layout(plot).view.length == pytest.approx(before.view.length, rel=1e-6)


@pytest.mark.parametrize("by_axis", [False, True])
def test_shift_zooms_time_alone_and_ctrl_values_alone_and_so_do_the_axes(
    plot: PlotView, by_axis: bool
) -> None:
    before = layout(plot)
    at = place(plot)
    turn_wheel(
        plot.canvas, QPointF(at.x(), before.bottom + 8) if by_axis else at, 1, *([] if by_axis else [SHIFT])
    )
    timed = layout(plot)
    assert (timed.view.length < before.view.length, timed.panels[0].span) == (True, before.panels[0].span)
    turn_wheel(
        plot.canvas, QPointF(before.left - 8, at.y()) if by_axis else at, 1, *([] if by_axis else [CTRL])
    )
    valued = layout(plot)
    assert (valued.view.start, valued.view.end) == (timed.view.start, timed.view.end)
    assert valued.panels[0].span != timed.panels[0].span
    assert valued.panels[1].span == timed.panels[1].span


def test_a_drag_moves_what_is_held_with_the_pointer(plot: PlotView) -> None:
    turn_wheel(plot.canvas, place(plot), 5)
    start, end = place(plot, 0.5, 0.5), place(plot, 0.7, 0.4)
    before = layout(plot)
    value, panel = before.panels[0].value_at(start.y()), before.panels[0]
    time = before.view.start + before.fraction(start.x()) * before.view.length
    drag(plot.canvas, start, end)
    after = layout(plot)
    assert after.view.length == before.view.length
    assert after.view.start + after.fraction(end.x()) * after.view.length == pytest.approx(time, abs=2)
    assert after.panels[0].value_at(end.y()) == pytest.approx(value)
    assert panel.span != after.panels[0].span
    drag(plot.canvas, end, start, modifiers=SHIFT)
    assert layout(plot).view.start == pytest.approx(before.view.start, abs=2)
    assert layout(plot).panels[0].span == after.panels[0].span


def test_a_double_click_shows_all(plot: PlotView) -> None:
    turn_wheel(plot.canvas, place(plot), 7)
    double_click(plot.canvas, place(plot))
    view = plot.plot.view
    assert (view.start, view.end, dict(view.values)) == (START_US, END_US, {})


@pytest.mark.parametrize("button", [RIGHT, LEFT])
def test_a_box_is_zoomed_to_by_the_right_button_or_by_the_bars(
    plot: PlotView, qtbot: QtBot, button: Qt.MouseButton
) -> None:
    if button == LEFT:
        click(plot, qtbot, "zoom_box")
    corners = place(plot, 0.2, 0.8, 2), place(plot, 0.4, 0.3, 2)
    before = layout(plot)
    panel = before.panels[2]
    times = [before.view.start + before.fraction(corner.x()) * before.view.length for corner in corners]
    values = [panel.value_at(corners[1].y()), panel.value_at(corners[0].y())]
    drag(plot.canvas, *corners, button=button)
    after = layout(plot)
    assert [after.view.start, after.view.end] == pytest.approx(times, abs=1 / before.pixels)
    assert list(after.panels[2].span) == pytest.approx(values)


def test_a_flat_box_zooms_time_alone(plot: PlotView) -> None:
    before = layout(plot)
    drag(plot.canvas, place(plot, 0.2), place(plot, 0.4), button=RIGHT)
    after = layout(plot)
    assert after.view.length == pytest.approx(before.view.length * 0.2, rel=0.05)
    assert after.panels[0].span == before.panels[0].span


def test_undo_takes_back_a_drag_or_a_turn_of_the_wheel_as_a_whole_and_redo_repeats_it(
    plot: PlotView, qtbot: QtBot
) -> None:
    whole = plot.plot.view
    for _notch in range(4):
        turn_wheel(plot.canvas, place(plot), 1)
    zoomed = plot.plot.view
    drag(plot.canvas, place(plot), place(plot, 0.6, 0.6))
    dragged = plot.plot.view
    click(plot, qtbot, "undo")
    assert plot.plot.view == zoomed
    click(plot, qtbot, "undo")
    assert plot.plot.view == whole
    click(plot, qtbot, "redo")
    click(plot, qtbot, "redo")
    assert plot.plot.view == dragged
    click(plot, qtbot, "show_all")
    assert plot.plot.view == whole


def test_the_strip_shows_all_and_moves_and_resizes_what_is_shown(plot: PlotView, qtbot: QtBot) -> None:
    turn_wheel(plot.canvas, place(plot), 8, SHIFT)
    strip, view = plot.strip, plot.plot.view
    middle = QPointF((strip.x_of(view.start) + strip.x_of(view.end)) / 2, 20)
    drag(strip, middle, middle + QPointF(60, 0))
    moved = plot.plot.view
    assert (moved.length, moved.start > view.start) == (view.length, True)
    assert strip.x_of(moved.start) == pytest.approx(strip.x_of(view.start) + 60, abs=1)
    edge = QPointF(strip.x_of(moved.end), 20)
    drag(strip, edge, edge + QPointF(40, 0))
    longer = plot.plot.view
    assert (longer.start, longer.length > moved.length) == (moved.start, True)
    drag(strip, QPointF(30, 20), QPointF(30, 20))
    there = plot.plot.view
    assert strip.x_of((there.start + there.end) // 2) == pytest.approx(30, abs=1)
    click(plot, qtbot, "undo")
    assert plot.plot.view == longer


def texts(plot: PlotView) -> dict[str, list[str]]:
    """Return the table's rows: the name of each channel, and the texts after it."""
    table = plot.readout.table
    rows = range(table.rowCount())
    cells = [[table.item(row, column).text() for column in range(table.columnCount())] for row in rows]
    return {name: rest for name, *rest in cells}


def test_the_pointer_shows_the_values_of_every_channel_and_none_in_a_gap(
    plot: PlotView, qtbot: QtBot
) -> None:
    for second in (400, GAP.start + 50):
        x = layout(plot).x_of(START_US + second * SECOND)
        move_mouse(plot.canvas, QPointF(x, layout(plot).panels[0].frame.center().y()))
        read(qtbot, plot)
        (cursor,) = plot.plot.cursors
        at = round((cursor - START_US) / SECOND)
        assert abs(at - second) <= 2 / layout(plot).pixels / SECOND + 1
        warm = "–" if second in GAP else f"{temperature(at):.9g}"
        shown = texts(plot)
        assert shown["temperature [°C]"] == [warm]
        assert shown["pressure [hPa]"] == [f"{1000 + at % 7}"]
        assert shown["humidity"] == [f"{at % 11}"]


def test_a_channel_is_left_out_and_drawn_again_by_its_box(plot: PlotView, qtbot: QtBot) -> None:
    item = plot.readout.table.item(1, 0)
    item.setCheckState(Qt.CheckState.Unchecked)
    assert [panel.unit for panel in layout(plot).panels] == ["", "°C"]
    item.setCheckState(Qt.CheckState.Checked)
    read(qtbot, plot)
    assert [panel.unit for panel in layout(plot).panels] == ["", "hPa", "°C"]
    for row in range(3):
        plot.readout.table.item(row, 0).setCheckState(Qt.CheckState.Unchecked)
    assert plot.canvas.message


def select_both(content: ContentView) -> None:
    flags = QItemSelectionModel.SelectionFlag
    selection = content.runs.table.selectionModel()
    for row in range(2):
        index = content.runs.table.model().index(row, 0)
        selection.select(index, flags.Select | flags.Rows)


def test_several_runs_are_drawn_over_one_another_by_time_or_from_their_starts(
    plot: PlotView, content: ContentView, qtbot: QtBot
) -> None:
    select_both(content)
    drawn(qtbot, plot, "first", "second")
    day = 86_400 * SECOND
    view = plot.plot.view
    assert (view.start, view.end) == (START_US, START_US + day + (LENGTH // 2 - 1) * SECOND)
    assert [len(panel.curves) for panel in layout(plot).panels] == [2, 2, 2]
    assert "second: humidity" in texts(plot)
    click(plot, qtbot, "from_starts")
    read(qtbot, plot)
    view = plot.plot.view
    assert (view.start, view.end) == (0, (LENGTH - 1) * SECOND)
    assert {curve.start for curve in plot.plot.curves} == {0}
    x = layout(plot).x_of(500 * SECOND)
    move_mouse(plot.canvas, QPointF(x, layout(plot).panels[0].frame.center().y()))
    read(qtbot, plot)
    shown = texts(plot)
    assert shown["first: pressure [hPa]"] == shown["second: pressure [hPa]"] != ["–"]
    click(plot, qtbot, "from_starts")
    assert plot.plot.view.start == START_US


def test_a_run_without_readings_says_so(
    opened: Callable[[Path], MainWindow], document: Callable[[str], Path], qtbot: QtBot
) -> None:
    content = opened(document("0007")).page
    assert isinstance(content, ContentView)
    runs = content.runs
    qtbot.waitUntil(lambda: bool(content.plot.plot.shown), timeout=WAIT_MS)
    assert not content.plot.canvas.message
    empty = next(i for i, each in enumerate(runs.model.rows) if not each.readings)
    runs.table.selectRow(empty)
    qtbot.waitUntil(lambda: "no readings" in content.plot.canvas.message, timeout=WAIT_MS)


def test_every_button_has_a_name_and_tells_its_key(plot: PlotView) -> None:
    buttons = [button for button in plot.findChildren(QToolButton) if button.objectName().startswith("plot-")]
    assert len(buttons) == len(list(filter(None, plot.commands.BAR)))
    for button in buttons:
        action = button.defaultAction()
        assert action.text()
        assert not action.icon().isNull()
        assert action.shortcut().toString() in button.toolTip()
    assert "first" in plot.canvas.accessibleName()
    assert "2024-05-31" in plot.canvas.accessibleDescription()
    for widget in (plot.strip, plot.readout.table):
        assert widget.accessibleName()
