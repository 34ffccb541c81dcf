"""A document with two runs of two units and gaps, and its plot in a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import myapp
from myapp.window.main_window import MainWindow
from myapp.window.notebook.content import ContentView
from myapp.window.notebook.plot.view import PlotView
from tests.window.conftest import WAIT_MS

SECOND = 1_000_000
LENGTH, GAP = 2000, range(900, 1100)
"""The seconds of the first run, and those without a temperature."""

START = datetime(2024, 5, 31, tzinfo=UTC)
START_US = round(START.timestamp()) * SECOND


def temperature(second: int) -> float:
    """Return what the first run has at a second from its start."""
    return 20 + second % 60 / 10


def _csv(path: Path, start: datetime, length: int, gap: range) -> Path:
    lines = ["time,temperature [°C],pressure [hPa],humidity"]
    for second in range(length):
        warm = "" if second in gap else f"{temperature(second)}"
        time = (start + timedelta(seconds=second)).isoformat()
        lines.append(f"{time},{warm},{1000 + second % 7},{second % 11}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document: runs `first` and, a day later and half as long, `second`."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "lab.myapp"
    myapp.create(path)
    with myapp.open(path) as notebook:
        notebook.import_csv(_csv(folder / "first.csv", START, LENGTH, GAP), title="first")
        later = START + timedelta(days=1)
        notebook.import_csv(_csv(folder / "second.csv", later, LENGTH // 2, range(0)), title="second")
    return path


@pytest.fixture
def window(opened: Callable[[Path], MainWindow], recorded: Path) -> MainWindow:
    """The document's window, of a size that is the same on every system."""
    window = opened(recorded)
    window.resize(1200, 800)
    return window


@pytest.fixture
def content(window: MainWindow) -> ContentView:
    """What the window shows of the document."""
    assert isinstance(window.page, ContentView)
    return window.page


@pytest.fixture
def plot(content: ContentView, qtbot: QtBot) -> PlotView:
    """The plot of the first run, after all that is shown is read exactly."""
    view = content.plot
    drawn(qtbot, view, "first")
    return view


def drawn(qtbot: QtBot, view: PlotView, *titles: str) -> None:
    """Wait until these runs are drawn exactly."""

    def is_drawn() -> bool:
        plot = view.plot
        of_runs = {curve.run_title for curve in plot.curves} == set(titles)
        return of_runs and not view.plot.busy and all(curve.whole for curve in plot.shown)

    qtbot.waitUntil(is_drawn, timeout=WAIT_MS)
    read(qtbot, view)


def read(qtbot: QtBot, view: PlotView) -> None:
    """Wait until the view is read exactly, and all that is known at the cursors."""

    def is_read() -> bool:
        plot = view.plot
        start, end = plot.view.start, plot.view.end
        exact = (
            curve.detail and curve.detail.covers(start + curve.offset, end + curve.offset)
            for curve in plot.shown
            if curve.start <= end and curve.end >= start
        )
        return not view.plot.busy and all(exact)

    qtbot.waitUntil(is_read, timeout=WAIT_MS)
