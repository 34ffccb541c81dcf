"""The report of an import: what each file became, and what of it was left out."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from myapp.document.writing import written
from myapp.errors import MyappError
from myapp.notebook.importing import ImportResult
from myapp.window.notebook.import_job import Imported, Outcome
from myapp.window.wording import refusal

SHOWN_FAULTS = 1_000
"""How many of the rows and fields that were left out are listed; a file has all that were kept."""


class ImportReport(QWidget):
    """Shows the results of an import into a document."""

    def __init__(
        self, outcome: Outcome, document: str, spell: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._imported = outcome.imported
        self._spell = spell
        texts = [self._lines(each) for each in outcome.imported]
        texts += [
            self.tr("Not imported: {}").format(refusal(error, spell)) for _path, error in outcome.refused
        ]
        self.text = QPlainTextEdit("\n\n".join(texts), self)
        self.text.setObjectName("report")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("What was imported"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text, stretch=1)
        self.faults = QTableWidget(0, 4, self)
        self.faults.setObjectName("faults")
        self.faults.setTabKeyNavigation(False)
        if any(each.faults for each in outcome.imported):
            self._add_faults(column)
        else:
            self.faults.hide()

    def _add_faults(self, column: QVBoxLayout) -> None:
        column.addWidget(QLabel(self.tr("Rows and fields that could not be read:"), self))
        self.faults.setAccessibleName(self.tr("Rows and fields that could not be read:"))
        titles = [self.tr("File"), self.tr("Line"), self.tr("Column"), self.tr("Reason")]
        self.faults.setHorizontalHeaderLabels(titles)
        self.faults.verticalHeader().hide()
        self.faults.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.faults.horizontalHeader().setStretchLastSection(True)
        rows = self._fault_rows()[:SHOWN_FAULTS]
        self.faults.setRowCount(len(rows))
        for index, row in enumerate(rows):
            for place, text in enumerate(row):
                self.faults.setItem(index, place, QTableWidgetItem(text))
        save = QPushButton(self.tr("&Save this list…"), self)
        save.setObjectName("save-faults")
        save.clicked.connect(self._save)
        column.addWidget(self.faults, stretch=2)
        column.addWidget(save)

    def _fault_rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (os.path.basename(each.path), str(fault.line), str(fault.column or ""), fault.reason(self._spell))
            for each in self._imported
            for fault in each.faults
        ]

    def _save(self) -> None:
        title = self.tr("Save this list")
        name, _filter = QFileDialog.getSaveFileName(self, title, "", "(*.csv)")
        if not name:
            return
        text = io.StringIO(newline="")
        csv.writer(text).writerows([("file", "line", "column", "reason"), *self._fault_rows()])
        try:
            with written(name, self._document, force=True, wait=0) as stream:  # the window does not wait
                stream.write(text.getvalue().encode("utf-8", "backslashreplace"))
        except MyappError as error:
            QMessageBox.warning(self, title, error.message())

    def _lines(self, imported: Imported) -> str:
        count, result = QLocale().toString, imported.result
        channels = ", ".join(f"{name} [{unit}]" if unit else name for name, unit in result.channels)
        first = self.tr("{}: run {}, “{}”, {} readings of {}").format(
            os.path.basename(imported.path), result.run_id, result.title, count(result.readings), channels
        )
        return "\n".join([first, *(f"• {line}" for line in self._left_out(result, imported))])

    def _left_out(self, result: ImportResult, imported: Imported) -> list[str]:
        count = QLocale().toString
        words = ", ".join(f"{number} {word!r}" for word, number in result.words[:5])
        repeated = {
            "first": self.tr("{} second readings of a time were left out"),
            "last": self.tr("{} readings gave way to a second one of their time"),
            "spread": self.tr("{} second readings of a time were put a microsecond later"),
        }.get(imported.repeated, "{}")
        facts = [
            (result.gaps, self.tr("{} fields are gaps: empty or a word for it").format(count(result.gaps))),
            (words, self.tr("gaps that are not empty: {}").format(words)),
            (result.finer_times, self.tr("{} times were rounded to microseconds").format(result.finer_times)),
            (
                result.rounded,
                self.tr("{} whole numbers were rounded, as no double holds them").format(result.rounded),
            ),
            (result.repeated, repeated.format(count(result.repeated))),
            (result.skipped, self.tr("columns left out: {}").format(", ".join(result.skipped))),
            (
                result.end_line,
                self.tr("the table ends before line {}: the rest was left out").format(result.end_line),
            ),
            (
                result.more_tables,
                self.tr("further tables, in line {}, were left out: the option “Table” imports one").format(
                    ", ".join(map(str, result.more_tables))
                ),
            ),
            (
                result.faults,
                self.tr("{} rows or fields could not be read and were left out").format(count(result.faults)),
            ),
        ]
        return [text for value, text in facts if value]
