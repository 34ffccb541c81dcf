"""The actions on a notebook: its menu, and the dialogs that it opens.

A dialog is imported when it is asked for: a document's runs are seen before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from myapp.document.protocol import Document
from myapp.library import Notebook
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import Names
from myapp.window.session import DocumentSession
from myapp.window.work_dialog import WorkDialog

MakeDialog = Callable[[Names], WorkDialog]


class NotebookActions(QObject):
    """Opens the dialogs, for the runs that `chosen` returns.

    `runs_added` tells the numbers of new runs, `open_requested` a new document that the person wants to see,
    and `failed` why the document could not be read.
    """

    runs_added = Signal(list)
    open_requested = Signal(list)
    failed = Signal(object)

    def __init__(
        self,
        session: DocumentSession,
        document: Document,
        chosen: Callable[[], list[RunRow]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._document = document
        self._chosen = chosen
        self._window = window
        self.menu = QMenu(self.tr("&Data"), window)
        self._add("import", self.tr("&Import…"), self.choose_imports, "Ctrl+I", writes=True)
        self.menu.addSeparator()
        self._add("export", self.tr("&Export the run…"), self.export, "Ctrl+E")
        self._add("attachments", self.tr("&Attachments of the run…"), self.attachments, "Ctrl+T")
        self.menu.addSeparator()
        self._add("extract", self.tr("E&xtract a part…"), self.extract, "Ctrl+Shift+E")
        self._add("copy", self.tr("&Copy to a server…"), self.copy)

    def choose_imports(self) -> None:
        """Ask for files, and import them."""
        tables = self.tr("Tables ({})").format("*.csv *.tsv *.txt *.dat *.log *.asc *.xlsx *.gz *.zip")
        filters = f"{tables};;{self.tr('All files (*)')}"
        names, _filter = QFileDialog.getOpenFileNames(self._window, self.tr("Import"), "", filters)
        self.import_files(names)

    def import_files(self, paths: Sequence[str]) -> None:
        """Open the dialog of an import."""
        if paths:
            from myapp.window.notebook.import_dialog import ImportDialog

            dialog = ImportDialog(self._session, self._document, paths, self._window)
            dialog.imported.connect(self.runs_added)
            dialog.open()

    def export(self) -> None:
        """Open the dialog that writes the first of the chosen runs to a file."""
        runs = self._chosen()[:1]
        if runs:
            from myapp.window.notebook.part_dialogs import ExportDialog

            self._open_with_names(
                lambda names: ExportDialog(self._session, self._document, names, runs[0], self._window)
            )

    def attachments(self) -> None:
        """Open the list of the files that are kept with the first of the chosen runs."""
        from myapp.window.notebook.attachments_dialog import AttachmentsDialog

        for run in self._chosen()[:1]:
            AttachmentsDialog(self._session, self._document, run, self._window).open()

    def extract(self) -> None:
        """Open the dialog that makes a new document of a part."""
        from myapp.window.notebook.part_dialogs import ExtractDialog

        self._open_with_names(
            lambda names: ExtractDialog(self._session, self._document, names, self._chosen(), self._window)
        )

    def copy(self) -> None:
        """Open the dialog that copies a part to a server."""
        from myapp.window.notebook.part_dialogs import CopyDialog

        self._open_with_names(
            lambda names: CopyDialog(self._session, self._document, names, self._chosen(), self._window)
        )

    def _open_with_names(self, make: MakeDialog) -> None:
        """Open a dialog once the names that it offers have come."""
        self._make = make
        notebook = Notebook(self._document)
        self._session.reader.submit(notebook.names, self._open_made, self.failed.emit)

    def _open_made(self, names: Names) -> None:
        dialog = self._make(names)
        dialog.open_requested.connect(self.open_requested)
        dialog.open()

    def _add(
        self, name: str, text: str, action: Callable[[], None], keys: str = "", *, writes: bool = False
    ) -> QAction:
        added = self.menu.addAction(text)
        added.setObjectName(name)
        added.triggered.connect(lambda _checked=False: action())
        added.setShortcut(QKeySequence(keys))
        added.setEnabled(self._document.writable or not writes)
        return added
