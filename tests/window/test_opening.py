"""Opening documents in the window: every state of one, and what a person can do about it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QDropEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from myapp import application, product
from myapp.window import recent, session
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.pages import OlderPage
from tests import contents
from tests.window.conftest import WAIT_MS, button, shows

Open = Callable[[Path], MainWindow]
Document = Callable[[str], Path]
LEFT = Qt.MouseButton.LeftButton


def titles(window: MainWindow) -> list[str]:
    return [row.title for row in window.page.runs.model.rows]  # type: ignore[attr-defined]


def listed(qtbot: QtBot, window: MainWindow) -> None:
    shows(qtbot, window, "ContentView")
    qtbot.waitUntil(lambda: "San Francisco" in titles(window), timeout=WAIT_MS)


def test_a_document_at_head_shows_its_runs_and_is_remembered(
    opened: Open, document: Document, qtbot: QtBot
) -> None:
    path = document("0007")
    before = path.read_bytes()
    window = opened(path)
    listed(qtbot, window)
    assert "trip.myapp" in window.windowTitle()
    assert recent.recent_files() == [os.fspath(path)]
    window.close()
    assert path.read_bytes() == before


def test_an_older_document_is_untouched_until_the_person_upgrades_it_and_undo_restores_it(
    opened: Open, document: Document, qtbot: QtBot
) -> None:
    path = document("0001")
    before = path.read_bytes()
    window = opened(path)
    page = shows(qtbot, window, "OlderPage")
    assert isinstance(page, OlderPage)
    assert "trip.myapp.backup-0001" in page.text.text()
    assert path.read_bytes() == before
    qtbot.mouseClick(button(page, "upgrade"), LEFT)
    listed(qtbot, window)
    assert "trip.myapp.backup-0001" in window.notice.text.text()
    assert contents.revision(path) == 7
    qtbot.mouseClick(window.notice.button, LEFT)
    shows(qtbot, window, "OlderPage")
    assert path.read_bytes() == before
    qtbot.waitUntil(lambda: "trip.myapp.backup-0007" in window.notice.text.text(), timeout=WAIT_MS)
    qtbot.mouseClick(window.notice.button, LEFT)
    listed(qtbot, window)
    assert contents.revision(path) == 7


def test_an_older_document_can_be_read_without_an_upgrade_of_its_file(
    opened: Open, document: Document, qtbot: QtBot
) -> None:
    path = document("0002")
    before = path.read_bytes()
    window = opened(path)
    qtbot.mouseClick(button(window.page, "read-only"), LEFT)
    listed(qtbot, window)
    assert "Read-only" in window.notice.text.text()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.glob("*.myapp*")] == ["trip.myapp"]


def test_cancel_leaves_the_welcome(opened: Open, document: Document, qtbot: QtBot) -> None:
    window = opened(document("0001"))
    qtbot.mouseClick(button(window.page, "cancel"), LEFT)
    shows(qtbot, window, "WelcomePage")
    assert window.session is None


def test_an_upgrade_that_is_stopped_leaves_the_document_as_it_was(
    opened: Open, document: Document, qtbot: QtBot
) -> None:
    path = document("0001")
    before = path.read_bytes()
    window = opened(path)
    qtbot.mouseClick(button(window.page, "upgrade"), LEFT)
    qtbot.mouseClick(button(shows(qtbot, window, "WorkingPage"), "stop"), LEFT)
    page = shows(qtbot, window, "RefusedPage")
    assert "stopped" in page.heading.text()  # type: ignore[attr-defined]
    assert path.read_bytes() == before
    qtbot.mouseClick(button(page, "retry"), LEFT)
    shows(qtbot, window, "OlderPage")


def grow(path: Path, readings: int) -> None:
    """Add readings to a document of the oldest release, so that its revisions take their time."""
    rows = """
        INSERT INTO readings (run_id, channel, time, value)
        WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
        SELECT 1, 'grown', datetime(1700000000 + n, 'unixepoch'), n FROM n
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(rows, (readings,))


def test_an_upgrade_that_is_stopped_within_a_revision_leaves_the_document_as_it_was(
    opened: Open, document: Document, qtbot: QtBot
) -> None:
    path = document("0001")
    grow(path, 150_000)
    before = path.read_bytes()
    window = opened(path)
    steps: list[str] = []
    qtbot.mouseClick(button(window.page, "upgrade"), LEFT)
    page = shows(qtbot, window, "WorkingPage")
    assert window.session is not None
    window.session.progress.step.connect(steps.append)
    qtbot.waitUntil(lambda: any(step.startswith("step 2 of 6") for step in steps), timeout=WAIT_MS)
    qtbot.mouseClick(button(page, "stop"), LEFT)
    page = shows(qtbot, window, "RefusedPage", "ContentView")
    assert "stopped" in page.heading.text()  # type: ignore[attr-defined]
    assert not any(step.startswith("step 6") for step in steps)
    assert path.read_bytes() == before
    assert [file.read_bytes() for file in path.parent.glob("*.myapp.backup-*")] == [before]


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def foreign(path: Path) -> None:
    path.write_text("a text\n", encoding="utf-8")


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "words", "actions"),
    [
        (newer, "newer release", {"restore"}),
        (damaged, "damaged", {"restore", "rescue", "check"}),
        (foreign, "not a document", {"restore", "rescue"}),
        (gone, "not there", {"retry", "restore"}),
    ],
)
def test_a_document_that_cannot_be_opened_says_why_and_offers_what_helps(
    opened: Open, document: Document, spoil: Callable[[Path], None], words: str, actions: set[str]
) -> None:
    path = document("0007")
    spoil(path)
    before = path.read_bytes() if path.exists() else None
    page = opened(path).page
    assert words in page.heading.text()  # type: ignore[attr-defined]
    assert {each.objectName() for each in page.findChildren(QPushButton)} == actions
    assert (path.read_bytes() if path.exists() else None) == before


