"""The note of the chosen run, which is kept when the person leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from myapp.library import Notebook
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import RunDetail
from myapp.window.notebook.edits import Edits
from myapp.window.session import DocumentSession
from myapp.window.worker import Job


class NotesView(QWidget):
    """A text; leaving it makes an edit, which can be undone. What cannot be written stays as it was typed."""

    def __init__(
        self, session: DocumentSession, notebook: Notebook, edits: Edits, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._notebook = notebook
        self._edits = edits
        self._run: int | None = None
        self._stored = ""
        self._refused: dict[int, str] = {}
        self._fetching: Job | None = None
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.text.setObjectName("notes")
        self.text.setPlaceholderText(self.tr("Notes"))
        self.text.setAccessibleName(self.tr("Notes"))
        self.text.setReadOnly(True)
        self.text.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        edits.refused.connect(self._remember)
        edits.changed.connect(self._fetch)

    def show_run(self, run: RunRow | None) -> None:
        """Show the note of another run, after what was typed is kept; until it is read, nothing is typed."""
        number = run.id if run else None
        if number == self._run:
            return
        self.keep()
        self._run = number
        self.text.setReadOnly(True)
        self._show("")
        self._fetch()

    def keep(self) -> None:
        """Make an edit of what was typed."""
        typed = self.text.toPlainText()
        if self._run is not None and typed != self._stored:
            before, self._stored = self._stored, typed
            self._edits.push(self.tr("notes"), self._run, {"notes": before}, {"notes": typed})

    def keep_all(self) -> None:
        """Make an edit of what was typed, and again of what could not be written."""
        refused, self._refused = self._refused, {}
        for run, typed in refused.items():
            self._edits.push(self.tr("notes"), run, {"notes": ""}, {"notes": typed})
        self.keep()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keep what was typed when the text loses the focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.keep()
        return super().eventFilter(watched, event)

    def _remember(self, _error: Exception, run: int, values: Mapping[str, Any]) -> None:
        if "notes" in values:
            self._refused[run] = values["notes"]

    def _fetch(self) -> None:
        if self._fetching:
            self._fetching.abandoned = True
        run = self._run
        if run is not None:
            self._fetching = self._session.reader.submit(
                lambda: self._notebook.show(run), self._show_detail, self._ignore
            )

    def _show_detail(self, detail: RunDetail) -> None:
        """Show what the document holds, or what it could not take, unless something was typed meanwhile."""
        run, stored = detail.run.id, detail.notes or ""
        if self._edits.is_pending(run):  # it is fetched again when that is written
            return
        refused = self._refused.pop(run, stored)
        if self.text.toPlainText() == self._stored:
            self._show(refused)
        self._stored = stored
        self.text.setReadOnly(not self._notebook.writable)

    def _ignore(self, _error: Exception) -> None:
        """A run that is gone leaves the list too, which is being fetched."""

    def _show(self, text: str) -> None:
        self._stored = text
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
