"""A window with one document, or with the page that says why there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QVBoxLayout, QWidget

from myapp.document.protocol import Document
from myapp.product import NAME, SUFFIX
from myapp.window import recent
from myapp.window.content_page import ContentPage
from myapp.window.file_actions import FileActions
from myapp.window.help import HelpMenu
from myapp.window.notebook.content import ContentView
from myapp.window.notice_bar import NoticeBar
from myapp.window.pages import OlderPage, SharedOlderPage, WelcomePage, WorkingPage
from myapp.window.session import (
    DocumentSession,
    Older,
    Opened,
    PasswordNeeded,
    Refused,
    SharedOlder,
    State,
    Way,
)

SHOWN_AFTER_MS = 60
"""An opening is shown as work when it takes longer."""


class MainWindow(QMainWindow):
    """One document's window.

    `open_requested` and `new_requested` ask for documents that belong into windows of their own. With `asks`
    false it closes without a question, since the program ends.
    """

    open_requested = Signal(list)
    new_requested = Signal(str, list)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.resize(1100, 700)
        self.session: DocumentSession | None = None
        self.asks = True
        self._to_take: Sequence[str] = ()
        self.notice = NoticeBar(self)
        self._files = FileActions(self)
        self._files.open_requested.connect(self.open_requested)
        self._files.new_requested.connect(self.new_requested)
        self._page: QWidget = QWidget(self)
        self._menus: list[QMenu] = []
        middle = QWidget(self)
        self._column = QVBoxLayout(middle)
        self._column.addWidget(self.notice)
        self._column.addWidget(self._page, stretch=1)
        self.setCentralWidget(middle)
        self._make_menus()
        self._late = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._late.timeout.connect(self._show_opening)

    @property
    def page(self) -> QWidget:
        """What is shown below the notice: a page, or the document's content."""
        return self._page

    def open(self, path: str, way: Way = "as it is", files: Sequence[str] = ()) -> None:
        """Open a document in this window, in place of the one that is there; a `new` one is made first.

        Once it is open, it takes `files`.
        """
        self._leave()
        self._to_take = files
        self.session = DocumentSession(path, self)
        self.session.working.connect(self._show_work)
        self.session.state_changed.connect(self._show_state)
        self.session.kept.connect(self._show_kept)
        self.setWindowTitle(f"{self.session.name} – {NAME}")
        self.session.open(way)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Welcome the person where no document is being opened."""
        super().showEvent(event)
        if self.session is None and type(self._page) is QWidget:
            self._show_welcome()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  Qt's name
        """End the document's threads; first ask where that would lose what was typed."""
        if self.asks and isinstance(self._page, ContentPage) and not self._page.may_leave():
            event.ignore()
            return
        self._leave()
        self._put(QWidget(self))
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """Accept files."""
        if _local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Open the files that were dropped, or let the content take those that it imports."""
        dropped = _local_files(event.mimeData())
        event.acceptProposedAction()
        if isinstance(self._page, ContentPage):
            self._request(self._page.take_files(dropped))
            return
        taken = [file for file in dropped if ContentView.takes(file)]
        self._request([file for file in dropped if file not in taken])
        if taken:
            self._files.new(taken)

    def _request(self, files: list[str]) -> None:
        if files:
            self.open_requested.emit(files)

    def _make_menus(self) -> None:
        file = self.menuBar().addMenu(self.tr("&File"))
        keys = QKeySequence.StandardKey
        self._add(file, self.tr("&New…"), self._files.new, keys.New)
        self._add(file, self.tr("&Open…"), self._choose, keys.Open)
        self._add(file, self.tr("Open from a &server…"), self._files.open_server)
        self._recent = file.addMenu(self.tr("Open &recent"))
        self._recent.aboutToShow.connect(self._fill_recent)
        file.addSeparator()
        self._of_file = [
            self._add(file, self.tr("Save a copy &as…"), self._on_file(self._files.save_as), keys.SaveAs),
            self._add(file, self.tr("Chec&k…"), self._on_file(self._files.check)),
            self._add(file, self.tr("Restore a &backup…"), self._on_file(self._files.restore)),
        ]
        file.addSeparator()
        self._add(file, self.tr("&Close"), self.close, keys.Close)
        self._help = HelpMenu(self, self._hints).menu
        self.menuBar().addMenu(self._help)

    def _on_file(self, action: Callable[[DocumentSession], None]) -> Callable[[], None]:
        """Return an action on the document that is open then."""
        return lambda: action(self.session) if self.session else None

    def _add(
        self,
        menu: QMenu,
        text: str,
        action: Callable[[], object],
        keys: QKeySequence.StandardKey | None = None,
    ) -> QAction:
        added = menu.addAction(text)
        added.triggered.connect(lambda _checked=False: action())
        if keys is not None:
            added.setShortcut(QKeySequence(keys))
        return added

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in recent.recent_files():
            self._recent.addAction(path).triggered.connect(lambda _on=False, p=path: self._request([p]))

    def _choose(self) -> None:
        documents = self.tr("Documents (*{})").format(SUFFIX)
        everything = self.tr("All files (*)")
        names, _filter = QFileDialog.getOpenFileNames(self, self.tr("Open"), "", f"{documents};;{everything}")
        self._request(names)

    def _hints(self) -> list[tuple[str, str]]:
        return self._page.hints() if isinstance(self._page, ContentPage) else []

    def _show_welcome(self) -> None:
        self.setWindowTitle(NAME)
        page = WelcomePage(recent.recent_files(), self)
        page.open_requested.connect(self._choose)
        page.new_requested.connect(self._files.new)
        page.file_requested.connect(lambda path: self._request([path]))
        self._put(page)

    def _show_opening(self) -> None:
        self._show_work("opening", late=True)

    def _show_work(self, work: str, *, late: bool = False) -> None:
        assert self.session is not None
        if work == "opening" and not late:
            self._late.start()  # most documents are open by then, and nothing flashes
            return
        headings = {
            "opening": self.tr("Opening {}"),
            "making": self.tr("Making {}"),
            "upgrading": self.tr("Upgrading {}"),
            "restoring": self.tr("Restoring {}"),
            "rescuing": self.tr("Rescuing {}"),
            "checking": self.tr("Checking {}"),
            "looking": self.tr("Looking for backups of {}"),
        }
        heading = headings[work].format(self.session.name)
        self.notice.hide()
        self._put(WorkingPage(heading, self.session.progress, self.session.stop, self))

    def _show_state(self, state: State) -> None:
        assert self.session is not None
        self._late.stop()
        if isinstance(state, Opened):
            self._show_document(state.document)
        elif isinstance(state, PasswordNeeded):
            self._ask_password(self.session)
        elif isinstance(state, SharedOlder):
            self._put(self._shared_page(self.session, state))
        elif isinstance(state, Older):
            self._put(self._older_page(self.session, state))
        else:
            self._put(self._refused_page(self.session, state))

    def _show_document(self, document: Document) -> None:
        assert self.session is not None
        recent.remember(document.path if document.on_server else self.session.path)
        content = ContentView(self.session, document, self)
        content.open_requested.connect(self.open_requested)
        self._put(content)
        for action in self._of_file:
            action.setEnabled(not document.on_server)
        files, self._to_take = self._to_take, ()
        content.take_files(files)
        upgraded = document.upgraded
        if document.copied:
            self.notice.show_notice(self.tr("Read-only: this is a copy, and the document stays as it is."))
        elif upgraded and upgraded.backup:
            self._offer_undo(self.tr("Upgraded; backup kept: {}"), upgraded.backup)

    def _show_kept(self, backup: str) -> None:
        """Say where the document is that a restored backup replaced."""
        self._offer_undo(self.tr("Restored; what was there before is kept: {}"), backup)

    def _offer_undo(self, text: str, backup: str) -> None:
        """Say what was done and which backup was kept, with a button that restores it."""
        session = self.session
        assert session is not None
        named = text.format(os.path.basename(backup))
        self.notice.show_notice(named, self.tr("Undo"), lambda: session.restore(backup))

    def _older_page(self, session: DocumentSession, state: Older) -> QWidget:
        page = OlderPage(state.plan, self)
        page.upgrade_requested.connect(lambda: session.open("upgraded"))
        page.copy_requested.connect(lambda: session.open("as a copy"))
        page.cancelled.connect(self._close_document)
        return page

    def _shared_page(self, session: DocumentSession, state: SharedOlder) -> QWidget:
        page = SharedOlderPage(session.name, state.error, self)
        page.upgrade_requested.connect(lambda: session.open("upgraded"))
        page.cancelled.connect(self._close_document)
        return page

    def _ask_password(self, session: DocumentSession) -> None:
        if self._files.ask_password(session):
            session.open(session.way)
        else:
            self._close_document()

    def _refused_page(self, session: DocumentSession, state: Refused) -> QWidget:
        from myapp.window.refused_page import RefusedPage
        from myapp.window.remedies import Remedies

        page = RefusedPage(session.name, state.error, on_server=session.on_server, parent=self)
        page.create_requested.connect(lambda: session.open("new"))
        page.retry_requested.connect(session.open)
        page.copy_requested.connect(lambda: session.open("as a copy"))
        remedies = Remedies(session, state.error, self)
        remedies.document_made.connect(lambda path: self._request([path]))
        page.restore_requested.connect(remedies.restore)
        page.rescue_requested.connect(remedies.rescue)
        page.check_requested.connect(remedies.check)
        return page

    def _close_document(self) -> None:
        self._leave()
        self._show_welcome()

    def _leave(self) -> None:
        self._late.stop()
        if self.session:
            if isinstance(self._page, ContentPage):
                self._page.leave()
            self.session.close()
            self.session.deleteLater()
            self.session = None
        self.notice.hide()

    def _put(self, page: QWidget) -> None:
        for menu in self._menus:
            self.menuBar().removeAction(menu.menuAction())
        self._menus = page.menus() if isinstance(page, ContentPage) else []
        for menu in self._menus:
            self.menuBar().insertMenu(self._help.menuAction(), menu)
        for action in self._of_file:
            action.setEnabled(False)
        self._column.replaceWidget(self._page, page)
        self._page.hide()
        self._page.deleteLater()
        self._page = page


def _local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