def test_the_page_of_a_newer_document_names_its_release_and_opens_the_page_of_releases_when_asked(
    opened: Open, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Browser(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.shown: list[str] = []

        @Slot(QUrl)
        def show(self, url: QUrl) -> None:
            self.shown.append(url.toString())

    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "show")
    monkeypatch.setattr(product, "HOMEPAGE", "https://releases.example/myapp")
    monkeypatch.setattr(application, "_format", [])
    path = document("0007")
    newer(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE document SET written_by = 'myapp 0.9.0'")
        connection.commit()
    page = opened(path).page
    assert "myapp 0.9.0 or newer, from https://releases.example/myapp" in page.text.text()  # type: ignore[attr-defined]
    assert browser.shown == []
    qtbot.mouseClick(button(page, "releases"), LEFT)
    QDesktopServices.unsetUrlHandler("https")
    assert browser.shown == ["https://releases.example/myapp"]


def test_a_document_in_use_opens_when_it_is_free(
    opened: Open, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "WAIT_SECONDS", 0.1)
    path = document("0001")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        window = opened(path)
        page = window.page
        assert "in use" in page.heading.text()  # type: ignore[attr-defined]
    qtbot.mouseClick(button(page, "retry"), LEFT)
    shows(qtbot, window, "OlderPage")


def test_a_backup_is_restored_from_the_page_of_a_damaged_document(
    opened: Open, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = document("0007")
    backup = path.with_name("trip.myapp.backup-0007")
    shutil.copy(path, backup)
    damaged(path)
    window = opened(path)
    monkeypatch.setattr(QInputDialog, "getItem", lambda *arguments: (arguments[3][0], True))
    qtbot.mouseClick(button(window.page, "restore"), LEFT)
    listed(qtbot, window)
    assert path.read_bytes() == backup.read_bytes()


def test_what_is_sound_is_rescued_into_a_new_document_that_opens(
    desktop: Desktop, opened: Open, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = document("0007")
    damaged(path)
    before = path.read_bytes()
    new = path.with_name("new.myapp")
    window = opened(path)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (os.fspath(new), ""))
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda *arguments: shown.append(arguments[2]))
    qtbot.mouseClick(button(window.page, "rescue"), LEFT)
    qtbot.waitUntil(lambda: len(desktop.windows) == 2, timeout=WAIT_MS)
    shows(qtbot, desktop.windows[1], "ContentView")
    assert ("rows are in the new document" in shown[0], path.read_bytes()) == (True, before)


def test_a_check_shows_the_damage(
    opened: Open, document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = document("0007")
    damaged(path)
    window = opened(path)
    shown: list[str] = []
    monkeypatch.setattr(QMessageBox, "information", lambda *arguments: shown.append(arguments[2]))
    qtbot.mouseClick(button(window.page, "check"), LEFT)
    qtbot.waitUntil(lambda: bool(shown), timeout=WAIT_MS)
    assert shown[0]
    shows(qtbot, window, "RefusedPage")


def test_dropped_and_chosen_files_open_in_windows_of_their_own_and_none_twice(
    desktop: Desktop, document: Document, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = document("0007")
    second = Path(shutil.copy(first, tmp_path / "other.myapp"))
    desktop.open([])
    window = desktop.windows[0]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(os.fspath(first))])
    copy = Qt.DropAction.CopyAction
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, LEFT, none))
    listed(qtbot, window)
    chosen = ([os.fspath(first), os.fspath(second)], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_arguments: chosen)
    file_menu = window.menuBar().actions()[0].menu()
    next(each for each in file_menu.actions() if each.text() == "&Open…").trigger()
    assert len(desktop.windows) == 2
    listed(qtbot, desktop.windows[1])


def test_fifty_documents_opened_and_closed_leave_no_thread_and_no_window(
    desktop: Desktop, document: Document, qtbot: QtBot
) -> None:
    path = document("0007")
    for _time in range(50):
        desktop.open([os.fspath(path)])
        window = desktop.windows[-1]
        shows(qtbot, window, "ContentView")
        window.close()
    assert desktop.windows == []
