"""The content of an open document: the list of runs, and what belongs to the chosen one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from myapp.document.open import FileDocument
from myapp.library import Notebook
from myapp.window.content_page import ContentPage
from myapp.window.notebook.notes import NotesView
from myapp.window.notebook.picture_view import PictureView
from myapp.window.notebook.runs_view import RunsView
from myapp.window.session import DocumentSession


class ContentView(ContentPage):
    """Shows a document's runs."""

    def __init__(
        self, session: DocumentSession, document: FileDocument, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        notebook = Notebook(document)
        self.runs = RunsView(session, notebook, self)
        self.notes = NotesView(session, notebook, self.runs.edits, self)
        self.runs.run_chosen.connect(self.notes.show_run)
        self.picture = PictureView(session, document, self)
        self.runs.run_chosen.connect(self.picture.show_run)
        of_run = QSplitter(Qt.Orientation.Vertical, self)
        of_run.addWidget(self.picture)
        of_run.addWidget(self.notes)
        of_run.setSizes([500, 120])
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.runs)
        splitter.addWidget(of_run)
        splitter.setSizes([600, 500])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    def keep_edits(self) -> None:
        """Keep what was typed and not yet written, before the document is closed."""
        self.notes.keep()
