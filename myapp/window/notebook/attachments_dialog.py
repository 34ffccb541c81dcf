"""The files that are kept with a run: they are added, written out again, and removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from myapp.document.context import Context
from myapp.document.protocol import Document
from myapp.document.writing import written
from myapp.library import Notebook
from myapp.notebook import attachments
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import AttachmentRow, RunDetail
from myapp.window.session import DocumentSession
from myapp.window.wording import size
from myapp.window.work_dialog import Work, WorkDialog


class AttachmentsDialog(WorkDialog):
    """Lists a run's attachments; each button is a job in the document's thread."""

    def __init__(
        self, session: DocumentSession, document: Document, run: RunRow, parent: QWidget | None = None
    ) -> None:
        self._document, self._run = document, run
        self._next: Work | None = None
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Attachments of {}").format(run.title))
        self.resize(560, 360)
        self.start_button.hide()
        self.start_button.setDefault(False)
        close = self.buttons.buttons()[0]
        close.setText(self.tr("&Close"))
        self._enable()
        self._list()

    def first_page(self) -> QWidget:
        """Return the list and its buttons."""
        page = QWidget(self)
        self.list = QListWidget(page)
        self.list.setObjectName("attachments")
        self.list.setAccessibleName(self.tr("Attachments"))
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        row = QHBoxLayout()
        self._add = self._button(row, "attach", self.tr("&Add files…"), self.choose_files)
        self._keep = self._button(row, "save", self.tr("&Save as…"), lambda: self._save(remove=False))
        self._detach = self._button(
            row, "detach", self.tr("Save and &remove…"), lambda: self._save(remove=True)
        )
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, stretch=1)
        column.addLayout(row)
        column.addWidget(self.refusal)
        return page

    def work(self) -> Work:
        """Return the work of the button that was pressed."""
        assert self._next is not None
        return self._next

    def show_result(self, result: Any) -> None:
        """Show the list as it is now."""
        self.stages.setCurrentIndex(0)
        self._list()

    def choose_files(self) -> None:
        """Ask for files, and keep all of them, or none where one cannot be kept."""
        names, _filter = QFileDialog.getOpenFileNames(self, self.tr("Add files"))
        self.attach(names)

    def attach(self, paths: Sequence[str]) -> None:
        """Keep files with the run."""
        if paths:
            document, run = self._document, self._run.id
            self._do(lambda context: _attach(document, run, paths, context))

    def _save(self, *, remove: bool) -> None:
        name = self._chosen()
        title = self.tr("Save {}").format(name)
        proposed = name if attachments.is_plain_name(name) else ""
        path, _filter = QFileDialog.getSaveFileName(self, title, proposed)  # which asks before it replaces
        if path and (not remove or self._agrees(name)):
            document, run = self._document, self._run.id
            self._do(lambda context: _detach(document, run, name, path, remove, context))

    def _agrees(self, name: str) -> bool:
        text = self.tr("Remove {} from the document, once it is written and verified?").format(name)
        return QMessageBox.question(self, self.windowTitle(), text) == QMessageBox.StandardButton.Yes

    def _do(self, work: Work) -> None:
        self._next = work
        self.start()

    def _list(self) -> None:
        notebook, run = Notebook(self._document), self._run.id
        self.session.reader.submit(lambda: notebook.show(run), self._show_list, self.refuse)

    def _show_list(self, detail: RunDetail) -> None:
        self.list.clear()
        for each in detail.attachments:
            self._add_row(each)
        if self.list.count():
            self.list.setCurrentRow(0)
        self._enable()

    def _add_row(self, attachment: AttachmentRow) -> None:
        item = QListWidgetItem(f"{attachment.name}  ({size(attachment.size)})", self.list)
        item.setData(Qt.ItemDataRole.UserRole, attachment.name)

    def _chosen(self) -> str:
        row = self.list.currentRow()
        return str(self.list.item(row).data(Qt.ItemDataRole.UserRole)) if row >= 0 else ""

    def _enable(self) -> None:
        chosen, writable = bool(self._chosen()), self._document.writable
        self._add.setEnabled(writable)
        self._keep.setEnabled(chosen)
        self._detach.setEnabled(chosen and writable)

    def _button(self, row: QHBoxLayout, name: str, text: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: action())
        row.addWidget(button)
        return button


def _attach(document: Document, run: int, paths: Sequence[str], context: Context) -> None:
    with document.with_context(context).driver_writing() as connection:
        for path in paths:
            context.progress.step(os.path.basename(path))
            attachments.attach(connection, run, path, progress=context.progress)


def _detach(document: Document, run: int, name: str, path: str, remove: bool, context: Context) -> None:
    """Write an attachment, over an existing file too; where it is removed, only after it was verified."""
    own_file = "" if document.on_server else document.path
    within = document.with_context(context)
    with within.driver_writing() if remove else within.driver_reading() as connection:
        kept = attachments.find_attachment(connection, run, name)
        with written(path, own_file, force=True, wait=context.wait) as stream:
            attachments.write_content(connection, kept, stream, progress=context.progress)
        if remove:
            attachments.remove(connection, kept)
