"""Fixtures of the window's tests: no display, no settings of the person's, and copies of documents."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="this system lacks the libraries of Qt")
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow

QUESTIONS: dict[type, tuple[str, ...]] = {
    QFileDialog: ("getOpenFileName", "getOpenFileNames", "getSaveFileName"),
    QInputDialog: ("getText", "getItem"),
    QMessageBox: ("question", "warning", "information", "critical", "about"),
}
"""The functions of Qt that wait for a person."""

WAIT_MS = 60_000
"""The longest that a test waits for the window; it asserts no times."""


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and data of the tests' own."""
    folder = tmp_path / "settings"
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, os.fspath(folder))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, os.fspath(folder))


@pytest.fixture(autouse=True)
def no_question_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that a test has not answered fails at once: nobody is there to answer it."""

    def refuse(*arguments: object, **_options: object) -> None:
        raise AssertionError(f"asked without an answer: {arguments[1:]}")

    for owner, names in QUESTIONS.items():
        for name in names:
            monkeypatch.setattr(owner, name, refuse)


@pytest.fixture
def document(tmp_path: Path, documents: Path) -> Callable[[str], Path]:
    """Copy the kept document of a revision."""
    return lambda revision: Path(shutil.copy(documents / f"{revision}.myapp", tmp_path / "trip.myapp"))


@pytest.fixture
def desktop(qtbot: QtBot) -> Iterator[Desktop]:
    """All windows; none of their threads is left at the end."""
    before = threading.active_count()
    desktop = Desktop()
    yield desktop
    desktop.close()
    desktop.deleteLater()
    qtbot.wait(1)
    assert threading.active_count() == before


@pytest.fixture
def opened(desktop: Desktop, qtbot: QtBot) -> Callable[[Path], MainWindow]:
    """Open a document in a window, and wait until its state is shown."""

    def open_(path: Path) -> MainWindow:
        desktop.open([os.fspath(path)])
        window = desktop.windows[-1]
        shows(qtbot, window, "OlderPage", "RefusedPage", "ContentView")
        return window

    return open_


def shows(qtbot: QtBot, window: MainWindow, *pages: str) -> QWidget:
    """Wait until a window shows one of these pages, and return it."""
    qtbot.waitUntil(lambda: type(window.page).__name__ in pages, timeout=WAIT_MS)
    return window.page


def button(parent: QWidget, name: str) -> QPushButton:
    """Return the button of that name."""
    found = parent.findChild(QPushButton, name)
    assert found is not None, name
    return found
