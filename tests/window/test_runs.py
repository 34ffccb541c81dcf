"""The list of runs: search, filters, sorting, edits in place with undo, and deletion."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

import myapp
from myapp.window import session
from myapp.window.main_window import MainWindow
from myapp.window.notebook.runs_model import READINGS, TAGS, TITLE
from myapp.window.notebook.runs_view import RunsView
from tests.window.conftest import WAIT_MS
from tests.window.hands import answer

Open = Callable[[Path], MainWindow]
Document = Callable[[str], Path]
RUNS = 6
"""The runs of the kept document."""


@pytest.fixture
def path(document: Document) -> Path:
    return document("0007")


@pytest.fixture
def runs(opened: Open, path: Path, qtbot: QtBot) -> RunsView:
    """The list of an open document, after its rows have come."""
    view: RunsView = opened(path).page.runs  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: len(view.model.rows) == RUNS, timeout=WAIT_MS)
    return view


def stored(path: Path) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Return what the document holds: titles and tags by run."""
    with myapp.open(path) as notebook:
        return {run.id: (run.title, run.tags) for run in notebook.runs()}


def edit(runs: RunsView, qtbot: QtBot, column: int, text: str) -> None:
    """Type another text into a cell of the first row, as a person does."""
    index = runs.table.model().index(0, column)
    runs.table.setCurrentIndex(index)
    runs.table.edit(index)
    (editor,) = runs.table.findChildren(QLineEdit)
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def test_typing_searches_titles_notes_and_tags(runs: RunsView, qtbot: QtBot) -> None:
    search = runs.findChild(QLineEdit, "search")
    qtbot.keyClicks(search, "maun")
    qtbot.waitUntil(lambda: [row.id for row in runs.model.rows] == [3], timeout=WAIT_MS)
    search.clear()
    qtbot.waitUntil(lambda: len(runs.model.rows) == RUNS, timeout=WAIT_MS)


def test_a_tag_a_channel_and_a_time_filter_the_list(runs: RunsView, path: Path, qtbot: QtBot) -> None:
    tag = runs.findChild(QComboBox, "tag")
    number, name = next((run, tags[0]) for run, (_title, tags) in stored(path).items() if tags)
    tag.setCurrentText(name)
    qtbot.waitUntil(
        lambda: number in [r.id for r in runs.model.rows] and len(runs.model.rows) < RUNS, timeout=WAIT_MS
    )
    tag.setCurrentIndex(0)
    runs.findChild(QLineEdit, "from").setText("2200-01-01")
    qtbot.waitUntil(lambda: runs.model.rows == [], timeout=WAIT_MS)


def test_a_click_on_a_heading_sorts_by_number_not_by_text(runs: RunsView) -> None:
    runs.table.sortByColumn(READINGS, Qt.SortOrder.DescendingOrder)
    numbers = [runs.table.model().index(row, READINGS).data(Qt.ItemDataRole.UserRole) for row in range(RUNS)]
    assert numbers == sorted(numbers, reverse=True)


def test_a_title_is_edited_in_place_undone_and_done_again(runs: RunsView, path: Path, qtbot: QtBot) -> None:
    before = stored(path)
    number = runs.model.rows[0].id
    edit(runs, qtbot, TITLE, "Ein neuer Titel 🌋")
    qtbot.waitUntil(lambda: stored(path)[number][0] == "Ein neuer Titel 🌋", timeout=WAIT_MS)
    runs.edits.stack.undo()
    qtbot.waitUntil(lambda: stored(path) == before, timeout=WAIT_MS)
    runs.edits.stack.redo()
    qtbot.waitUntil(lambda: stored(path)[number][0] == "Ein neuer Titel 🌋", timeout=WAIT_MS)


def test_tags_are_edited_as_a_list_with_commas_and_undone(runs: RunsView, path: Path, qtbot: QtBot) -> None:
    before = stored(path)
    number = runs.model.rows[0].id
    edit(runs, qtbot, TAGS, "new, also new")
    qtbot.waitUntil(lambda: stored(path)[number][1] == ("also new", "new"), timeout=WAIT_MS)
    runs.edits.stack.undo()
    qtbot.waitUntil(lambda: stored(path) == before, timeout=WAIT_MS)


def test_a_title_that_cannot_be_one_is_refused_in_words_and_the_list_shows_the_old(
    runs: RunsView, path: Path, qtbot: QtBot
) -> None:
    before = stored(path)
    edit(runs, qtbot, TITLE, "  ")
    qtbot.waitUntil(lambda: "cannot be a title" in runs.count.text(), timeout=WAIT_MS)
    assert stored(path) == before


def test_a_note_is_kept_when_the_window_closes_right_after_typing(
    opened: Open, path: Path, qtbot: QtBot
) -> None:
    window = opened(path)
    notes = window.page.findChild(QPlainTextEdit, "notes")
    view: RunsView = window.page.runs  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(view.chosen()), timeout=WAIT_MS)
    number = view.chosen()[0].id
    qtbot.waitUntil(lambda: not window.session.reader.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    notes.setPlainText("seen from the window")
    window.close()
    with myapp.open(path) as notebook:
        assert notebook.show(number).notes == "seen from the window"


def test_a_title_is_kept_when_the_window_closes_before_the_cell_is_left(runs: RunsView, path: Path) -> None:
    number, index = runs.model.rows[0].id, runs.table.model().index(0, TITLE)
    runs.table.setCurrentIndex(index)
    runs.table.edit(index)
    (editor,) = runs.table.findChildren(QLineEdit)
    editor.setText("typed and closed")
    runs.window().close()
    assert stored(path)[number][0] == "typed and closed"


def test_a_title_that_is_being_typed_is_not_replaced_when_the_list_is_read_again(
    runs: RunsView, path: Path, qtbot: QtBot
) -> None:
    number, index = runs.model.rows[0].id, runs.table.model().index(0, TITLE)
    runs.table.setCurrentIndex(index)
    runs.table.edit(index)
    (editor,) = runs.table.findChildren(QLineEdit)
    editor.setText("half typed")
    runs.refresh()
    qtbot.waitUntil(lambda: runs._listing is None, timeout=WAIT_MS)
    assert editor.text() == "half typed"
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(path)[number][0] == "half typed", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: runs.model.rows[0].title == "half typed", timeout=WAIT_MS)


