"""Importing files in the window: the preview follows the options, and the document holds what it showed."""

from __future__ import annotations

import csv
import gzip
import io
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QInputDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

import myapp
from myapp.errors import UsageError
from myapp.notebook import import_formats
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preview import preview
from myapp.window import session
from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.import_dialog import ImportDialog
from myapp.window.notebook.import_preview import ROWS
from tests import contents
from tests.program import ROOT
from tests.window.conftest import WAIT_MS, button, shows
from tests.workbooks import workbook

Open = Callable[[Path], MainWindow]
Document = Callable[[str], Path]
LEFT = Qt.MouseButton.LeftButton
DATA = ROOT / "tests" / "data"
RUNS = 6
"""The runs of the kept document."""

AMBIGUOUS = "Date;wind;dir\n03/04/2024 10:00;1,5;7\n04/04/2024 10:00;2,5;8\n"


@pytest.fixture
def path(document: Document) -> Path:
    return document("0007")


@pytest.fixture
def weather(tmp_path: Path) -> Path:
    """A file of weather that no document holds yet."""
    return without_its_end(DATA / "seattle-weather.csv", tmp_path / "weather.csv")


def without_its_end(file: Path, target: Path) -> Path:
    """Copy a file but its last line: the kept document holds the whole ones."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    target.write_text("".join(lines[:-1]), encoding="utf-8")
    return target


@pytest.fixture
def window(opened: Open, path: Path, qtbot: QtBot) -> MainWindow:
    window = opened(path)
    qtbot.waitUntil(lambda: len(window.page.runs.model.rows) == RUNS, timeout=WAIT_MS)  # type: ignore[attr-defined]
    return window


@pytest.fixture
def dropped(window: MainWindow, qtbot: QtBot) -> Callable[..., ImportDialog]:
    """Drop files on the window; return the dialog, once its first look has come."""

    def drop(*files: Path) -> ImportDialog:
        drop_on(window, *files)
        (dialog,) = window.findChildren(ImportDialog)
        settled(dialog, qtbot)
        return dialog

    return drop


def drop_on(window: MainWindow, *files: Path) -> None:
    """Drop files on a window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(os.fspath(file)) for file in files])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, none))


def settled(dialog: ImportDialog, qtbot: QtBot) -> None:
    """Wait until the preview is that of the options."""
    qtbot.waitUntil(lambda: not dialog._timer.isActive() and not dialog.session.reader.busy, timeout=WAIT_MS)


def choose(dialog: ImportDialog, qtbot: QtBot, name: str, text: str) -> None:
    dialog.form.controls[name].set_text(text)
    settled(dialog, qtbot)


def cells(dialog: ImportDialog) -> list[list[str]]:
    """Return the preview's rows."""
    table = dialog.preview.rows
    columns = range(table.columnCount())
    return [[table.item(row, column).text() for column in columns] for row in range(table.rowCount())]  # type: ignore[union-attr]


def stored(path: Path) -> dict[str, int]:
    """Return the readings of each run, by its title."""
    with myapp.open(path) as notebook:
        return {run.title: run.readings for run in notebook.runs()}


def press_import(dialog: ImportDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(button(dialog, "start"), LEFT)
    qtbot.waitUntil(lambda: not dialog.working, timeout=WAIT_MS)


def test_a_dropped_file_is_shown_as_it_would_be_stored_imported_and_chosen_in_the_list(
    window: MainWindow, dropped: Callable[..., ImportDialog], path: Path, weather: Path, qtbot: QtBot
) -> None:
    dialog = dropped(weather)
    expected = preview(weather, None, ROWS)
    assert [row[0] for row in cells(dialog)] == [str(row.line) for row in expected.rows]
    titles = [channel.title for channel in expected.format.channels]
    assert [row[2:] for row in cells(dialog)] == [
        [f"{row.values[title]:.15g}" for title in titles] for row in expected.rows
    ]
    assert weather.read_text(encoding="utf-8").startswith(dialog.preview.lines.toPlainText()[:200])
    press_import(dialog, qtbot)
    assert dialog.refusal.text.text() == ""
    assert "weather" in dialog.stages.currentWidget().text.toPlainText()  # type: ignore[union-attr]
    assert stored(path)["weather"] > 1000
    runs = window.page.runs  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: [run.title for run in runs.chosen()] == ["weather"], timeout=WAIT_MS)
    dialog.reject()


