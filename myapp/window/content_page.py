"""The page of an open document, as the window knows it: what it shows is the application's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget


class ContentPage(QWidget):
    """The base of an application's `ContentView`, which changes what it needs to.

    `open_requested` asks for documents that belong into windows of their own.
    """

    open_requested = Signal(list)

    def may_leave(self) -> bool:
        """Write what was typed; where that fails, ask whether it may be lost."""
        return True

    def leave(self) -> None:
        """Write what was typed, and give up what is being read; called before the document is closed."""

    def take_files(self, files: Sequence[str]) -> list[str]:
        """Take those dropped files that belong into this document; return the others, which are opened."""
        return list(files)

    @staticmethod
    def takes(file: str) -> bool:
        """Whether a file is no document and can be put into one: where none is open, a new one is offered."""
        return False

    def menus(self) -> list[QMenu]:
        """Return the menus that are in the menu bar while this is shown."""
        return []

    def hints(self) -> list[tuple[str, str]]:
        """Return what keys and the mouse do here that no menu shows: the keys, and what they do."""
        return []