@pytest.fixture
def held(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """A connection that another program holds on the document while it writes; the window waits little."""
    monkeypatch.setattr(session, "WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def typed(notes: QPlainTextEdit, qtbot: QtBot, words: str) -> None:
    """Type a note, as soon as the field takes one, and leave the field."""
    qtbot.waitUntil(lambda: not notes.isReadOnly(), timeout=WAIT_MS)
    notes.setPlainText(words)
    QApplication.sendEvent(notes, QFocusEvent(QEvent.Type.FocusOut))


def note_of(path: Path, run: int) -> str | None:
    with myapp.open(path) as notebook:
        return notebook.show(run).notes


def test_a_note_that_is_refused_stays_typed_and_is_written_when_it_can_be(
    held: sqlite3.Connection, runs: RunsView, path: Path, qtbot: QtBot
) -> None:
    notes = runs.window().findChild(QPlainTextEdit, "notes")
    first, second = (row.id for row in runs.model.rows[:2])
    held.execute("BEGIN IMMEDIATE")
    typed(notes, qtbot, "long thought about")
    qtbot.waitUntil(lambda: "use" in runs.count.text(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not runs._session.reader.busy, timeout=WAIT_MS)
    assert notes.toPlainText() == "long thought about"
    runs.table.selectRow(1)
    typed(notes, qtbot, "of the second")
    held.execute("ROLLBACK")
    qtbot.waitUntil(lambda: note_of(path, second) == "of the second", timeout=WAIT_MS)
    runs.table.selectRow(0)
    qtbot.waitUntil(lambda: notes.toPlainText() == "long thought about", timeout=WAIT_MS)
    typed(notes, qtbot, notes.toPlainText())
    qtbot.waitUntil(lambda: note_of(path, first) == "long thought about", timeout=WAIT_MS)


@pytest.mark.parametrize("agreed", [False, True])
def test_closing_asks_where_what_was_typed_cannot_be_written(
    held: sqlite3.Connection,
    runs: RunsView,
    path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    agreed: bool,
) -> None:
    asked = answer(monkeypatch, agreed)
    window, number = runs.window(), runs.model.rows[0].id
    notes = window.findChild(QPlainTextEdit, "notes")
    before = note_of(path, number)
    held.execute("BEGIN IMMEDIATE")
    qtbot.waitUntil(lambda: not notes.isReadOnly(), timeout=WAIT_MS)
    notes.setPlainText("typed last")
    assert window.close() is agreed
    assert "in use" in asked[0]
    held.execute("ROLLBACK")
    if not agreed:
        qtbot.waitUntil(lambda: not runs.edits.is_pending(number), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not runs._session.reader.busy, timeout=WAIT_MS)
        assert notes.toPlainText() == "typed last"
        assert window.close()
        assert len(asked) == 1
    assert note_of(path, number) == (before if agreed else "typed last")


def test_what_is_typed_while_the_list_is_filled_again_is_kept_whole(
    runs: RunsView, path: Path, qtbot: QtBot
) -> None:
    notes, number = runs.window().findChild(QPlainTextEdit, "notes"), runs.model.rows[0].id
    qtbot.waitUntil(lambda: not notes.isReadOnly(), timeout=WAIT_MS)
    with myapp.open(path) as notebook:  # another program, as when an import ends
        notebook.delete(notebook.removal([runs.model.rows[-1].id]))
    notes.setPlainText("first ")
    with qtbot.waitSignal(runs.model.modelReset, timeout=WAIT_MS):
        runs.refresh()
    notes.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(notes, "second")
    QApplication.sendEvent(notes, QFocusEvent(QEvent.Type.FocusOut))
    qtbot.waitUntil(lambda: note_of(path, number) == "first second", timeout=WAIT_MS)


def test_deleting_asks_with_the_numbers_and_a_no_deletes_nothing(
    runs: RunsView, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, False, True)
    runs.table.selectRow(0)
    runs.window().activateWindow()
    runs.table.setFocus()
    qtbot.waitUntil(runs.table.hasFocus, timeout=WAIT_MS)
    (row,) = runs.chosen()
    qtbot.keyClick(runs.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT_MS)
    assert (row.title in asked[0], str(row.readings) in asked[0], row.id in stored(path)) == (
        True,
        True,
        True,
    )
    qtbot.keyClick(runs.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: row.id not in stored(path), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(runs.model.rows) == RUNS - 1, timeout=WAIT_MS)


def test_a_read_only_document_offers_no_edits(opened: Open, document: Document, qtbot: QtBot) -> None:
    from tests.window.conftest import button, shows

    window = opened(document("0005"))
    qtbot.mouseClick(button(window.page, "read-only"), Qt.MouseButton.LeftButton)
    view: RunsView = shows(qtbot, window, "ContentView").runs  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: len(view.model.rows) == RUNS, timeout=WAIT_MS)
    assert not view.model.flags(view.model.index(0, TITLE)) & Qt.ItemFlag.ItemIsEditable
