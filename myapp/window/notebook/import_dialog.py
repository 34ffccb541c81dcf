"""The import of CSV files: options with a preview that follows them, progress, and the report."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from myapp.document.protocol import Document
from myapp.errors import MyappError, UsageError
from myapp.notebook.intake import spelling
from myapp.product import NAME
from myapp.window.notebook.format_row import FormatRow
from myapp.window.notebook.import_form import ImportForm
from myapp.window.notebook.import_job import Outcome, Request, run_import
from myapp.window.notebook.import_preview import Look, PreviewView, look
from myapp.window.notebook.import_report import ImportReport
from myapp.window.session import DocumentSession
from myapp.window.work_dialog import Work, WorkDialog
from myapp.window.worker import Job

TYPING_MS = 200
"""The preview begins when nothing was changed for so long."""


class ImportDialog(WorkDialog):
    """Imports files with the same options; `imported` tells the numbers of the new runs."""

    imported = Signal(list)

    def __init__(
        self,
        session: DocumentSession,
        document: Document,
        paths: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        self._document = document
        self._looking: Job | None = None
        self._refused: list[tuple[str, MyappError | OSError]] = []
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Import"))
        self.start_button.setText(self.tr("&Import"))
        self.resize(1000, 680)
        self._timer = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._timer.timeout.connect(self._look)
        self._connect()
        self._show_files([os.path.abspath(path) for path in paths])
        self._look()

    @property
    def paths(self) -> list[str]:
        """The files that are to be imported."""
        return [self.file.itemData(index) for index in range(self.file.count())]

    def command(self) -> str:
        """Return the command line of the same import; raise UsageError for options that make no sense."""
        words = [NAME, "import", self._document.path, *self.paths]
        if self._title():
            words += spelling.argument("--title", self._title())
        words += ["--again"] if self.again.isChecked() else []
        words += spelling.arguments(self.form.options())
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def work(self) -> Work:
        """Return the import of all files."""
        document = self._document
        request = Request(self.paths, self.form.options(), self._title() or None, self.again.isChecked())
        return lambda context: run_import(document, request, context)

    def show_result(self, result: Outcome) -> None:
        """Report what was imported; where nothing was, show the options again with the first refusal."""
        self._refused = result.refused
        if not result.imported:
            self._show_refused()
            return
        self.imported.emit([each.result.run_id for each in result.imported])
        self.show_report(ImportReport(result, self.session.path, self.form.label, self))
        self.start_button.setText(self.tr("&Back to the refused files"))
        self.start_button.setVisible(bool(result.refused))

    def start(self) -> None:
        """Import the files; after a report, go back to those that were refused."""
        if self._refused:
            self._show_refused()
        else:
            super().start()

    def label(self, name: str) -> str:
        """Return what an option is called."""
        return self.form.label(name)

    def words(self, name: str, value: str) -> str:
        """Return what a value of an option is called."""
        return self.form.words(name, value)

    def has(self, name: str) -> bool:
        """Whether an option has a control."""
        return self.form.has(name)

    def focus_setting(self, name: str) -> None:
        """Give an option's control the focus."""
        self.form.focus(name)

    def first_page(self) -> QWidget:
        """Return the page of the options, the preview, and the command."""
        page = QWidget(self)
        self.form = ImportForm(page)
        self.preview = PreviewView(page)
        splitter = QSplitter(Qt.Orientation.Horizontal, page)
        splitter.addWidget(self._options_side(page))
        splitter.addWidget(self.preview)
        splitter.setSizes([400, 600])
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter, stretch=1)
        column.addWidget(self.refusal)
        column.addLayout(self._command_row(page))
        return page

    def _options_side(self, page: QWidget) -> QWidget:
        side = QWidget(page)
        self.file = QComboBox(side)
        self.title = QLineEdit(side)
        self.title.setObjectName("title")
        self.again = QCheckBox(self.tr("Import a file that is in the document already"), side)
        form = QFormLayout()
        form.addRow(self.tr("&File:"), self.file)
        form.addRow(self.tr("&Title:"), self.title)
        self.formats = FormatRow(side)
        form.addRow(self.tr("For&mat:"), self.formats)
        form.addRow("", self.again)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(self.form, stretch=1)
        return side

    def _command_row(self, page: QWidget) -> QHBoxLayout:
        self.line = QLineEdit(page)
        self.line.setObjectName("command")
        self.line.setReadOnly(True)
        copy = QPushButton(self.tr("&Copy"), page)
        copy.setObjectName("copy-command")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.line.text()))
        form = QFormLayout()
        form.addRow(self.tr("&As a command:"), self.line)
        row = QHBoxLayout()
        row.addLayout(form, stretch=1)
        row.addWidget(copy)
        return row

    def _connect(self) -> None:
        self.form.changed.connect(self._timer.start)
        self.title.textChanged.connect(self._show_command)
        self.again.toggled.connect(self._show_command)
        self.file.currentIndexChanged.connect(self._look)
        self.refusal.value_chosen.connect(self.form.set_value)
        self.formats.chosen.connect(self.form.set_options)
        self.formats.refused.connect(self._show_refusal)
        self.formats.save_requested.connect(self._save_format)

    def _title(self) -> str:
        return self.title.text().strip() if len(self.paths) == 1 else ""

    def _show_files(self, paths: Sequence[str]) -> None:
        with QSignalBlocker(self.file):
            self.file.clear()
            for path in paths:
                self.file.addItem(os.path.basename(path), path)
        self.title.setEnabled(len(paths) == 1)
        stem = os.path.splitext(os.path.basename(paths[0]))[0]
        self.title.setPlaceholderText(stem if len(paths) == 1 else self.tr("Each file's name"))

    def _show_command(self) -> None:
        try:
            self.line.setText(self.command())
        except UsageError:
            self.line.clear()
        self.line.setCursorPosition(0)

    def _look(self) -> None:
        """Look at the file with the options as they are; a look that has not begun is given up."""
        if self._looking:
            self._looking.abandoned = True
        self._show_command()
        path = self.file.currentData()
        try:
            options = self.form.options()
        except UsageError as error:
            self.refusal.show_error(error, self)
            return
        self._looking = self.session.reader.submit(
            lambda: look(path, options), self._show_look, self._show_refusal
        )

    def _show_look(self, look: Look) -> None:
        first, self._looking = not self.preview.lines.toPlainText(), None
        self.preview.show_look(look)
        if look.preview:
            self.form.show_format(look.preview.format)
        self.refusal.show_error(look.refusal, self)
        if first and self.refusal.setting:  # nobody types anywhere yet
            self.form.focus(self.refusal.setting)

    def _show_refusal(self, error: Exception) -> None:
        self.refusal.show_error(error, self)

    def _save_format(self) -> None:
        try:
            self.formats.save(self.form.options())
        except UsageError as error:
            self.refuse(error)

    def _show_refused(self) -> None:
        """Show the options again for the files that were refused, with the first reason."""
        refused, self._refused = self._refused, []
        self._show_files([path for path, _error in refused])
        self.start_button.setText(self.tr("&Import"))
        self.start_button.show()
        self.refuse(refused[0][1])
