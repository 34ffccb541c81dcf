"""The actions of the menu File that need no page: new documents, servers, copies, checks and backups.

What an action needs is imported when it is asked for: a document's content is seen before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from myapp.product import NAME, SUFFIX
from myapp.schema.urls import is_url
from myapp.window.session import DocumentSession


class FileActions(QObject):
    """Asks the person in a window; `open_requested` and `new_requested` name documents.

    The latter also has the files that the new document is to take.
    """

    open_requested = Signal(list)
    new_requested = Signal(str, list)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def new(self, files: Sequence[str] = ()) -> None:
        """Ask for a free name, and make a document of it that takes files."""
        title = self.tr("New document for what is imported") if files else self.tr("New document")
        proposed = f"{os.path.splitext(files[0])[0]}{SUFFIX}" if files else f"new{SUFFIX}"
        options = QFileDialog.Option.DontConfirmOverwrite
        name, _filter = QFileDialog.getSaveFileName(
            self._window, title, proposed, f"(*{SUFFIX})", options=options
        )
        if not name:
            return
        name = name if os.path.splitext(name)[1] else name + SUFFIX
        if os.path.lexists(name):
            text = self.tr("{} exists already: choose another name.").format(name)
            QMessageBox.warning(self._window, title, text)
        else:
            self.new_requested.emit(name, list(files))

    def open_server(self) -> None:
        """Ask for the URL of a database."""
        text = self.tr("The database's URL, such as {}").format("postgresql://USER@HOST:5432/DATABASE")
        url, accepted = QInputDialog.getText(self._window, self.tr("Open from a server"), text)
        url = url.strip()
        if accepted and url:
            self.open_requested.emit([url if is_url(url) else f"postgresql://{url}"])

    def ask_password(self, session: DocumentSession) -> bool:
        """Ask for the password of a server, which is kept in memory alone; return whether one was given."""
        text = self.tr("The password for {}. It is not stored.").format(session.path)
        hidden = QLineEdit.EchoMode.Password
        password, accepted = QInputDialog.getText(self._window, NAME, text, hidden)
        if accepted:
            session.password = password
        return accepted and bool(password)

    def save_as(self, session: DocumentSession) -> None:
        """Open the dialog that keeps a copy."""
        from myapp.window.file_dialogs import SaveAsDialog

        dialog = SaveAsDialog(session, self._window)
        dialog.open_requested.connect(self.open_requested)
        dialog.open()

    def check(self, session: DocumentSession) -> None:
        """Open the dialog that checks the document."""
        from myapp.window.file_dialogs import CheckDialog

        CheckDialog(session, self._window).open()

    def restore(self, session: DocumentSession) -> None:
        """Open the dialog that puts a backup in the document's place."""
        from myapp.window.file_dialogs import BackupsDialog

        dialog = BackupsDialog(session, self._window)
        dialog.chosen.connect(session.restore)
        dialog.open()
