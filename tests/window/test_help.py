"""The menu Help: shortcuts, what revisions brought, versions, and the folder of the last log."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QTableWidget
from pytestqt.qtbot import QtBot

from myapp import application, crash
from myapp.product import RELEASES, VERSION
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from tests.window.conftest import button, shows

LEFT = Qt.MouseButton.LeftButton


def dialog_of(window: MainWindow, action: str) -> QDialog:
    """Choose an action of the menu Help."""
    found = window._help.findChild(QAction, action)
    assert found is not None
    found.trigger()
    return window.findChildren(QDialog)[-1]


def test_all_shortcuts_of_the_window_and_the_mouse_are_listed_once(
    opened: Callable[[Path], MainWindow], document: Callable[[str], Path], qtbot: QtBot
) -> None:
    window = opened(document("0007"))
    assert shows(qtbot, window, "ContentView").plot  # type: ignore[attr-defined]
    table = dialog_of(window, "shortcuts").findChild(QTableWidget, "shortcuts")
    assert table is not None
    rows = [
        (table.item(row, 0).text(), table.item(row, 1).text())  # type: ignore[union-attr]
        for row in range(table.rowCount())
    ]
    assert {("Ctrl+O", "Open"), ("Ctrl+I", "Import"), ("F1", "Shortcuts")} <= set(rows)
    assert "Zoom the plot at the pointer" in dict(rows).values()
    assert len(rows) == len(set(rows)) > 20


def test_what_is_new_has_each_revision_in_its_own_words_the_newest_first(desktop: Desktop) -> None:
    desktop.open([])
    text = dialog_of(desktop.windows[0], "news").findChild(QPlainTextEdit, "text")
    assert text is not None
    headings = [paragraph.partition(":")[0] for paragraph in text.toPlainText().split("\n\n")]
    expected = [f"{release} (revision {revision})" for release, revision in reversed(RELEASES.items())]
    assert headings == expected
    assert "overview of readings\nEach 1,024 readings" in text.toPlainText()


class FileManager(QObject):
    """Stands in for the program that the desktop opens folders with."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        """Remember what is to be shown."""
        self.shown.append(url.toLocalFile())


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "logs"
    monkeypatch.setattr(crash, "log_folder", lambda: folder)
    return folder


def test_versions_name_all_that_a_report_needs_and_the_last_log_is_shown_in_its_folder(
    desktop: Desktop, qtbot: QtBot, logs: Path
) -> None:
    older = crash.write_log(ValueError("first"))
    newest = older.with_name(older.name.replace(".log", "-2.log"))
    newest.write_text("second", encoding="utf-8")
    os.utime(older, (1, 1))
    desktop.open([])
    dialog = dialog_of(desktop.windows[0], "about")
    label = dialog.findChild(QLabel, "versions")
    assert label is not None
    assert os.fspath(newest) in label.text()
    qtbot.mouseClick(button(dialog, "copy-versions"), LEFT)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[:-1] == [f"{name} {version}" for name, version in application.versions()]
    assert (VERSION in copied[0], copied[-1].startswith("Qt 6")) == (True, True)
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "show")
    qtbot.mouseClick(button(dialog, "show-log"), LEFT)
    QDesktopServices.unsetUrlHandler("file")
    assert manager.shown == [os.fspath(logs)]


def test_without_a_log_there_is_nothing_to_show(desktop: Desktop, logs: Path) -> None:
    desktop.open([])
    dialog = dialog_of(desktop.windows[0], "about")
    assert not logs.exists()
    assert not button(dialog, "show-log").isEnabled()
