"""The picture of the chosen run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from myapp.window.main_window import MainWindow
from tests.window.conftest import WAIT_MS


def test_the_chosen_run_is_drawn_and_one_without_readings_says_so(
    opened: Callable[[Path], MainWindow], document: Callable[[str], Path], qtbot: QtBot
) -> None:
    page = opened(document("0007")).page
    runs, picture = page.runs, page.picture  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: not picture.pixmap().isNull(), timeout=WAIT_MS)
    first = picture.pixmap().toImage()
    row = next(i for i, each in enumerate(runs.model.rows) if each.readings and i)
    runs.table.selectRow(row)
    qtbot.waitUntil(lambda: picture.text() == "" and picture.pixmap().toImage() != first, timeout=WAIT_MS)
    empty = next(i for i, each in enumerate(runs.model.rows) if not each.readings)
    runs.table.selectRow(empty)
    qtbot.waitUntil(lambda: "no readings" in picture.text(), timeout=WAIT_MS)