def test_the_option_that_a_refusal_names_has_the_focus_and_resolves_it(
    dropped: Callable[..., ImportDialog], path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "logger.csv"
    file.write_text(AMBIGUOUS, encoding="utf-8")
    dialog = dropped(file)
    control = dialog.form.controls["date_order"]
    assert "“Date order”" in dialog.refusal.text.text()
    assert "--" not in dialog.refusal.text.text()
    assert dialog.form.currentWidget().isAncestorOf(control)  # type: ignore[union-attr]
    dialog.activateWindow()
    qtbot.waitUntil(control.hasFocus, timeout=WAIT_MS)
    before = path.read_bytes()
    press_import(dialog, qtbot)
    assert ("“Date order”" in dialog.refusal.text.text(), path.read_bytes()) == (True, before)
    qtbot.mouseClick(button(dialog.refusal, "value-dmy"), LEFT)
    settled(dialog, qtbot)
    assert dialog.refusal.isHidden()
    assert cells(dialog)[0] == ["2", "2024-04-03 10:00:00", "1.5", "7"]


def test_the_preview_follows_each_option(
    dropped: Callable[..., ImportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "logger.csv"
    file.write_text(AMBIGUOUS, encoding="utf-8")
    dialog = dropped(file)
    choose(dialog, qtbot, "date_order", "mdy")
    assert cells(dialog)[0][1] == "2024-03-04 10:00:00"
    choose(dialog, qtbot, "timezone", "America/Los_Angeles")
    assert cells(dialog)[0][1] == "2024-03-04 18:00:00"
    choose(dialog, qtbot, "timezone", "Nowhere")
    assert "no time zone is called 'Nowhere'" in dialog.refusal.text.text()
    assert dialog.line.text() == ""
    choose(dialog, qtbot, "timezone", "")
    choose(dialog, qtbot, "missing", "wind=1.5")
    assert cells(dialog)[0][2:] == ["", "7"]
    choose(dialog, qtbot, "missing", "")
    choose(dialog, qtbot, "header", "2")
    assert "line 2" in dialog.refusal.text.text()
    choose(dialog, qtbot, "header", "")
    item = dialog.form.columns.item(1)
    item.setCheckState(Qt.CheckState.Unchecked)
    settled(dialog, qtbot)
    assert [row[2:] for row in cells(dialog)] == [["7"], ["8"]]
    choose(dialog, qtbot, "time_format", "%m/%d/%Y %H:%M")
    assert "--skip wind" in dialog.line.text()
    choose(dialog, qtbot, "delimiter", "comma")
    assert not dialog.refusal.isHidden()


def test_the_copied_command_imports_the_same(
    dropped: Callable[..., ImportDialog], path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "two words.csv"
    file.write_text(AMBIGUOUS, encoding="utf-8")
    other = Path(shutil.copy(path, tmp_path / "other.myapp"))
    dialog = dropped(file)
    choose(dialog, qtbot, "date_order", "dmy")
    choose(dialog, qtbot, "timezone", "-03:00")
    dialog.title.setText("It's windy")
    qtbot.mouseClick(button(dialog, "copy-command"), LEFT)
    words = shlex.split(QGuiApplication.clipboard().text())
    press_import(dialog, qtbot)
    words = [
        sys.executable,
        "-m",
        "myapp",
        *(os.fspath(other) if each == os.fspath(path) else each for each in words[1:]),
    ]
    subprocess.run(words, check=True, capture_output=True, cwd=ROOT)
    assert contents.readings(other) == contents.readings(path)
    assert stored(other) == stored(path)
    dialog.reject()


def test_the_text_in_an_archive_is_shown_and_imported(
    dropped: Callable[..., ImportDialog], path: Path, weather: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    archive = tmp_path / "packed.csv.gz"
    archive.write_bytes(gzip.compress(weather.read_bytes()))
    dialog = dropped(archive)
    assert dialog.preview.lines.toPlainText().startswith(weather.read_text(encoding="utf-8")[:200])
    press_import(dialog, qtbot)
    assert stored(path)["packed"] > 1000


def test_the_sheet_of_a_workbook_is_chosen_and_shown(
    dropped: Callable[..., ImportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "logger.xlsx"
    rows = [["time", "wind"], [datetime(2024, 5, 1, 10), 1.5]]  # noqa: DTZ001  as Excel has it
    more = [["time", "rain"], [datetime(2024, 5, 2, 10), 7]]  # noqa: DTZ001
    file.write_bytes(workbook({"May": rows, "June": more}))
    dialog = dropped(file)
    choose(dialog, qtbot, "sheet", "June")
    assert cells(dialog) == [["2", "2024-05-02 10:00:00", "7"]]
    assert dialog.preview.lines.toPlainText().startswith("time\train\n2024-05-02")


def test_options_are_kept_as_a_format_that_other_imports_and_the_command_line_take(
    dropped: Callable[..., ImportDialog],
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "logger.csv"
    file.write_text(AMBIGUOUS, encoding="utf-8")
    dialog = dropped(file)
    choose(dialog, qtbot, "date_order", "dmy")
    dialog.form.columns.item(1).setCheckState(Qt.CheckState.Unchecked)
    settled(dialog, qtbot)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_arguments: ("my logger", True))
    qtbot.mouseClick(button(dialog, "save-format"), LEFT)
    assert "letters, digits" in dialog.refusal.text.text()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_arguments: ("logger", True))
    qtbot.mouseClick(button(dialog, "save-format"), LEFT)
    assert import_formats.load("logger") == ImportOptions(date_order="dmy", skip=("wind",))
    dialog.reject()
    qtbot.waitUntil(lambda: not window.findChildren(ImportDialog), timeout=WAIT_MS)
    dialog = dropped(file)
    assert not dialog.refusal.isHidden()
    names = dialog.formats.names
    names.setCurrentIndex(names.findData("logger"))
    names.activated.emit(names.currentIndex())
    settled(dialog, qtbot)
    assert dialog.refusal.isHidden()
    assert [row[2:] for row in cells(dialog)] == [["7"], ["8"]]
    import_formats.path_of("logger").write_text("date_order = 'xyz'", encoding="utf-8")
    names.activated.emit(names.currentIndex())
    assert "the format's date_order cannot be" in dialog.refusal.text.text()


def test_an_import_that_is_stopped_leaves_the_document_as_it_was_and_the_dialog_ready(
    dropped: Callable[..., ImportDialog], path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    rows = "".join(f"{time},1.5,2.5\n" for time in range(1_700_000_000, 1_700_400_000))
    file.write_text(f"epoch,a,b\n{rows}", encoding="utf-8")
    dialog = dropped(file)
    before = contents.readings(path)
    stop = dialog.session.stop
    dialog.session.progress.amount.connect(lambda _done, _total: stop())
    press_import(dialog, qtbot)
    assert "cancelled" in dialog.refusal.text.text()
    assert (contents.readings(path), "long" in stored(path)) == (before, False)
    assert dialog.stages.currentIndex() == 0
    dialog.session.progress.amount.disconnect()
    press_import(dialog, qtbot)
    assert stored(path)["long"] == 800_000
    dialog.reject()


def test_a_window_that_closes_while_it_imports_stops_and_leaves_the_document_as_it_was(
    dropped: Callable[..., ImportDialog], window: MainWindow, path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "long.csv"
    rows = "".join(f"{time},1.5,2.5\n" for time in range(1_700_000_000, 1_700_400_000))
    file.write_text(f"epoch,a,b\n{rows}", encoding="utf-8")
    dialog = dropped(file)
    before, reported = contents.readings(path), []
    dialog.session.progress.amount.connect(lambda done, _total: reported.append(done))
    qtbot.mouseClick(button(dialog, "start"), LEFT)
    qtbot.waitUntil(lambda: bool(reported), timeout=WAIT_MS)
    window.close()
    assert (contents.readings(path), contents.is_whole(path)) == (before, True)


def test_a_document_that_is_in_use_is_refused_in_words_and_imports_once_it_is_free(
    dropped: Callable[..., ImportDialog],
    path: Path,
    weather: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "WAIT_SECONDS", 0.1)
    dialog = dropped(weather)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        press_import(dialog, qtbot)
        assert "is in use by" in dialog.refusal.text.text()
    press_import(dialog, qtbot)
    assert "weather" in stored(path)


def test_what_was_left_out_is_listed_with_its_line_and_can_be_saved(
    dropped: Callable[..., ImportDialog],
    path: Path,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "faulty.csv"
    file.write_text("time,a\n2024-01-01,1\n2024-01-02,2\nsoon,3\n2024-01-04,4\n", encoding="utf-8")
    dialog = dropped(file)
    press_import(dialog, qtbot)
    assert "line 4" in dialog.refusal.text.text()
    assert "faulty" not in stored(path)
    choose(dialog, qtbot, "on_error", "skip-all")
    press_import(dialog, qtbot)
    assert stored(path)["faulty"] == 3
    report = dialog.stages.currentWidget()
    assert [report.faults.item(0, column).text() for column in range(3)] == ["faulty.csv", "4", "1"]  # type: ignore[union-attr]
    target = tmp_path / "left out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (os.fspath(target), ""))
    qtbot.mouseClick(button(report, "save-faults"), LEFT)  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert [row[:3] for row in rows] == [["file", "line", "column"], ["faulty.csv", "4", "1"]]
    target.unlink()
    target.symlink_to(path)
    before, shown = path.read_bytes(), list[str]()
    monkeypatch.setattr(QMessageBox, "warning", lambda *arguments: shown.append(arguments[2]))
    qtbot.mouseClick(button(report, "save-faults"), LEFT)  # type: ignore[arg-type]
    assert "is the document itself" in shown[0]
    assert path.read_bytes() == before


def test_of_several_files_the_refused_ones_are_reported_and_can_be_tried_again(
    dropped: Callable[..., ImportDialog], path: Path, weather: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("no table at all\n", encoding="utf-8")
    last = without_its_end(DATA / "co2.csv", tmp_path / "last.csv")
    dialog = dropped(weather, bad, last)
    assert not dialog.title.isEnabled()
    press_import(dialog, qtbot)
    assert {"weather", "last"} <= set(stored(path))
    assert "Not imported: " in dialog.stages.currentWidget().text.toPlainText()  # type: ignore[union-attr]
    qtbot.mouseClick(button(dialog, "start"), LEFT)
    assert dialog.paths == [os.fspath(bad)]
    assert "bad.csv" in dialog.refusal.text.text()
    bad.write_text(AMBIGUOUS, encoding="utf-8")
    choose(dialog, qtbot, "date_order", "dmy")
    press_import(dialog, qtbot)
    assert stored(path)["bad"] == 4


def test_a_file_that_is_there_already_is_imported_again_only_on_request(
    dropped: Callable[..., ImportDialog], path: Path, qtbot: QtBot
) -> None:
    dialog = dropped(DATA / "sf-temps.csv")
    press_import(dialog, qtbot)
    assert "imported already" in dialog.refusal.text.text()
    assert len(stored(path)) == RUNS
    dialog.again.setChecked(True)
    title = dialog.findChild(QLineEdit, "title")
    assert title is not None
    title.setText("second")
    press_import(dialog, qtbot)
    assert stored(path)["second"] > stored(path)["San Francisco"]  # which has a part


def test_a_file_that_cannot_be_read_is_refused_in_words(
    dropped: Callable[..., ImportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dropped(tmp_path / "gone.csv")
    assert "gone.csv: No such file" in dialog.refusal.text.text()
    press_import(dialog, qtbot)
    assert "gone.csv: No such file" in dialog.refusal.text.text()


def test_each_option_has_a_control_that_is_named_and_explained(
    dropped: Callable[..., ImportDialog],
) -> None:
    form = dropped(DATA / "co2.csv").form
    for field in fields(ImportOptions):
        assert form.has(field.name)
        control = form.controls.get(field.name, form.columns)
        assert control.accessibleName(), field.name
    assert form.options() == ImportOptions()


def test_no_sign_between_thousands_is_no_detected_one(
    dropped: Callable[..., ImportDialog], weather: Path
) -> None:
    controls = dropped(weather).form.controls
    shown = {name: controls[name].currentText() for name in ("thousands", "layout")}  # type: ignore[attr-defined]
    assert shown == {"thousands": "None", "layout": "detected: A column for each channel"}


@pytest.mark.parametrize("name", [field.name for field in fields(ImportOptions) if field.name != "skip"])
def test_each_choice_of_each_option_is_a_value_that_the_library_takes(
    dropped: Callable[..., ImportDialog], name: str
) -> None:
    form = dropped(DATA / "co2.csv").form
    control = form.controls[name]
    values = [control.itemData(i) for i in range(control.count())] if isinstance(control, QComboBox) else []
    for value in values[:40]:
        control.set_text(value)
        assert control.text() == value
        try:
            form.options()
        except UsageError as error:
            raise AssertionError(f"{name}: {value!r}") from error


def test_files_that_are_dropped_without_a_document_are_imported_into_a_new_one(
    desktop: Desktop, weather: Path, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.open([])
    window = desktop.windows[0]
    proposed: list[str] = []

    def answer(*arguments: Any, **_options: object) -> tuple[str, str]:
        proposed.append(arguments[2])
        return arguments[2], ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    drop_on(window, weather)
    shows(qtbot, window, "ContentView")
    assert proposed == [os.fspath(weather.with_suffix(".myapp"))]
    (dialog,) = window.findChildren(ImportDialog)
    settled(dialog, qtbot)
    press_import(dialog, qtbot)
    assert list(stored(Path(proposed[0]))) == ["weather"]


def test_a_read_only_document_imports_nothing(opened: Open, document: Document, qtbot: QtBot) -> None:
    window = opened(document("0005"))
    qtbot.mouseClick(button(window.page, "read-only"), LEFT)
    page = shows(qtbot, window, "ContentView")
    menu, *_others = page.menus()  # type: ignore[attr-defined]
    assert menu.menuAction() in window.menuBar().actions()
    assert not menu.actions()[0].isEnabled()
    assert page.take_files([os.fspath(DATA / "co2.csv")]) == [os.fspath(DATA / "co2.csv")]  # type: ignore[attr-defined]
