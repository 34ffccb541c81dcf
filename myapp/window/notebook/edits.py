"""Edits of runs with undo: each is a job of the document's writing thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from myapp.library import Notebook
from myapp.window.session import DocumentSession


class Edits(QObject):
    """The edits of one document; `changed` when the document holds one, `refused` when it cannot."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, session: DocumentSession, notebook: Notebook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._session = session
        self._notebook = notebook

    def push(self, text: str, run: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Do an edit: the arguments of `Notebook.edit` before and after it."""
        self.stack.push(_Edit(self, text, run, before, after))

    def apply(self, run: int, values: Mapping[str, Any]) -> None:
        """Write values in the document's thread."""
        self._session.writer.submit(lambda: self._notebook.edit(run, **values), self._applied, self._refuse)

    def _applied(self, _nothing: None) -> None:
        self.changed.emit()

    def _refuse(self, error: Exception) -> None:
        self.stack.clear()  # what it would undo is not what the document holds
        self.changed.emit()
        self.refused.emit(error)


class _Edit(QUndoCommand):
    """One edit for Qt's stack."""

    def __init__(
        self, edits: Edits, text: str, run: int, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        super().__init__(text)
        self._edits = edits
        self._run = run
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Write the values after the edit."""
        self._edits.apply(self._run, self._after)

    def undo(self) -> None:
        """Write the values before the edit."""
        self._edits.apply(self._run, self._before)
