"""The window with the keyboard alone and by a screen reader: everything is reached, and has a name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTabBar, QWidget
from pytestqt.qtbot import QtBot

import myapp
from myapp.window import help as help_menu
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.import_dialog import ImportDialog
from tests import contents
from tests.program import ROOT
from tests.window.conftest import WAIT_MS, button, shows

Open = Callable[[Path], MainWindow]
Document = Callable[[str], Path]
RUNS = 6
"""The runs of the kept document."""

MOST_TABS = 200


@pytest.fixture
def window(opened: Open, document: Document, qtbot: QtBot) -> MainWindow:
    window = opened(document("0007"))
    qtbot.waitUntil(lambda: len(window.page.runs.model.rows) == RUNS, timeout=WAIT_MS)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(window.page.runs.chosen()), timeout=WAIT_MS)  # type: ignore[attr-defined]
    return window


def focusable(widget: QWidget) -> list[QWidget]:
    """Return what Tab should reach in a window: all that is shown, can be used and takes the focus."""
    return [
        each
        for each in widget.findChildren(QWidget)
        if each.isVisible()
        and each.isEnabled()
        and each.window() is widget.window()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None
        and not isinstance(each.parent(), QTabBar)
    ]


def name(widget: QWidget) -> str:
    """Return what a screen reader says of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name)


def nameless(widget: QWidget) -> list[str]:
    return [f"{type(each).__name__} {each.objectName()}" for each in focusable(widget) if not name(each)]


def reached(widget: QWidget, qtbot: QtBot) -> set[QWidget]:
    """Return what the key Tab reaches, from where the focus is and round again."""
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow, timeout=WAIT_MS)
    found: set[QWidget] = set()
    for _time in range(MOST_TABS):
        current = QApplication.focusWidget()
        if current is not None:
            found.add(current)
        QTest.keyClick(current or widget, Qt.Key.Key_Tab)
    return found


def missed(widget: QWidget, qtbot: QtBot) -> list[str]:
    """Return what the key Tab does not reach; one of a group of buttons stands for all."""
    found = reached(widget, qtbot)
    return [f"{type(each).__name__} {each.objectName()}" for each in focusable(widget) if each not in found]


@pytest.mark.parametrize("revision", ["", "0001", "damaged"])
def test_each_page_is_reached_by_tab_and_everything_on_it_has_a_name(
    desktop: Desktop, opened: Open, document: Document, qtbot: QtBot, revision: str
) -> None:
    if revision:
        path = document("0007" if revision == "damaged" else revision)
        if revision == "damaged":
            path.write_bytes(path.read_bytes()[:5000])
        window = opened(path)
    else:
        desktop.open([])
        window = desktop.windows[0]
    qtbot.waitUntil(lambda: bool(focusable(window.page)), timeout=WAIT_MS)
    assert nameless(window) == []
    assert missed(window, qtbot) == []


def test_a_documents_content_is_reached_by_tab_and_everything_in_it_has_a_name(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert nameless(window) == []
    assert missed(window, qtbot) == []


def dialogs(window: MainWindow, qtbot: QtBot) -> Iterator[QDialog]:
    """Give each dialog of an open document, one after another."""
    page = window.page
    for action in ("export", "attachments", "extract", "copy"):
        page.notebook_actions.menu.findChild(QAction, action).trigger()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: bool(window.findChildren(QDialog)), timeout=WAIT_MS)
        yield from closed(window, qtbot)
    page.take_files([os.fspath(ROOT / "tests" / "data" / "co2.csv")])  # type: ignore[attr-defined]
    (dialog,) = window.findChildren(ImportDialog)
    qtbot.waitUntil(lambda: dialog.preview.rows.rowCount() > 0, timeout=WAIT_MS)
    for index in range(dialog.form.count()):
        dialog.form.setCurrentIndex(index)
        yield dialog
    yield from closed(window, qtbot)
    window._files.save_as(window.session)  # type: ignore[arg-type]
    yield from closed(window, qtbot)
    menu = window.findChild(help_menu.HelpMenu)
    for show in ("show_shortcuts", "show_news", "show_versions"):
        getattr(menu, show)()
        yield from closed(window, qtbot)


def closed(window: MainWindow, qtbot: QtBot) -> Iterator[QDialog]:
    """Give the dialog that is open, and close it by Escape."""
    (dialog,) = window.findChildren(QDialog)
    qtbot.waitUntil(lambda: not window.session.reader.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    yield dialog
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(QDialog), timeout=WAIT_MS)


def test_each_dialog_is_reached_by_tab_named_and_closed_by_escape(window: MainWindow, qtbot: QtBot) -> None:
    seen = 0
    for dialog in dialogs(window, qtbot):
        assert (dialog.windowTitle(), nameless(dialog)) == (dialog.windowTitle(), [])
        assert (dialog.windowTitle(), missed(dialog, qtbot)) == (dialog.windowTitle(), [])
        seen += 1
    assert seen == 13  # with each page of the import's options


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    assert target is not None
    QTest.keyClick(target, key, modifiers)


def tab_to(qtbot: QtBot, wanted: str) -> None:
    """Press Tab until the focus is on the control of that name."""
    for _time in range(MOST_TABS):
        current = QApplication.focusWidget()
        if current is not None and current.objectName() == wanted:
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach {wanted}")


def test_a_person_without_a_mouse_upgrades_imports_and_undoes(
    opened: Open, document: Document, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = document("0001")
    before = path.read_bytes()
    window = opened(path)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    qtbot.waitUntil(button(window.page, "upgrade").hasFocus, timeout=WAIT_MS)
    press(Qt.Key.Key_Return)
    shows(qtbot, window, "ContentView")
    logger = tmp_path / "logger.csv"
    logger.write_text("time;wind\n03/04/2024 10:00;1,5\n04/04/2024 10:00;2,5\n", encoding="utf-8")
    chosen = ([os.fspath(logger)], "")
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileNames", lambda *_arguments: chosen)
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportDialog)), timeout=WAIT_MS)
    (dialog,) = window.findChildren(ImportDialog)
    date_order = dialog.form.controls["date_order"]
    dialog.activateWindow()
    qtbot.waitUntil(date_order.hasFocus, timeout=WAIT_MS)  # the refusal has brought the person there
    press(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: dialog.preview.rows.rowCount() == 2, timeout=WAIT_MS)
    tab_to(qtbot, "start")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.working and not dialog.start_button.isVisible(), timeout=WAIT_MS)
    press(Qt.Key.Key_Escape)
    with myapp.open(path) as notebook:
        assert "logger" in [run.title for run in notebook.runs()]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    tab_to(qtbot, "notice-action")
    press(Qt.Key.Key_Space)
    shows(qtbot, window, "OlderPage")
    assert path.read_bytes() == before
    assert contents.revision(path) == 1
