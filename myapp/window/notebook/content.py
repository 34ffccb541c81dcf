"""The content of an open document: the list of runs, and what belongs to the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from myapp.descriptors import Stream
from myapp.document.classify import MAGIC
from myapp.document.protocol import Document
from myapp.library import Notebook
from myapp.window.content_page import ContentPage
from myapp.window.notebook.actions import NotebookActions
from myapp.window.notebook.notes import NotesView
from myapp.window.notebook.plot.view import PlotView
from myapp.window.notebook.runs_view import RunsView
from myapp.window.session import DocumentSession


class ContentView(ContentPage):
    """Shows a document's runs."""

    def __init__(self, session: DocumentSession, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        notebook = Notebook(document)
        self._writable = notebook.writable
        self.runs = RunsView(session, notebook, self)
        self.notebook_actions = NotebookActions(session, document, self.runs.chosen, self)
        self.notebook_actions.runs_added.connect(self.runs.show_added)
        self.notebook_actions.failed.connect(self.runs.refuse)
        self.notebook_actions.open_requested.connect(self.open_requested)
        self.notes = NotesView(session, notebook, self.runs.edits, self)
        self.runs.run_chosen.connect(self.notes.show_run)
        self.plot = PlotView(session, document, self)
        self.runs.runs_selected.connect(self.plot.show_runs)
        of_run = QSplitter(Qt.Orientation.Vertical, self)
        of_run.addWidget(self.plot)
        of_run.addWidget(self.notes)
        of_run.setSizes([600, 80])
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.runs)
        splitter.addWidget(of_run)
        splitter.setSizes([450, 650])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    def keep_edits(self) -> None:
        """Keep what was typed and not yet written, before the document is closed."""
        self.notes.keep()
        self.plot.stop()

    def take_files(self, files: Sequence[str]) -> list[str]:
        """Import the files that are no documents, if the document can be written."""
        imports = [file for file in files if self._writable and not _is_database(file)]
        self.notebook_actions.import_files(imports)
        return [file for file in files if file not in imports]

    def menus(self) -> list[QMenu]:
        """Return the menus of what can be done with the notebook, and with the plot."""
        return [self.notebook_actions.menu, self.plot.menu]

    def hints(self) -> list[tuple[str, str]]:
        """Return what the mouse does with the plot, and how a cell of the list is edited."""
        return [
            (self.tr("F2"), self.tr("Edit the title or the tags of a run")),
            (self.tr("Wheel"), self.tr("Zoom the plot at the pointer")),
            (self.tr("Shift+Wheel"), self.tr("Zoom the time alone")),
            (self.tr("Ctrl+Wheel"), self.tr("Zoom the values alone")),
            (self.tr("Drag"), self.tr("Move the plot")),
            (self.tr("Double-click"), self.tr("Show all of the plot")),
        ]


def _is_database(path: str) -> bool:
    """Whether a file is a document, a backup or another database, and no table of text."""
    try:
        with Stream(path) as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False
