"""The content of an open document: the list of runs, and what belongs to the chosen one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QMessageBox, QSplitter, QVBoxLayout, QWidget

from myapp.descriptors import Stream
from myapp.document.classify import MAGIC
from myapp.document.protocol import Document
from myapp.library import Notebook
from myapp.product import NAME, SUFFIX
from myapp.window.content_page import ContentPage
from myapp.window.notebook.actions import NotebookActions
from myapp.window.notebook.notes import NotesView
from myapp.window.notebook.runs_view import RunsView
from myapp.window.session import DocumentSession
from myapp.window.wording import refusal

if TYPE_CHECKING:
    from myapp.notebook.listing import RunRow
    from myapp.window.notebook.plot.view import PlotView


class ContentView(ContentPage):
    """Shows a document's runs; the plot is imported and made once they are seen."""

    def __init__(self, session: DocumentSession, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = document
        self._closed = False
        notebook = Notebook(document)
        self._writable = notebook.writable
        self.runs = RunsView(session, notebook, self)
        self.notebook_actions = NotebookActions(session, document, self.runs.chosen, self)
        self.notebook_actions.runs_added.connect(self.runs.show_added)
        self.notebook_actions.failed.connect(self.runs.refuse)
        self.notebook_actions.open_requested.connect(self.open_requested)
        self.notes = NotesView(session, notebook, self.runs.edits, self)
        self.runs.run_chosen.connect(self.notes.show_run)
        self._plot: PlotView | None = None
        self.plot_menu = QMenu(self.tr("&Plot"), self)
        self.runs.runs_selected.connect(self._show_runs)
        of_run = self._of_run = QSplitter(Qt.Orientation.Vertical, self)
        of_run.addWidget(self.notes)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self.runs)
        splitter.addWidget(of_run)
        splitter.setSizes([450, 650])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    def may_leave(self) -> bool:
        """Write what was typed; where that fails, ask whether it may be lost."""
        self._keep()
        errors = self.runs.edits.finish()
        if not errors:
            return True
        question = self.tr("What was typed could not be written: {}\n\nClose all the same, and lose it?")
        answer = QMessageBox.question(self, NAME, question.format(refusal(errors[0])))
        return answer == QMessageBox.StandardButton.Yes

    def leave(self) -> None:
        """Write what was typed, and give up what is being read, before the document is closed."""
        self._keep()
        self._closed = True
        if self._plot:
            self._plot.stop()

    def _keep(self) -> None:
        self.runs.keep()
        self.notes.keep_all()

    def take_files(self, files: Sequence[str]) -> list[str]:
        """Import the files that are no documents, if the document can be written."""
        imports = [file for file in files if self._writable and self.takes(file)]
        self.notebook_actions.import_files(imports)
        return [file for file in files if file not in imports]

    @staticmethod
    def takes(file: str) -> bool:
        """Whether a file is a table that can be imported, for what is known without reading it."""
        return not file.endswith(SUFFIX) and not os.path.isdir(file) and not _is_database(file)

    def menus(self) -> list[QMenu]:
        """Return the menus of what can be done with the notebook, and with the plot."""
        return [self.notebook_actions.menu, self.plot_menu]

    @property
    def plot(self) -> PlotView:
        """The plot, made when it is first asked for."""
        if self._plot is None:
            from myapp.window.notebook.plot.view import PlotView

            self._plot = PlotView(self._session, self._document, self.plot_menu, self)
            self._of_run.insertWidget(0, self._plot)
            self._of_run.setSizes([600, 80])
        return self._plot

    def _show_runs(self, runs: Sequence[RunRow]) -> None:
        if self._plot:
            self._plot.show_runs(runs)
        else:
            self.runs.table.viewport().repaint()
            QTimer.singleShot(0, self, self._show_first_runs)

    def _show_first_runs(self) -> None:
        if not self._closed:
            self.plot.show_runs(self.runs.chosen())

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
