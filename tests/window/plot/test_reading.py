"""What the plot draws: exact readings, gaps at every zoom, and no more work than is wanted."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPalette
from pytestqt.qtbot import QtBot

import myapp
from myapp.notebook import traces
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.content import ContentView
from myapp.window.notebook.plot.curves import Curve
from myapp.window.notebook.plot.theme import of_palette
from myapp.window.notebook.plot.view import PlotView
from tests.program import ROOT
from tests.window.conftest import WAIT_MS, shows
from tests.window.hands import SHIFT, drag, turn_wheel
from tests.window.plot.conftest import GAP, SECOND, START_US, drawn, read, temperature


def curve_of(plot: PlotView, name: str) -> Curve:
    return next(curve for curve in plot.plot.curves if curve.trace.name == name)


def pieces(curve: Curve) -> int:
    assert curve.detail
    return len(curve.detail.lines) + curve.detail.dots.size()


def test_a_deep_zoom_draws_every_reading_exactly_and_the_lines_that_lead_out(
    plot: PlotView, qtbot: QtBot
) -> None:
    view = plot.plot.view
    plot.plot.show_view(view.between(START_US + 500 * SECOND + 1, START_US + 520 * SECOND - 1))
    read(qtbot, plot)
    detail = curve_of(plot, "temperature").detail
    assert detail
    expected = [(START_US + second * SECOND, temperature(second)) for second in range(500, 521)]
    assert detail.points == expected


@pytest.mark.parametrize("margin", [900, 100, 20, 1])
def test_a_gap_stays_a_gap_at_every_zoom(plot: PlotView, qtbot: QtBot, margin: int) -> None:
    start, end = START_US + (GAP.start - margin) * SECOND, START_US + (GAP.stop + margin) * SECOND
    plot.plot.show_view(plot.plot.view.between(start, end))
    read(qtbot, plot)
    assert pieces(curve_of(plot, "temperature")) == 2
    assert pieces(curve_of(plot, "pressure")) == 1


def test_inside_a_gap_nothing_is_drawn(plot: PlotView, qtbot: QtBot) -> None:
    start, end = START_US + (GAP.start + 10) * SECOND, START_US + (GAP.stop - 10) * SECOND
    plot.plot.show_view(plot.plot.view.between(start, end))
    read(qtbot, plot)
    frame = plot.canvas.arrangement.panels[2].frame
    image = plot.canvas.grab().toImage()
    middle = round(frame.center().y())
    inner = range(int(frame.left()) + 3, int(frame.right()) - 3)
    marks = {round(plot.canvas.arrangement.x_of(time)) for time, _ in plot.canvas.arrangement.marks}
    colors = {image.pixelColor(x, middle).name() for x in inner if not marks & {x - 1, x, x + 1}}
    assert len(colors) <= 2  # the ground, and a line of the grid where one is in the middle


def test_while_the_exact_picture_is_read_the_coarse_one_is_seen(plot: PlotView) -> None:
    turn_wheel(plot.canvas, plot.canvas.arrangement.panels[0].frame.center(), 6, SHIFT)
    for curve in plot.plot.shown:
        assert curve.detail
        assert curve.detail.start != plot.plot.view.start
    frame = plot.canvas.arrangement.panels[1].frame.toRect()
    image = plot.canvas.grab(frame).toImage()
    colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert of_palette(plot.palette()).pen(curve_of(plot, "pressure").number).color().name() in colors


def test_a_newer_question_stops_the_older_one_and_the_last_view_is_what_is_drawn(
    plot: PlotView, qtbot: QtBot
) -> None:
    answers: list[object] = []
    plot.reader.parts_read.connect(answers.append)
    centre = plot.canvas.arrangement.panels[0].frame.center()
    for _notch in range(30):
        turn_wheel(plot.canvas, centre, 1, SHIFT)
    read(qtbot, plot)
    assert len(answers) <= 2
    view = plot.plot.view
    assert all(curve.detail and curve.detail.covers(view.start, view.end) for curve in plot.plot.shown)


def test_long_reading_is_told_until_it_is_done(
    plot: PlotView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    write = QPainter.drawText
    free = threading.Event()
    part = traces.part

    def note(painter: QPainter, *arguments: object) -> None:
        told.append(arguments[-1] == "Reading…")
        write(painter, *arguments)

    def slow_part(*arguments: object) -> traces.Sample:
        free.wait(60)
        return part(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(QPainter, "drawText", note)
    monkeypatch.setattr(traces, "part", slow_part)
    turn_wheel(plot.canvas, plot.canvas.arrangement.panels[0].frame.center(), 1, SHIFT)
    qtbot.waitUntil(lambda: any(told), timeout=WAIT_MS)
    free.set()
    read(qtbot, plot)
    told.clear()
    plot.canvas.repaint()
    assert not any(told)


def test_a_reader_is_busy_until_its_answer_is_shown(plot: PlotView, qtbot: QtBot) -> None:
    read(qtbot, plot)
    plot.plot.place_cursors(START_US)
    plot.reader._worker.wait()
    assert plot.reader.busy
    assert not plot.plot.values
    qtbot.waitUntil(lambda: not plot.reader.busy, timeout=WAIT_MS)
    assert plot.plot.values


def test_a_stopped_reader_answers_nothing(plot: PlotView, qtbot: QtBot) -> None:
    answers: list[object] = []
    plot.reader.parts_read.connect(answers.append)
    turn_wheel(plot.canvas, plot.canvas.arrangement.panels[0].frame.center(), 1, SHIFT)
    plot.stop()
    qtbot.wait(200)
    assert answers == []


def test_a_dark_desktop_has_a_dark_plot_with_lines_that_are_seen(plot: PlotView, qtbot: QtBot) -> None:
    palette = QPalette(plot.palette())
    palette.setColor(QPalette.ColorRole.Base, QColor("#1e1e1e"))
    palette.setColor(QPalette.ColorRole.Text, QColor("#eeeeee"))
    plot.window().setPalette(palette)
    qtbot.wait(1)
    image = plot.canvas.grab().toImage()
    assert image.pixelColor(3, 3) == QColor("#1e1e1e")
    frame = plot.canvas.arrangement.panels[1].frame
    column = [
        image.pixelColor(round(frame.center().x()), y) for y in range(int(frame.top()), int(frame.bottom()))
    ]
    assert max(color.lightness() for color in column) > 120


def test_a_run_of_very_many_channels_shows_the_first_and_offers_all(
    opened: Callable[[Path], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    names = [f"c{number:03} [u{number % 30}]" for number in range(150)]
    rows = [f"2024-01-01T00:00:{second:02}," + ",".join(["1"] * 150) for second in range(5)]
    csv = tmp_path / "many.csv"
    csv.write_text("\n".join([",".join(["time", *names]), *rows]) + "\n", encoding="utf-8")
    path = tmp_path / "many.myapp"
    myapp.create(path)
    with myapp.open(path) as notebook:
        notebook.import_csv(csv, title="many")
    content = opened(path).page
    assert isinstance(content, ContentView)
    drawn(qtbot, content.plot, "many")
    assert 0 < len(content.plot.plot.shown) <= 60
    assert len(content.plot.canvas.arrangement.panels) <= 6
    assert content.plot.readout.table.rowCount() == 150
    assert "of 150 channels" in content.plot.readout.times.text()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the resident set from /proc")
def test_memory_is_flat_after_many_zooms(plot: PlotView, qtbot: QtBot) -> None:
    def zoom(times: int) -> None:
        centre = plot.canvas.arrangement.panels[0].frame.center()
        for number in range(times):
            turn_wheel(plot.canvas, centre, 1 if number % 20 < 10 else -1, SHIFT)
            drag(plot.canvas, centre, centre + QPointF(number % 7 - 3, 5))
            if number % 10 == 0:
                read(qtbot, plot)
                plot.canvas.repaint()
                plot.plot.show_all()
        read(qtbot, plot)
        gc.collect()

    def resident() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    zoom(100)
    before = resident()
    zoom(400)
    assert resident() - before < 15
    qtbot.waitUntil(lambda: not plot.plot.busy, timeout=WAIT_MS)


def test_a_new_title_is_shown_and_the_view_stays(plot: PlotView, content: ContentView, qtbot: QtBot) -> None:
    turn_wheel(plot.canvas, plot.canvas.arrangement.panels[0].frame.center(), 3, SHIFT)
    view = plot.plot.view
    plot.show_runs([replace(plot.plot.runs[0], title="renamed")])
    assert plot.plot.view == view
    assert "renamed" in plot.canvas.accessibleName()
    assert {curve.run_title for curve in plot.plot.curves} == {"renamed"}


def test_of_very_many_runs_the_first_are_drawn_and_the_rest_is_counted(plot: PlotView, qtbot: QtBot) -> None:
    run = plot.plot.runs[0]
    plot.show_runs([run] * 23)
    assert len(plot.plot.runs) == 20
    qtbot.waitUntil(lambda: "3 selected" in plot.readout.times.text(), timeout=WAIT_MS)


def test_a_plot_that_was_hidden_while_it_read_is_drawn_when_it_is_seen_again(
    plot: PlotView, qtbot: QtBot
) -> None:
    turn_wheel(plot.canvas, plot.canvas.arrangement.panels[0].frame.center(), 3, SHIFT)
    plot.hide()
    plot.show()
    read(qtbot, plot)
    view = plot.plot.view
    assert all(curve.detail and curve.detail.covers(view.start, view.end) for curve in plot.plot.shown)


def test_runs_on_a_server_are_plotted_exactly_too(
    desktop: Desktop, postgres: Callable[[], str], recorded: Path, qtbot: QtBot
) -> None:
    url = postgres()
    myapp.create(url)
    with myapp.open(url) as notebook:
        notebook.import_csv(recorded.with_name("first.csv"), title="first")
    desktop.open([url])
    content = shows(qtbot, desktop.windows[0], "ContentView")
    assert isinstance(content, ContentView)
    view = content.plot
    drawn(qtbot, view, "first")
    turn_wheel(view.canvas, view.canvas.arrangement.panels[0].frame.center(), 20, SHIFT)
    read(qtbot, view)
    detail = curve_of(view, "temperature").detail
    assert detail
    for time, value in detail.points:
        assert value == temperature((time - START_US) // SECOND)
    view.plot.place_cursors(view.plot.view.start, view.plot.view.end)
    read(qtbot, view)
    assert all(text != "–" for text in view.readout.row(curve_of(view, "pressure")))


FINE_PIXELS = """
import os, sys, time
from PySide6.QtWidgets import QApplication
from myapp.notebook import traces
from myapp.window.desktop import Desktop
application = QApplication([])
desktop = Desktop()
desktop.open([sys.argv[1]])
window = desktop.windows[0]
until = time.monotonic() + 60
while not (hasattr(window.page, "plot") and window.page.plot.plot.shown):
    assert time.monotonic() < until
    application.processEvents()
canvas = window.page.plot.canvas
canvas.repaint()
still = canvas._still
print(still.width() / canvas.width(), still.devicePixelRatio())
print(window.page.plot.plot.columns > canvas.width())
desktop.close()
"""


def test_on_a_screen_of_fine_pixels_the_picture_has_all_of_them(recorded: Path, tmp_path: Path) -> None:
    script = tmp_path / "fine.py"
    script.write_text(FINE_PIXELS, encoding="utf-8")
    environment = {**os.environ, "QT_SCALE_FACTOR": "2", "PYTHONPATH": os.fspath(ROOT)}
    command = [sys.executable, "-B", os.fspath(script), os.fspath(recorded)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["2.0", "2.0", "True"]
