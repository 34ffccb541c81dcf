"""Edits of runs with undo: each is a job of the document's writing thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from myapp.library import Notebook
from myapp.window.session import DocumentSession
from myapp.window.worker import Job


class Edits(QObject):
    """The edits of one document.

    `changed` tells that the document holds one, or not: then `refused` tells before it why, with the run and
    the values that it has not taken.
    """

    changed = Signal()
    refused = Signal(object, int, object)

    def __init__(self, session: DocumentSession, notebook: Notebook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._session = session
        self._notebook = notebook
        self._pending: list[_Written] = []

    def push(self, text: str, run: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Do an edit: the arguments of `Notebook.edit` before and after it."""
        self.stack.push(_Edit(self, text, run, before, after))

    def apply(self, run: int, values: Mapping[str, Any]) -> None:
        """Write values in the document's thread."""
        job = self._session.writer.submit(
            lambda: self._notebook.edit(run, **values), self._applied, self._refuse
        )
        self._pending.append(_Written(run, values, job))

    def is_pending(self, run: int) -> bool:
        """Whether an edit of a run is not written yet."""
        return any(each.run == run for each in self._pending)

    def finish(self) -> list[Exception]:
        """Wait until all edits are tried; return why some of them are not in the document."""
        self._session.finish()
        return [each.job.error for each in self._pending if each.job.error]

    def _applied(self, _nothing: None) -> None:
        self._pending.pop(0)  # the thread does one after another
        self.changed.emit()

    def _refuse(self, error: Exception) -> None:
        refused = self._pending.pop(0)
        self.stack.clear()  # what it would undo is not what the document holds
        self.refused.emit(error, refused.run, refused.values)
        self.changed.emit()


@dataclass(frozen=True)
class _Written:
    """Values that the document's thread writes."""

    run: int
    values: Mapping[str, Any]
    job: Job


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
