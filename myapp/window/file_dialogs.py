"""The dialogs about a document as a file: copies, also for an older release, its check, its backups."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from myapp.document.backups import Backup, list_backups
from myapp.document.check import Health, check
from myapp.document.save_as import save_as
from myapp.errors import WouldLose
from myapp.product import RELEASES, SUFFIX
from myapp.window.file_field import FileField
from myapp.window.remedies import described
from myapp.window.session import DocumentSession
from myapp.window.work_dialog import Work, WorkDialog


class SaveAsDialog(WorkDialog):
    """Keeps a copy under a new name; what an older release cannot hold is lost only on a second press."""

    def __init__(self, session: DocumentSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Save a copy of {}").format(session.name))
        self._lose: tuple[str, ...] = ()
        self.file = FileField(f"{session.path.removesuffix(SUFFIX)}-copy{SUFFIX}", f"(*{SUFFIX})", self)
        self.add_field("out", self.tr("&File"), self.file)
        self.release = QComboBox(self)
        self.release.addItem(self.tr("This one"), None)
        for release, revision in reversed(RELEASES.items()):
            self.release.addItem(release, revision)
        self.release.currentIndexChanged.connect(self._ask_again)
        self.add_field("release", self.tr("For the &release"), self.release)
        self._ask_again()

    def work(self) -> Work:
        """Return the copy."""
        path, target, lose = self.session.path, self.file.path(), self._lose
        revision = self.release.currentData()
        return lambda context: save_as(path, target, context, revision=revision, lose=lose)

    def report(self, result: str) -> str:
        """Return the name of the copy."""
        if self.release.currentData() is None:
            self.offer_opening(result)
        return self.tr("The copy: {}").format(result)

    def refuse(self, error: Exception) -> None:
        """Show a refusal; where something would be lost, the next press of the button loses it."""
        super().refuse(error)
        if isinstance(error, WouldLose):
            self._lose = tuple(error.lost)
            self.start_button.setText(self.tr("&Save without it"))

    def _ask_again(self) -> None:
        self._lose = ()
        self.start_button.setText(self.tr("&Save"))


class CheckDialog(WorkDialog):
    """Checks the document at once, and shows what was found."""

    def __init__(self, session: DocumentSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Check {}").format(session.name))
        self.start_button.setText(self.tr("Check &again"))
        QTimer.singleShot(0, self, self.start)

    def work(self) -> Work:
        """Return the check."""
        path = self.session.path
        return lambda context: check(path, context)

    def report(self, result: Health) -> str:
        """Return the findings and the remarks, and who wrote the document."""
        found = result.damage or [self.tr("No damage was found.")]
        written = self.tr("Made by {}, last written by {}").format(result.created_by, result.written_by)
        backups = self.tr("Backups: {}").format(len(result.backups))
        return "\n".join([*found, "", *result.notes, written, backups])


class BackupsDialog(WorkDialog):
    """Verifies the document's backups at once, and offers the whole ones; `chosen` names one to restore."""

    chosen = Signal(str)

    def __init__(self, session: DocumentSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Backups of {}").format(session.name))
        self.resize(560, 320)
        self.start_button.setText(self.tr("&Restore"))
        self._list: QListWidget | None = None
        QTimer.singleShot(0, self, self.start)

    def work(self) -> Work:
        """Return the list of backups."""
        path = self.session.path
        return lambda context: list_backups(path, context)

    def start(self) -> None:
        """List the backups; once they are listed, restore the one that is chosen."""
        if self._list is None:
            super().start()
            return
        path = self._list.currentItem().data(Qt.ItemDataRole.UserRole)
        self.accept()
        self.chosen.emit(path)

    def show_result(self, result: list[Backup]) -> None:
        """Show the whole backups, the last one chosen."""
        whole = [backup for backup in result if backup.whole]
        if not whole:
            self.show_report(QLabel(self.tr("There is no whole backup."), self))
            return
        page = QWidget(self)
        self._list = QListWidget(page)
        self._list.setObjectName("backups")
        for backup in whole:
            item = QListWidgetItem(described(backup), self._list)
            item.setData(Qt.ItemDataRole.UserRole, backup.path)
        self._list.setCurrentRow(len(whole) - 1)
        heading = QLabel(self.tr("The document as it is now is kept too. &Backups:"), page)
        heading.setBuddy(self._list)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading)
        column.addWidget(self._list)
        self.show_stage(page)
        self._list.setFocus()
