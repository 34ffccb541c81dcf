"""The actions on a notebook: its menu, and the dialogs that it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from myapp.library import Notebook
from myapp.window.notebook.import_dialog import ImportDialog
from myapp.window.session import DocumentSession


class NotebookActions(QObject):
    """Opens the dialogs; `runs_added` tells the numbers of new runs."""

    runs_added = Signal(list)

    def __init__(self, session: DocumentSession, notebook: Notebook, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._notebook = notebook
        self._window = window
        self.menu = QMenu(self.tr("&Data"), window)
        self._add(self.tr("&Import…"), self.choose_imports, "Ctrl+I", writes=True)

    def choose_imports(self) -> None:
        """Ask for files, and import them."""
        filters = ";;".join(
            [self.tr("Tables (*.csv *.tsv *.txt *.dat *.log *.asc)"), self.tr("All files (*)")]
        )
        names, _filter = QFileDialog.getOpenFileNames(self._window, self.tr("Import"), "", filters)
        self.import_files(names)

    def import_files(self, paths: Sequence[str]) -> None:
        """Open the dialog of an import."""
        if paths:
            dialog = ImportDialog(self._session, self._notebook, paths, self._window)
            dialog.imported.connect(self.runs_added)
            dialog.open()

    def _add(self, text: str, action: Callable[[], None], keys: str = "", *, writes: bool) -> QAction:
        added = self.menu.addAction(text)
        added.triggered.connect(lambda _checked=False: action())
        added.setShortcut(QKeySequence(keys))
        added.setEnabled(self._notebook.writable or not writes)
        return added
