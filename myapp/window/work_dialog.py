"""The base of dialogs that ask, do long work in the document's thread with progress and Stop, and report."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from myapp.document.context import Context
from myapp.errors import MyappError
from myapp.window.pages import WorkingPage
from myapp.window.refusal_bar import RefusalBar
from myapp.window.session import DocumentSession

Work = Callable[[Context], Any]

NARROWEST = 540


class WorkDialog(QDialog):
    """A subclass gives the title, the start button's text, fields, the work and the words for its result.

    `finished_work` has the result of work that was done; `open_requested` a new document that the person
    wants to see.
    """

    finished_work = Signal(object)
    open_requested = Signal(list)

    def __init__(self, session: DocumentSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(NARROWEST)
        self.session = session
        self.working = False
        self.controls: dict[str, tuple[str, QWidget]] = {}
        self.refusal = RefusalBar(self)
        self.refusal.setting_chosen.connect(self.focus_setting)
        self.fields = QFormLayout()
        self.fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.stages = QStackedWidget(self)
        self.stages.addWidget(self.first_page())
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.start_button = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.start_button.setObjectName("start")
        self.start_button.setDefault(True)
        self.buttons.accepted.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.stages, stretch=1)
        column.addWidget(self.buttons)

    def first_page(self) -> QWidget:
        """Return the page of the questions: the fields, and below them what is refused."""
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self.fields)
        column.addStretch()
        column.addWidget(self.refusal)
        return page

    def work(self) -> Work:
        """Return what is done in the document's thread; raise MyappError for what was filled in."""
        raise NotImplementedError

    def report(self, result: Any) -> str:
        """Return the words for a result, "" for none: the dialog is then closed."""
        raise NotImplementedError

    def add_field(self, name: str, label: str, widget: QWidget) -> None:
        """Add a field; `name` is that of the setting in errors of the library."""
        widget.setObjectName(name)
        plain = label.replace("&", "")
        widget.setAccessibleName(plain)
        self.controls[name] = (plain, widget)
        self.fields.addRow(f"{label}:", widget)

    def label(self, name: str) -> str:
        """Return what a setting is called here."""
        return f"“{self.controls[name][0]}”" if name in self.controls else name

    def words(self, name: str, value: str) -> str:
        """Return what a value of a setting is called."""
        return value

    def has(self, name: str) -> bool:
        """Whether a setting has a field."""
        return name in self.controls

    def focus_setting(self, name: str) -> None:
        """Give a setting's field the focus."""
        self.controls[name][1].setFocus(Qt.FocusReason.OtherFocusReason)

    def start(self) -> None:
        """Do the work, unless what was filled in is refused."""
        try:
            work = self.work()
        except MyappError as error:
            self.refuse(error)
            return
        self.refusal.show_error(None, self)
        self.working = True
        self.buttons.hide()
        self.show_stage(WorkingPage(self.windowTitle(), self.session.progress, self.session.stop, self))
        self.session.work(work, self._done, self._failed)

    def reject(self) -> None:
        """Close the dialog; work that runs is stopped first."""
        if self.working:
            self.session.stop()
        else:
            super().reject()

    def refuse(self, error: Exception) -> None:
        """Show the questions again, with a refusal and the focus on the field that resolves it."""
        self.stages.setCurrentIndex(0)
        self.refusal.show_error(error, self)
        if self.refusal.setting:
            self.focus_setting(self.refusal.setting)

    def show_result(self, result: Any) -> None:
        """Show what was done."""
        text = self.report(result)
        if not text:
            self.accept()
            return
        label = QLabel(text, self)
        label.setObjectName("report")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_report(label)

    def show_report(self, report: QWidget) -> None:
        """Show a report; what is left to do is to close."""
        self.show_stage(report)
        self.start_button.hide()
        close = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        close.setText(self.tr("&Close"))
        close.setDefault(True)
        close.setFocus()

    def offer_opening(self, path: str) -> None:
        """Add a button that opens a document that was made."""
        text = self.tr("&Open {}").format(os.path.basename(path))
        button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setObjectName("open-made")
        button.clicked.connect(lambda: self._open_made(path))

    def _open_made(self, path: str) -> None:
        self.accept()
        self.open_requested.emit([path])

    def show_stage(self, page: QWidget) -> None:
        """Show a page in place of the questions."""
        self.stages.addWidget(page)
        self.stages.setCurrentWidget(page)

    def _done(self, result: Any) -> None:
        self.working = False
        self.buttons.show()
        self.finished_work.emit(result)
        self.show_result(result)

    def _failed(self, error: Exception) -> None:
        self.working = False
        self.buttons.show()
        self.refuse(error)
