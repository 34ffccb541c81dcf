"""Takes pictures of the window's main states, from source and without a display."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import ROOT
from myapp.product import SUFFIX

if TYPE_CHECKING:
    from myapp.window.main_window import MainWindow

FOLDER = ROOT / "build_scripts"
WIDTH, HEIGHT = 900, 560
LONGEST_WAIT_MS = 60_000
SETTLED_MS = 1_000
"""How long the last state of a window is given to come: pictures, notes."""


def take() -> list[Path]:
    """Take the pictures and return their files: the list of runs, an older document, a damaged one."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from myapp.window.desktop import Desktop

    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        application = QApplication.instance() or QApplication([])
        desktop = Desktop()
        taken = []
        for name, page, make in STATES:
            document = Path(folder) / name / f"trip{SUFFIX}"
            document.parent.mkdir()
            make(document)
            desktop.open([os.fspath(document)])
            window = desktop.windows[-1]
            window.resize(WIDTH, HEIGHT)
            _wait(partial(_shows, window, page))
            target = FOLDER / f"window_{name}.png"
            window.grab().save(os.fspath(target))
            taken.append(target)
        desktop.close()
        del application
    return taken


def _shows(window: MainWindow, page: str) -> bool:
    return type(window.page).__name__ == page


def _wait(reached: Callable[[], bool]) -> None:
    """Let the window work until a state is reached and settled."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    timer = QTimer(interval=50)
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start()
    QTimer.singleShot(LONGEST_WAIT_MS, loop.quit)
    loop.exec()
    QTimer.singleShot(SETTLED_MS, loop.quit)
    timer.stop()
    loop.exec()


def _newest(document: Path) -> None:
    shutil.copyfile(max((ROOT / "tests" / "documents").glob(f"*{SUFFIX}")), document)


def _oldest(document: Path) -> None:
    shutil.copyfile(min((ROOT / "tests" / "documents").glob(f"*{SUFFIX}")), document)


def _damaged(document: Path) -> None:
    _newest(document)
    os.truncate(document, document.stat().st_size // 2)


STATES = (
    ("runs", "ContentView", _newest),
    ("older", "OlderPage", _oldest),
    ("damaged", "RefusedPage", _damaged),
)
"""The name of each picture, the page that it shows, and what makes its document."""
