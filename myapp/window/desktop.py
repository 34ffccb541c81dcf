"""All windows of this process: one for each document, and the files that later starts hand over."""

from __future__ import annotations

import gc

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from myapp.window.handover import Receiver
from myapp.window.main_window import MainWindow

COLLECTION_MS = 1_000


class GarbageCollector(QObject):
    """Lets Python collect cycles in the window's thread alone.

    A worker's thread would destroy widgets that are a part of a cycle, and Qt would crash.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=COLLECTION_MS)
        timer.timeout.connect(self._collect)
        timer.start()

    def close(self) -> None:
        """Let every thread collect again, when no widget is left."""
        gc.collect()
        gc.enable()

    def _collect(self) -> None:
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > limits[generation] > 0]
        if due:
            gc.collect(due[-1])


class Desktop(QObject):
    """Opens windows, and keeps them until they are closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.windows: list[MainWindow] = []
        self._receiver: Receiver | None = None
        self._garbage = GarbageCollector(self)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def listen(self, name: str = "") -> None:
        """Take the files of later starts."""
        self._receiver = Receiver(name, self)
        self._receiver.received.connect(self.open)

    def open(self, paths: list[str]) -> None:
        """Show each document: in its window, in one that has none yet, or in a new one; none is a welcome."""
        for path in paths:
            window = self._window_of(path) or self._empty_window()
            if window.session is None:
                window.open(path)
            _raise(window)
        if not paths:
            _raise(self._empty_window())

    def make(self, path: str, files: list[str]) -> None:
        """Make a document that takes files, and show it."""
        window = self._empty_window()
        window.open(path, "new", files)
        _raise(window)

    def close(self) -> None:
        """Close all windows."""
        for window in list(self.windows):
            window.asks = False
            window.close()
        if self._receiver:
            self._receiver.close()
        self._garbage.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Open what macOS's Finder asks for."""
        if isinstance(event, QFileOpenEvent):
            self.open([event.file()])
            return True
        return super().eventFilter(watched, event)

    def _window_of(self, path: str) -> MainWindow | None:
        return next((each for each in self.windows if each.session and each.session.address == path), None)

    def _empty_window(self) -> MainWindow:
        empty = next((window for window in self.windows if window.session is None), None)
        if empty:
            return empty
        window = MainWindow()
        window.open_requested.connect(self.open)
        window.new_requested.connect(self.make)
        window.closed.connect(lambda: self.windows.remove(window))
        self.windows.append(window)
        return window


def _raise(window: MainWindow) -> None:
    window.show()
    window.raise_()
    window.activateWindow()
