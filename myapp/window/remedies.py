"""The actions on a document that could not be opened: check, restore a backup, rescue what is sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from myapp.document.backups import Backup, list_backups
from myapp.document.check import Health, check
from myapp.document.context import Context
from myapp.document.rescue.report import Rescued
from myapp.document.rescue.rescue import rescue
from myapp.product import SUFFIX
from myapp.window.session import DocumentSession, Refused


class Remedies(QObject):
    """Runs the actions in the document's thread; then shows their result, and the refusal again."""

    document_made = Signal(str)

    def __init__(self, session: DocumentSession, error: Exception, window: QWidget) -> None:
        super().__init__(session)
        self._session = session
        self._error = error
        self._window = window

    def check(self) -> None:
        """Check the document, and show what is damaged."""
        path = self._session.path
        self._run("checking", lambda context: check(path, context), self._show_health)

    def restore(self) -> None:
        """List the backups, each verified, and put the chosen one in the document's place."""
        path = self._session.path
        self._run("looking", lambda context: list_backups(path, context), self._choose_backup)

    def rescue(self) -> None:
        """Ask for a new name, and make a new document of all that is sound."""
        path = self._session.path
        proposed = path.removesuffix(SUFFIX) + f"-rescued{SUFFIX}"
        title = self.tr("Make a new document")
        new, _filter = QFileDialog.getSaveFileName(self._window, title, proposed, f"(*{SUFFIX})")
        if new:
            self._run("rescuing", lambda context: rescue(path, new, context), self._show_rescued)

    def _run(self, name: str, job: Callable[[Context], Any], done: Callable[[Any], None]) -> None:
        self._session.working.emit(name)
        self._session.work(job, done, self._failed)

    def _failed(self, error: Exception) -> None:
        self._session.state_changed.emit(Refused(error))

    def _end(self) -> None:
        self._session.state_changed.emit(Refused(self._error))

    def _show_health(self, health: Health) -> None:
        self._end()
        lines = [*health.damage, *health.notes] or [self.tr("No damage was found.")]
        QMessageBox.information(self._window, self.tr("Check"), "\n".join(lines))

    def _choose_backup(self, backups: list[Backup]) -> None:
        self._end()
        usable = {described(backup): backup.path for backup in backups if backup.whole}
        title = self.tr("Restore")
        if not usable:
            QMessageBox.information(self._window, title, self.tr("There is no whole backup."))
            return
        text = self.tr("The document as it is now is kept too. Restore:")
        names = list(usable)
        chosen, accepted = QInputDialog.getItem(self._window, title, text, names, len(names) - 1, False)
        if accepted:
            self._session.restore(usable[chosen])

    def _show_rescued(self, rescued: Rescued) -> None:
        self._end()
        kept, left_out = sum(rescued.kept.values()), sum(rescued.left_out.values())
        text = self.tr("{} rows are in the new document, {} were left out.").format(kept, left_out)
        QMessageBox.information(self._window, self.tr("Rescued"), text)
        self.document_made.emit(rescued.path)


def described(backup: Backup) -> str:
    """Return a backup's time, revision and path, for a list."""
    made = datetime.fromtimestamp(backup.made_at, UTC).astimezone()  # the person's clock
    return f"{made:%Y-%m-%d %H:%M}, {backup.revision}: {backup.path}"
