"""The page of a document that could not be opened: the reason in plain words, and the actions that help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from myapp import crash
from myapp.document.errors import EmptyDatabase, ReadOnlyDocument, TooOldDocument
from myapp.errors import (
    BrokenInstallation,
    Cancelled,
    Damaged,
    InUse,
    MyappError,
    NewerDocument,
    NotADocument,
    NotFound,
    SystemRefused,
    UpgradeFailed,
    UsageError,
)
from myapp.window.pages import Page

ON_SERVERS = ("retry", "create")
"""The actions on a database; the others work with files."""


class _Case(NamedTuple):
    """A heading, in which `{}` is the document's name, an explanation, and the actions that help."""

    error: type[Exception]
    heading: str
    explanation: str
    actions: Sequence[str]


class RefusedPage(Page):
    """Shows an error; emits the action that the person chose."""

    retry_requested = Signal()
    copy_requested = Signal()
    restore_requested = Signal()
    rescue_requested = Signal()
    check_requested = Signal()
    create_requested = Signal()

    def __init__(
        self, name: str, error: Exception, *, on_server: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        case = next((case for case in self._cases() if isinstance(error, case.error)), None)
        if case is None:
            self._show_bug(error)
            return
        self.heading.setText(case.heading.format(name))
        detail = error.message() if isinstance(error, MyappError) else str(error)
        self.text.setText(f"{case.explanation}\n\n{detail}")
        buttons = self._buttons()
        for name in [each for each in case.actions if not on_server or each in ON_SERVERS]:
            text, action = buttons[name]
            self.add_button(name, text, action)
        if isinstance(error, NewerDocument) and error.homepage:
            self._add_releases(error.homepage)

    def _add_releases(self, homepage: str) -> None:
        button = self.add_button(
            "releases", self.tr("Releases…"), lambda: QDesktopServices.openUrl(QUrl(homepage))
        )
        button.setToolTip(homepage)

    def _cases(self) -> list[_Case]:
        """Return the cases, the narrow classes before the wide ones."""

        return [
            _Case(
                NotFound,
                self.tr("{} is not there"),
                self.tr("It may have been moved, renamed or deleted. A backup beside it may be left."),
                ["retry", "restore"],
            ),
            _Case(
                NewerDocument,
                self.tr("{} was written by a newer release"),
                self.tr(
                    "Install the newer release to open it. A backup from before can be put in its place."
                ),
                ["restore"],
            ),
            _Case(
                TooOldDocument,
                self.tr("{} is too old for this release"),
                self.tr("Open it once with the earlier release that is named below; then this one opens it."),
                [],
            ),
            _Case(
                EmptyDatabase,
                self.tr("{} is an empty database"),
                self.tr("Nothing is in it. A new document can be made in it."),
                ["create", "retry"],
            ),
            _Case(
                NotADocument,
                self.tr("{} is not a document"),
                self.tr("It is another kind of file, or its beginning is damaged. It was not changed."),
                ["restore", "rescue"],
            ),
            _Case(
                Damaged,
                self.tr("{} is damaged"),
                self.tr(
                    "Nothing was changed. Restore a backup, or make a new document of all that is sound."
                ),
                ["restore", "rescue", "check"],
            ),
            _Case(
                InUse,
                self.tr("{} is in use"),
                self.tr("Another program works with it. Close it there, and try again."),
                ["retry"],
            ),
            _Case(
                UpgradeFailed,
                self.tr("{} could not be upgraded"),
                self.tr("It is as it was before."),
                ["retry", "copy", "rescue", "check"],
            ),
            _Case(
                Cancelled,
                self.tr("The work was stopped"),
                self.tr("The document is as it was before."),
                ["retry"],
            ),
            _Case(
                ReadOnlyDocument,
                self.tr("{} cannot be written"),
                self.tr("A copy of it can be read."),
                ["copy", "retry"],
            ),
            _Case(
                SystemRefused,
                self.tr("The system does not give {}"),
                self.tr("There is no permission, no space, no connection, or the medium is read-only."),
                ["retry", "copy"],
            ),
            _Case(UsageError, self.tr("{} cannot be opened"), self.tr("It was not changed."), []),
            _Case(
                BrokenInstallation,
                self.tr("This program is not whole"),
                self.tr("Files of the program are missing or altered. Install it again."),
                [],
            ),
        ]

    def _buttons(self) -> dict[str, tuple[str, Callable[[], object]]]:
        return {
            "retry": (self.tr("Try again"), self.retry_requested.emit),
            "copy": (self.tr("Open a copy"), self.copy_requested.emit),
            "restore": (self.tr("Restore a backup…"), self.restore_requested.emit),
            "rescue": (self.tr("Rescue what is sound…"), self.rescue_requested.emit),
            "check": (self.tr("Check"), self.check_requested.emit),
            "create": (self.tr("Make a new document"), self.create_requested.emit),
        }

    def _show_bug(self, error: Exception) -> None:
        self.heading.setText(self.tr("This is a bug in the program"))
        log = crash.write_log(error)
        self.text.setText(
            self.tr("The document was not changed. Please send this file to its developers: {}").format(log)
        )
        self.add_button("retry", self.tr("Try again"), self.retry_requested.emit)
