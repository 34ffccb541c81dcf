"""The menu Help: shortcuts, what each revision brought, and the versions with the log of the last bug."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QUrl, qVersion
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from myapp import crash
from myapp.application import document_format, versions
from myapp.document.news import RevisionNews, news
from myapp.product import NAME, RELEASES

Hints = Sequence[tuple[str, str]]


class HelpMenu(QObject):
    """Fills a window's menu; `hints` gives what keys and the mouse do that no action names."""

    def __init__(self, window: QMainWindow, hints: Callable[[], Hints]) -> None:
        super().__init__(window)
        self._window = window
        self._hints = hints
        self.menu = QMenu(self.tr("&Help"), window)
        self._add("shortcuts", self.tr("&Shortcuts"), self.show_shortcuts, "F1")
        self._add("news", self.tr("&What is new"), self.show_news)
        self._add("about", self.tr("&Versions and log"), self.show_versions)

    def show_shortcuts(self) -> None:
        """Show all keys of the window as it is now."""
        pairs = [*shortcuts(self._window), *self._hints()]
        _ShortcutsDialog(pairs, self._window).open()

    def show_news(self) -> None:
        """Show what each revision of documents brought, the newest first."""
        text = "\n\n".join(map(self._news, news(document_format())))
        _TextDialog(self.tr("What is new"), text, self._window).open()

    def show_versions(self) -> None:
        """Show the versions, and where the log of the last bug is."""
        _VersionsDialog(self._window).open()

    def _news(self, each: RevisionNews) -> str:
        release = next((name for name, number in RELEASES.items() if number == each.revision), "")
        heading = self.tr("{} (revision {})").format(release, each.revision) if release else each.revision
        return f"{heading}: {each.message}\n{each.what}".strip()

    def _add(self, name: str, text: str, action: Callable[[], None], keys: str = "") -> None:
        added = self.menu.addAction(text)
        added.setObjectName(name)
        added.setShortcut(QKeySequence(keys))
        added.triggered.connect(lambda _checked=False: action())


def shortcuts(window: QWidget) -> list[tuple[str, str]]:
    """Return the keys of all actions in a window, and what they do."""
    native = QKeySequence.SequenceFormat.NativeText
    pairs: dict[tuple[str, str], None] = {}
    for action in window.findChildren(QAction):
        keys = " / ".join(each.toString(native) for each in action.shortcuts() if not each.isEmpty())
        text = action.text().replace("&", "").rstrip("…")
        if keys and text:
            pairs[keys, text] = None
    return list(pairs)


class _Dialog(QDialog):
    """A dialog that shows something and is closed."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.buttons.rejected.connect(self.reject)
        self.column.addWidget(self.buttons)

    def show_above(self, widget: QWidget) -> None:
        """Show a widget above the buttons."""
        self.column.insertWidget(self.column.count() - 1, widget)


class _TextDialog(_Dialog):
    def __init__(self, title: str, text: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.resize(560, 420)
        self.text = QPlainTextEdit(text, self)
        self.text.setObjectName("text")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(title)
        self.show_above(self.text)


class _ShortcutsDialog(_Dialog):
    def __init__(self, pairs: Hints, parent: QWidget) -> None:
        super().__init__(self.tr("Shortcuts"), parent)
        self.resize(520, 480)
        table = QTableWidget(len(pairs), 2, self)
        table.setObjectName("shortcuts")
        table.setAccessibleName(self.windowTitle())
        table.setHorizontalHeaderLabels([self.tr("Keys"), self.tr("Action")])
        table.verticalHeader().hide()
        table.horizontalHeader().setStretchLastSection(True)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        for row, pair in enumerate(pairs):
            for column, text in enumerate(pair):
                table.setItem(row, column, QTableWidgetItem(text))
        table.resizeColumnsToContents()
        self.show_above(table)


class _VersionsDialog(_Dialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(self.tr("About {}").format(NAME), parent)
        lines = [f"{name} {version}" for name, version in [*versions(), ("Qt", qVersion())]]
        self._text = "\n".join(lines)
        self._log = crash.newest_log()
        folder = self._log.parent if self._log else crash.log_folder()
        log = self.tr("The last log: {}").format(self._log) if self._log else self.tr("No bug was logged.")
        label = QLabel(f"{self._text}\n\n{log}", self)
        label.setObjectName("versions")
        label.setTextFormat(Qt.TextFormat.PlainText)
        keys, mouse = (
            Qt.TextInteractionFlag.TextSelectableByKeyboard,
            Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        label.setTextInteractionFlags(keys | mouse)
        self.show_above(label)
        self._add("copy-versions", self.tr("&Copy"), self._copy)
        show = self._add("show-log", self.tr("&Show in folder"), lambda: _open_folder(os.fspath(folder)))
        show.setEnabled(folder.is_dir())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    def _add(self, name: str, text: str, action: Callable[[], object]) -> QWidget:
        button = self.buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setObjectName(name)
        button.clicked.connect(lambda _checked=False: action())
        return button


def _open_folder(folder: str) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
