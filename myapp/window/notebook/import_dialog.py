"""The import of CSV files: options with a preview that follows them, progress, and the report."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from myapp.errors import MyappError, UsageError
from myapp.library import Notebook
from myapp.notebook.intake import spelling
from myapp.notebook.intake.options import ImportOptions
from myapp.product import NAME
from myapp.window.notebook.import_form import ImportForm
from myapp.window.notebook.import_job import Outcome, Request, run_import
from myapp.window.notebook.import_preview import Look, PreviewView, look
from myapp.window.notebook.import_report import ImportReport
from myapp.window.notebook.refusal_bar import RefusalBar
from myapp.window.pages import WorkingPage
from myapp.window.session import DocumentSession
from myapp.window.worker import Job

TYPING_MS = 200
"""The preview begins when nothing was changed for so long."""


class ImportDialog(QDialog):
    """Imports files with the same options; `imported` tells the numbers of the new runs."""

    imported = Signal(list)

    def __init__(
        self,
        session: DocumentSession,
        notebook: Notebook,
        paths: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import"))
        self.resize(1000, 680)
        self._session, self._notebook = session, notebook
        self._looking: Job | None = None
        self._working = False
        self._refused: list[tuple[str, MyappError | OSError]] = []
        self.refusal = RefusalBar(self)
        self.form = ImportForm(self)
        self.preview = PreviewView(self)
        self.stages = QStackedWidget(self)
        self.stages.addWidget(self._options_page())
        self.buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.addWidget(self.stages, stretch=1)
        column.addWidget(self.buttons)
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
        words = [NAME, "import", self._notebook.path, *self.paths]
        if self.title.text().strip() and len(self.paths) == 1:
            words += spelling.argument("--title", self.title.text().strip())
        words += ["--again"] if self.again.isChecked() else []
        words += spelling.arguments(self.form.options())
        return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)

    def reject(self) -> None:
        """Close the dialog; an import that runs is stopped first."""
        if self._working:
            self._session.stop()
        else:
            super().reject()

    def _options_page(self) -> QWidget:
        page, options = QWidget(self), QWidget(self)
        self.file = QComboBox(page)
        self.title = QLineEdit(page)
        self.title.setObjectName("title")
        self.again = QCheckBox(self.tr("Import a file that is in the document already"), page)
        self.line = QLineEdit(page)
        self.line.setObjectName("command")
        self.line.setReadOnly(True)
        copy = QPushButton(self.tr("&Copy"), page)
        copy.setObjectName("copy-command")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.line.text()))
        form = QFormLayout()
        form.addRow(self.tr("&File:"), self.file)
        form.addRow(self.tr("&Title:"), self.title)
        form.addRow("", self.again)
        left = QVBoxLayout(options)
        left.setContentsMargins(0, 0, 0, 0)
        left.addLayout(form)
        left.addWidget(self.form, stretch=1)
        splitter = QSplitter(Qt.Orientation.Horizontal, page)
        splitter.addWidget(options)
        splitter.addWidget(self.preview)
        splitter.setSizes([400, 600])
        foot = QHBoxLayout()
        command = QFormLayout()
        command.addRow(self.tr("As a command:"), self.line)
        foot.addLayout(command, stretch=1)
        foot.addWidget(copy)
        column = QVBoxLayout(page)
        column.addWidget(splitter, stretch=1)
        column.addWidget(self.refusal)
        column.addLayout(foot)
        return page

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.import_button = buttons.addButton(self.tr("&Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setObjectName("import")
        self.import_button.setDefault(True)
        buttons.accepted.connect(self._import)
        buttons.rejected.connect(self.reject)
        return buttons

    def _connect(self) -> None:
        self.form.changed.connect(self._timer.start)
        self.title.textChanged.connect(self._show_command)
        self.again.toggled.connect(self._show_command)
        self.file.currentIndexChanged.connect(self._look)
        self.refusal.setting_chosen.connect(self.form.focus)
        self.refusal.value_chosen.connect(self.form.set_value)

    def _show_files(self, paths: Sequence[str]) -> None:
        self.file.blockSignals(True)
        self.file.clear()
        for path in paths:
            self.file.addItem(os.path.basename(path), path)
        self.file.blockSignals(False)
        self.title.setEnabled(len(paths) == 1)
        stem = os.path.splitext(os.path.basename(paths[0]))[0]
        self.title.setPlaceholderText(stem if len(paths) == 1 else self.tr("Each file's name"))

    def _options(self) -> ImportOptions | None:
        """Return the options, or None after their refusal is shown."""
        try:
            return self.form.options()
        except UsageError as error:
            self.refusal.show_error(error, self.form)
            return None

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
        options, path = self._options(), self.file.currentData()
        if options is not None and path:
            self._looking = self._session.reader.submit(
                lambda: look(path, options), self._show_look, self._show_refusal
            )

    def _show_look(self, look: Look) -> None:
        first, self._looking = not self.preview.lines.toPlainText(), None
        self.preview.show_look(look)
        if look.preview:
            self.form.show_format(look.preview.format)
        self.refusal.show_error(look.refusal, self.form)
        if first:
            self._focus_refusal()

    def _show_refusal(self, error: Exception) -> None:
        if not isinstance(error, MyappError | OSError):
            raise error
        self.refusal.show_error(error, self.form)

    def _focus_refusal(self) -> None:
        if self.refusal.setting:
            self.form.focus(self.refusal.setting)

    def _import(self) -> None:
        if self._refused:
            self._show_refused()
            return
        options = self._options()
        if options is None:
            self._focus_refusal()
            return
        title = self.title.text().strip() if len(self.paths) == 1 else ""
        request = Request(self.paths, options, title or None, self.again.isChecked())
        notebook, self._working = self._notebook, True
        heading = self.tr("Importing")
        self._show_stage(WorkingPage(heading, self._session.progress, self._session.stop, self))
        self.buttons.hide()
        self._session.work(
            lambda context: run_import(notebook, request, context), self._show_outcome, self._show_bug
        )

    def _show_outcome(self, outcome: Outcome) -> None:
        self._working = False
        self.buttons.show()
        self._refused = outcome.refused
        if not outcome.imported:
            self._show_refused()
            return
        self.imported.emit([each.result.run_id for each in outcome.imported])
        self._show_stage(ImportReport(outcome, self.form.label, self))
        self.import_button.setText(self.tr("&Back to the refused files"))
        self.import_button.setVisible(bool(outcome.refused))
        close = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        close.setText(self.tr("&Close"))
        close.setDefault(True)
        close.setFocus()

    def _show_refused(self) -> None:
        """Show the options again for the files that were refused, with the first reason."""
        refused, self._refused = self._refused, []
        self._show_files([path for path, _error in refused])
        self.stages.setCurrentIndex(0)
        self.import_button.setText(self.tr("&Import"))
        self.refusal.show_error(refused[0][1], self.form)
        self._focus_refusal()

    def _show_bug(self, error: Exception) -> None:
        self._working = False
        self.buttons.show()
        self.stages.setCurrentIndex(0)
        raise error

    def _show_stage(self, page: QWidget) -> None:
        self.stages.addWidget(page)
        self.stages.setCurrentWidget(page)
