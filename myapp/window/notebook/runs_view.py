"""The list of runs: search as you type, filters, sorting, edits in place, and deletion."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSortFilterProxyModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from myapp.errors import MyappError
from myapp.library import Notebook
from myapp.notebook.editing import Removal
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import Names
from myapp.window.notebook.criteria import Criteria
from myapp.window.notebook.edits import Edits
from myapp.window.notebook.runs_model import SORT_ROLE, TITLE, RunsModel
from myapp.window.session import DocumentSession
from myapp.window.worker import Job

TYPING_MS = 150
"""A search begins when nothing was typed for so long."""


class RunsView(QWidget):
    """Shows the runs that fit the criteria.

    `run_chosen` tells the current one, None where there is none; `runs_selected` all that are selected.
    """

    run_chosen = Signal(object)
    runs_selected = Signal(list)

    def __init__(self, session: DocumentSession, notebook: Notebook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._notebook = notebook
        self._listing: Job | None = None
        self._wanted: int | None = None
        self._refusal = ""
        self._renewing = False
        self.edits = Edits(session, notebook, self)
        self.criteria = Criteria(self)
        self.count = QLabel(self)
        self.model = RunsModel(notebook.writable)
        self.table = self._make_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.criteria)
        column.addWidget(self.table, stretch=1)
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        column.addLayout(foot)
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._timer.timeout.connect(self.refresh)
        self._connect()
        self._add_actions()
        self.refresh()

    def refresh(self) -> None:
        """Fetch the runs that fit the criteria; a fetch that has not begun is given up."""
        if self._listing:
            self._listing.abandoned = True
        selection, notebook = self.criteria.selection(), self._notebook
        self._listing = self._session.reader.submit(
            lambda: (notebook.runs(selection), notebook.names()), self._show, self.refuse
        )

    def show_added(self, runs: list[int]) -> None:
        """List new runs, and choose the last of them."""
        self._wanted = runs[-1]
        self.refresh()

    def chosen(self) -> list[RunRow]:
        """Return the selected runs."""
        rows = self.table.selectionModel().selectedRows()
        return [self.model.rows[self._proxy.mapToSource(index).row()] for index in rows]

    def keep(self) -> None:
        """Make an edit of what is being typed into a cell."""
        editor = self._editor()
        if editor is not None:
            self.table.commitData(editor)
            self.table.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def delete_chosen(self) -> None:
        """Delete the selected runs, after a question with what would be lost."""
        ids = [row.id for row in self.chosen()]
        if ids and self._notebook.writable:
            self._session.reader.submit(
                lambda: self._notebook.removal(ids), self._ask_for_removal, self.refuse
            )

    def _make_table(self) -> QTableView:
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setSortLocaleAware(True)
        table = QTableView(self)
        table.setTabKeyNavigation(False)  # the arrows go through it
        table.setModel(self._proxy)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they come: by start
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setStretchLastSection(True)
        table.setColumnWidth(TITLE, 260)
        table.setAccessibleName(self.tr("Runs"))
        return table

    def _connect(self) -> None:
        self.criteria.changed.connect(self._timer.start)
        self.model.title_edited.connect(self._edit_title)
        self.model.tags_edited.connect(self._edit_tags)
        self.edits.changed.connect(self.refresh)
        self.edits.refused.connect(self._edit_refused)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.table.selectionModel().selectionChanged.connect(self._tell_selection)

    def _add_actions(self) -> None:
        undo = self.edits.stack.createUndoAction(self)
        undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        redo = self.edits.stack.createRedoAction(self)
        redo.setShortcut(QKeySequence(QKeySequence.StandardKey.Redo))
        delete = QAction(self.tr("&Delete…"), self.table)
        delete.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.delete_chosen)
        find = QAction(self.tr("&Find"), self)
        find.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
        find.triggered.connect(self.criteria.text.setFocus)
        self.addActions([undo, redo, find])
        self.table.addActions([delete, undo, redo])
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _editor(self) -> QWidget | None:
        """Return the field in which a cell is being edited."""
        return self.table.indexWidget(self.table.currentIndex())

    def _show(self, fetched: tuple[list[RunRow], Names]) -> None:
        self._listing = None
        if self._editor() is not None:  # other rows would replace what is being typed
            self._timer.start()
            return
        rows, names = fetched
        self.criteria.offer(names)
        current = self._current()
        self._renewing = True
        self.model.replace(rows)
        self._select(current.id if current else None)
        self._renewing = False
        self.count.setText(self._refusal or self.tr("%n run(s)", "", len(rows)))
        self._refusal = ""
        self.run_chosen.emit(self._current())
        self._choose_wanted()
        self._tell_selection()

    def _select(self, run: int | None) -> None:
        row = next((i for i, each in enumerate(self.model.rows) if each.id == run), 0)
        if not self.model.rows:
            return
        index = self._proxy.mapFromSource(self.model.index(row, TITLE))
        flags = QItemSelectionModel.SelectionFlag
        if not self.table.currentIndex().isValid():
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _choose_wanted(self) -> None:
        """Choose a run that was added; one that the criteria leave out is not in the list."""
        row = next((i for i, each in enumerate(self.model.rows) if each.id == self._wanted), None)
        self._wanted = None
        if row is not None:
            index = self._proxy.mapFromSource(self.model.index(row, TITLE))
            flags = QItemSelectionModel.SelectionFlag
            self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.table.scrollTo(index)

    def _current(self) -> RunRow | None:
        index = self._proxy.mapToSource(self.table.currentIndex())
        return self.model.rows[index.row()] if index.isValid() else None

    def _choose(self, _current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._renewing:  # the run that is chosen stays so while the list is filled again
            self.run_chosen.emit(self._current())

    def _tell_selection(self) -> None:
        if not self._renewing:
            self.runs_selected.emit(self.chosen())

    def _edit_title(self, row: RunRow, title: str) -> None:
        self.edits.push(self.tr("title"), row.id, {"title": row.title}, {"title": title})

    def _edit_tags(self, row: RunRow, tags: list[str]) -> None:
        self.edits.push(self.tr("tags"), row.id, {"tags": row.tags}, {"tags": tuple(tags)})

    def _ask_for_removal(self, removal: Removal) -> None:
        text = self.tr("Delete {}, with {} readings and {} attachments? This cannot be undone.").format(
            ", ".join(removal.titles), removal.readings, removal.attachments
        )
        if QMessageBox.question(self, self.tr("Delete"), text) == QMessageBox.StandardButton.Yes:
            self._session.writer.submit(lambda: self._notebook.delete(removal), self._deleted, self.refuse)

    def _deleted(self, _nothing: None) -> None:
        self.edits.stack.clear()
        self.refresh()

    def _edit_refused(self, error: Exception, _run: int, _values: object) -> None:
        """Show why, also after the list that is being fetched has come."""
        self.refuse(error)
        self._refusal = self.count.text()

    def refuse(self, error: Exception) -> None:
        """Show why something was not done."""
        if not isinstance(error, MyappError):
            raise error
        self.count.setText(error.message())
