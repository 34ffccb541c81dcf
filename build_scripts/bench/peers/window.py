"""The prototype of the window: a document's runs in a table, by the library, and no more.

It ends when they are painted.
"""

import os
import sys
import threading

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTableView, QVBoxLayout, QWidget

import myapp

Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("Run", "Title", "Start", "Channels", "Readings")


class Runs(QAbstractTableModel):
    """The rows of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[object, ...]] = []

    def take(self, rows: list[tuple[object, ...]]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self.rows[index.row()][index.column()])
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None


class Reader(QObject):
    """Reads in a thread."""

    done = Signal(object)

    def read(self, path: str) -> None:
        with myapp.open(path) as notebook:
            runs = notebook.runs()
        self.done.emit([(run.id, run.title, run.started_at, run.channels, run.readings) for run in runs])


def main() -> None:
    """Show the runs of the document that the first argument names."""
    application = QApplication([])
    model = Runs()
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    table = QTableView()
    table.setModel(proxy)
    table.setSortingEnabled(True)
    middle = QWidget()
    column = QVBoxLayout(middle)
    search = QLineEdit()
    search.textChanged.connect(proxy.setFilterFixedString)
    column.addWidget(search)
    column.addWidget(table)
    window = QMainWindow()
    window.setCentralWidget(middle)
    window.resize(1100, 700)
    window.show()
    reader = Reader()

    def take(rows: list[tuple[object, ...]]) -> None:
        model.take(rows)
        QTimer.singleShot(0, end)

    def end() -> None:
        window.repaint()
        os._exit(0)  # how long the end takes is not asked

    reader.done.connect(take, Qt.ConnectionType.QueuedConnection)
    threading.Thread(target=reader.read, args=(sys.argv[1],)).start()
    application.exec()


main()
