"""The dialogs: parts, exports, attachments, copies, checks and new documents, as a person makes them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QListWidget, QMessageBox
from pytestqt.qtbot import QtBot

import myapp
from myapp.notebook.listing import RunRow
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.attachments_dialog import AttachmentsDialog
from myapp.window.notebook.part_dialogs import ExportDialog, ExtractDialog
from myapp.window.work_dialog import WorkDialog
from tests import contents
from tests.window.conftest import WAIT_MS, button, shows
from tests.window.hands import answer

Open = Callable[[Path], MainWindow]
Document = Callable[[str], Path]
LEFT = Qt.MouseButton.LeftButton
RUNS = 6
"""The runs of the kept document."""


@pytest.fixture
def path(document: Document) -> Path:
    return document("0007")


@pytest.fixture
def window(opened: Open, path: Path, qtbot: QtBot) -> MainWindow:
    """A document whose run "San Francisco" is chosen."""
    window = opened(path)
    listed(window, qtbot)
    choose_run(window, "San Francisco")
    return window


def listed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(window.page.runs.model.rows) == RUNS, timeout=WAIT_MS)  # type: ignore[attr-defined]


def choose_run(window: MainWindow, title: str) -> RunRow:
    runs = window.page.runs  # type: ignore[attr-defined]
    row = next(row for row, each in enumerate(runs.model.rows) if each.title == title)
    runs.table.selectRow(row)
    (chosen,) = runs.chosen()
    assert isinstance(chosen, RunRow)
    return chosen


def dialog_of(window: MainWindow, qtbot: QtBot, action: str) -> WorkDialog:
    """Choose an action in the menu of data, and return its dialog."""
    (menu,) = (menu for menu in window._menus if menu.findChild(QAction, action))
    menu.findChild(QAction, action).trigger()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(window.findChildren(WorkDialog)), timeout=WAIT_MS)
    (dialog,) = window.findChildren(WorkDialog)
    return dialog


def press(dialog: WorkDialog, qtbot: QtBot, name: str = "start") -> None:
    """Press a button, and wait until its work is done."""
    qtbot.mouseClick(button(dialog, name), LEFT)
    qtbot.waitUntil(lambda: not dialog.working, timeout=WAIT_MS)


def report(dialog: WorkDialog) -> str:
    label = dialog.stages.currentWidget()
    assert isinstance(label, QLabel), dialog.refusal.text.text()
    return label.text()


def titles(path: Path) -> set[str]:
    with myapp.open(path) as notebook:
        return {run.title for run in notebook.runs()}


def test_the_chosen_run_is_extracted_into_a_document_that_opens(
    window: MainWindow, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dialog_of(window, qtbot, "extract")
    assert isinstance(dialog, ExtractDialog)
    new = tmp_path / "part.myapp"
    dialog.file.line.setText(os.fspath(new))
    press(dialog, qtbot)
    assert os.fspath(new) in report(dialog)
    assert titles(new) == {"San Francisco"}
    qtbot.mouseClick(button(dialog, "open-made"), LEFT)
    qtbot.waitUntil(lambda: len(desktop.windows) == 2, timeout=WAIT_MS)
    shows(qtbot, desktop.windows[1], "ContentView")


def test_a_part_by_channel_and_time_has_what_was_asked_for(
    window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dialog_of(window, qtbot, "extract")
    assert isinstance(dialog, ExtractDialog)
    part, new = dialog.part, tmp_path / "part.myapp"
    part.runs.setCurrentIndex(1)
    part.channels.setText("co2")
    part.start.setText("soon")
    dialog.file.line.setText(os.fspath(new))
    press(dialog, qtbot)
    assert "'soon' is no time" in dialog.refusal.text.text()
    dialog.activateWindow()
    qtbot.waitUntil(part.start.hasFocus, timeout=WAIT_MS)
    part.channels.setText("")
    part.start.setText("2010-01-01T02:00+02:00")
    part.end.setText("2011-01-01")
    press(dialog, qtbot)
    year = range(contents.microseconds("2010-01-01 00:00:00"), contents.microseconds("2011-01-01 00:00:00"))
    assert contents.readings(new) == [each for each in contents.readings(path) if each[2] in year]
    assert contents.readings(new)


def test_a_taken_name_is_refused_and_the_file_stays(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    taken = tmp_path / "taken.myapp"
    taken.write_text("mine", encoding="utf-8")
    dialog = dialog_of(window, qtbot, "extract")
    assert isinstance(dialog, ExtractDialog)
    dialog.file.line.setText(os.fspath(taken))
    press(dialog, qtbot)
    assert "there is a file of that name" in dialog.refusal.text.text()
    assert taken.read_text(encoding="utf-8") == "mine"
    assert dialog.stages.currentIndex() == 0


def test_an_exported_run_imports_to_equal_readings_and_replaces_a_file_only_on_request(
    window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine", encoding="utf-8")
    dialog = dialog_of(window, qtbot, "export")
    assert isinstance(dialog, ExportDialog)
    dialog.file.line.setText(os.fspath(target))
    press(dialog, qtbot)
    assert "“Existing file”" in dialog.refusal.text.text()
    assert target.read_text(encoding="utf-8") == "mine"
    qtbot.mouseClick(button(dialog.refusal, "show-setting"), LEFT)
    dialog.force.setChecked(True)
    press(dialog, qtbot)
    assert os.fspath(target) in report(dialog)
    copy = myapp.create(tmp_path / "copy.myapp")
    with myapp.open(copy) as notebook:
        notebook.import_csv(target, title="San Francisco")
    of_run = [each for each in contents.readings(path) if each[0] == "San Francisco"]
    assert contents.readings(Path(copy)) == of_run


def test_an_export_as_json_lines_takes_its_name_and_channels(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dialog_of(window, qtbot, "export")
    assert isinstance(dialog, ExportDialog)
    dialog.file.line.setText(os.fspath(tmp_path / "out.csv"))
    dialog.format.setCurrentIndex(1)
    dialog.part.channels.setText("nowhere")
    press(dialog, qtbot)
    assert "nowhere" in dialog.refusal.text.text()
    dialog.part.channels.clear()
    press(dialog, qtbot)
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8").startswith('{"time": "2010-')


def attachments(window: MainWindow, qtbot: QtBot) -> tuple[AttachmentsDialog, Callable[[], list[str]]]:
    dialog = dialog_of(window, qtbot, "attachments")
    assert isinstance(dialog, AttachmentsDialog)
    names = dialog.findChild(QListWidget, "attachments")
    qtbot.waitUntil(lambda: not dialog.session.reader.busy, timeout=WAIT_MS)

    def shown() -> list[str]:
        qtbot.waitUntil(lambda: not dialog.session.reader.busy, timeout=WAIT_MS)
        assert names is not None
        return [names.item(row).data(Qt.ItemDataRole.UserRole) for row in range(names.count())]

    return dialog, shown


def test_files_are_kept_with_a_run_saved_and_removed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "a.bin", tmp_path / "b.txt"
    first.write_bytes(os.urandom(3_000_000))
    second.write_text("words", encoding="utf-8")
    dialog, shown = attachments(window, qtbot)
    before = shown()
    chosen = ([os.fspath(first), os.fspath(second)], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_arguments: chosen)
    press(dialog, qtbot, "attach")
    assert shown() == sorted([*before, "a.bin", "b.txt"])
    press(dialog, qtbot, "attach")
    assert "already" in dialog.refusal.text.text()
    dialog.list.setCurrentRow(shown().index("a.bin"))
    saved = tmp_path / "saved.bin"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (os.fspath(saved), ""))
    press(dialog, qtbot, "save")
    assert saved.read_bytes() == first.read_bytes()
    answer(monkeypatch, False, True)
    dialog.list.setCurrentRow(shown().index("a.bin"))
    press(dialog, qtbot, "detach")
    assert "a.bin" in shown()
    saved.unlink()
    press(dialog, qtbot, "detach")
    assert "a.bin" not in shown()
    assert saved.read_bytes() == first.read_bytes()


def test_a_removal_whose_file_cannot_be_written_keeps_the_attachment(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("words", encoding="utf-8")
    dialog, shown = attachments(window, qtbot)
    dialog.attach([os.fspath(file)])
    qtbot.waitUntil(lambda: not dialog.working, timeout=WAIT_MS)
    dialog.list.setCurrentRow(shown().index("a.txt"))
    nowhere = os.fspath(tmp_path / "no folder" / "a.txt")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (nowhere, ""))
    answer(monkeypatch, True)
    press(dialog, qtbot, "detach")
    assert nowhere in dialog.refusal.text.text()
    assert "a.txt" in shown()


def file_action(window: MainWindow, words: str) -> QAction:
    """Return the action of the menu File whose text has these words."""
    menu = window.menuBar().actions()[0].menu()
    (action,) = (each for each in menu.actions() if words in each.text().replace("&", ""))  # type: ignore[attr-defined]
    return action  # type: ignore[no-any-return]


def file_dialog(window: MainWindow, words: str) -> WorkDialog:
    file_action(window, words).trigger()
    (dialog,) = window.findChildren(WorkDialog)
    return dialog


def test_a_copy_for_an_older_release_names_what_it_loses_and_is_made_on_a_second_press(
    window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    before = path.read_bytes()
    dialog = file_dialog(window, "Save a copy")
    new = tmp_path / "old.myapp"
    dialog.file.line.setText(os.fspath(new))  # type: ignore[attr-defined]
    dialog.release.setCurrentIndex(dialog.release.findText("0.2.0"))  # type: ignore[attr-defined]
    press(dialog, qtbot)
    assert "would lose" in dialog.refusal.text.text()
    assert not new.exists()
    press(dialog, qtbot)
    assert os.fspath(new) in report(dialog)
    assert (contents.revision(new), contents.is_whole(new), path.read_bytes()) == (2, True, before)


def test_a_copy_of_today_has_equal_content(
    window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = file_dialog(window, "Save a copy")
    new = tmp_path / "new.myapp"
    dialog.file.line.setText(os.fspath(new))  # type: ignore[attr-defined]
    press(dialog, qtbot)
    assert contents.readings(new) == contents.readings(path)


def test_a_check_says_that_a_document_is_whole(window: MainWindow, qtbot: QtBot) -> None:
    dialog = file_dialog(window, "Check")
    qtbot.waitUntil(lambda: isinstance(dialog.stages.currentWidget(), QLabel), timeout=WAIT_MS)
    assert "No damage was found" in report(dialog)


def test_a_backup_of_an_open_document_is_restored(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    backup = path.with_name("trip.myapp.backup-0007")
    shutil.copy(path, backup)
    with myapp.open(path) as notebook:
        notebook.edit("San Francisco", title="Other")
    dialog = file_dialog(window, "Restore")
    qtbot.waitUntil(lambda: dialog.findChild(QListWidget, "backups") is not None, timeout=WAIT_MS)
    press(dialog, qtbot)
    qtbot.waitUntil(lambda: path.read_bytes() == backup.read_bytes(), timeout=WAIT_MS)
    shows(qtbot, window, "ContentView")
    listed(window, qtbot)


def test_a_document_without_backups_says_so(window: MainWindow, qtbot: QtBot) -> None:
    dialog = file_dialog(window, "Restore")
    qtbot.waitUntil(lambda: isinstance(dialog.stages.currentWidget(), QLabel), timeout=WAIT_MS)
    assert "no whole backup" in report(dialog)


def test_a_new_document_is_made_under_a_free_name_only(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.open([])
    window = desktop.windows[0]
    new = tmp_path / "new"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments, **_options: (os.fspath(new), ""))
    warned: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: warned.append(arguments[2]))
    qtbot.mouseClick(button(window.page, "new"), LEFT)
    shows(qtbot, window, "ContentView")
    assert (titles(tmp_path / "new.myapp"), warned) == (set(), [])
    file_action(window, "New").trigger()
    assert len(warned) == 1
    assert "exists already" in warned[0]


@pytest.mark.parametrize("action", ["extract", "export", "attachments"])
def test_work_that_is_stopped_leaves_no_file_and_the_document_as_it_was(
    window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path, action: str
) -> None:
    before, files = path.read_bytes(), set(tmp_path.iterdir())
    dialog = dialog_of(window, qtbot, action)
    held = threading.Event()
    dialog.session.writer.submit(held.wait, lambda _nothing: None, lambda _error: None)
    if isinstance(dialog, AttachmentsDialog):
        dialog.attach([__file__])
    else:
        dialog.file.line.setText(os.fspath(tmp_path / "made"))  # type: ignore[attr-defined]
        dialog.start()
    qtbot.mouseClick(button(dialog, "stop"), LEFT)
    held.set()
    qtbot.waitUntil(lambda: not dialog.working, timeout=WAIT_MS)
    assert "cancelled" in dialog.refusal.text.text()
    assert (path.read_bytes(), set(tmp_path.iterdir())) == (before, files)


def test_a_dialog_that_is_closed_while_it_works_stops_the_work_first(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dialog_of(window, qtbot, "extract")
    assert isinstance(dialog, ExtractDialog)
    held = threading.Event()
    dialog.session.writer.submit(held.wait, lambda _nothing: None, lambda _error: None)
    dialog.file.line.setText(os.fspath(tmp_path / "made.myapp"))
    dialog.start()
    dialog.reject()
    assert dialog.isVisible()
    held.set()
    qtbot.waitUntil(lambda: not dialog.working, timeout=WAIT_MS)
    assert not (tmp_path / "made.myapp").exists()


def test_actions_on_a_file_are_off_without_one(desktop: Desktop) -> None:
    desktop.open([])
    for words in ("Save a copy", "Check", "Restore"):
        assert not file_action(desktop.windows[0], words).isEnabled()
