"""The content of an open document in the window."""

from __future__ import annotations

from PySide6.QtWidgets import QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from ${package}.content import tables
from ${package}.document.protocol import Document
from ${package}.window.content_page import ContentPage
from ${package}.window.session import DocumentSession


class ContentView(ContentPage):
    """Shows how many rows each table of an open document has."""

    def __init__(
        self, session: DocumentSession, document: Document, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self.table = QTableWidget(0, 2, self)
        self.table.setHorizontalHeaderLabels([self.tr("Table"), self.tr("Rows")])
        column = QVBoxLayout(self)
        column.addWidget(self.table)
        session.reader.submit(self._counts, self._show, self._refused)

    def _counts(self) -> list[tuple[str, int]]:
        with self._document.reading() as connection:
            return list(tables.counts(connection).items())

    def _show(self, counts: list[tuple[str, int]]) -> None:
        self.table.setRowCount(len(counts))
        for row, (name, count) in enumerate(counts):
            self.table.setItem(row, 0, QTableWidgetItem(name))
            self.table.setItem(row, 1, QTableWidgetItem(str(count)))

    def _refused(self, error: Exception) -> None:
        raise error
