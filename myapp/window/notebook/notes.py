"""The note of the chosen run, which is kept when the person leaves it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from myapp.library import Notebook
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import RunDetail
from myapp.window.notebook.edits import Edits
from myapp.window.session import DocumentSession
from myapp.window.worker import Job


class NotesView(QWidget):
    """A text; leaving it makes an edit, which can be undone."""

    def __init__(
        self, session: DocumentSession, notebook: Notebook, edits: Edits, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._notebook = notebook
        self._edits = edits
        self._run: int | None = None
        self._stored = ""
        self._fetching: Job | None = None
        self.text = QPlainTextEdit(self)
        self.text.setTabChangesFocus(True)
        self.text.setObjectName("notes")
        self.text.setPlaceholderText(self.tr("Notes"))
        self.text.setAccessibleName(self.tr("Notes"))
        self.text.setReadOnly(not notebook.writable)
        self.text.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        edits.changed.connect(self._fetch)

    def show_run(self, run: RunRow | None) -> None:
        """Show the note of another run, after what was typed is kept."""
        self.keep()
        if (run.id if run else None) == self._run:
            return
        self._run = run.id if run else None
        self._show("")
        self._fetch()

    def keep(self) -> None:
        """Make an edit of what was typed."""
        typed = self.text.toPlainText()
        if self._run is not None and typed != self._stored:
            before, self._stored = self._stored, typed
            self._edits.push(self.tr("notes"), self._run, {"notes": before}, {"notes": typed})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keep what was typed when the text loses the focus."""
        if event.type() == QEvent.Type.FocusOut:
            self.keep()
        return super().eventFilter(watched, event)

    def _fetch(self) -> None:
        if self._fetching:
            self._fetching.abandoned = True
        run = self._run
        if run is not None:
            self._fetching = self._session.reader.submit(
                lambda: self._notebook.show(run), self._show_detail, self._ignore
            )

    def _show_detail(self, detail: RunDetail) -> None:
        if self.text.toPlainText() == self._stored:  # nothing was typed meanwhile
            self._show(detail.notes or "")

    def _ignore(self, _error: Exception) -> None:
        """A run that is gone leaves the list too, which is being fetched."""

    def _show(self, text: str) -> None:
        self._stored = text
        if self.text.toPlainText() != text:
            self.text.setPlainText(text)
