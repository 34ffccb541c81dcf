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
    from myapp.window.notebook.content import ContentView

FOLDER = ROOT / "build_scripts"
SIZES = {"ContentView": (1100, 720)}
OTHER_SIZE = (900, 560)
LONGEST_WAIT_MS = 60_000
SETTLED_MS = 1_000
"""How long the last state of a window is given to come: pictures, notes."""


def take() -> list[Path]:
    """Take the pictures of STATES and return their files."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QLocale, QSettings
    from PySide6.QtWidgets import QApplication

    from myapp.window.desktop import Desktop
    from myapp.window.language import install_translations

    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        application = QApplication.instance() or QApplication([])
        install_translations(application, QLocale("en"))
        desktop = Desktop()
        taken = []
        for name, page, make, act in STATES:
            document = Path(folder) / name / f"trip{SUFFIX}"
            document.parent.mkdir()
            make(document)
            desktop.open([os.fspath(document)])
            window = desktop.windows[-1]
            window.resize(*SIZES.get(page, OTHER_SIZE))
            _wait(partial(_shows, window, page))
            if act:
                act(window)
                _wait(lambda: True)
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


def _choose(window: MainWindow, *titles: str) -> ContentView:
    """Choose runs in the list."""
    from PySide6.QtCore import QItemSelectionModel

    content: ContentView = window.page  # type: ignore[assignment]
    runs, flags = content.runs, QItemSelectionModel.SelectionFlag
    rows = [row for row, run in enumerate(runs.model.rows) if run.title in titles]
    runs.table.selectRow(rows[0])
    for row in rows[1:]:
        index = runs.table.model().index(row, 0)
        runs.table.selectionModel().select(index, flags.Select | flags.Rows)
    return content


def _weather(window: MainWindow) -> None:
    _choose(window, "Seattle, Wetter")


def _cursors(window: MainWindow) -> None:
    """Zoom to some months and place two cursors."""
    content = _choose(window, "Seattle, Wetter")
    _wait(lambda: bool(content.plot.plot.shown))
    plot = content.plot.plot
    plot.show_view(plot.view.zoomed(0.4, 0.55))
    content.plot.commands.actions["cursors"].trigger()


def _from_starts(window: MainWindow) -> None:
    """Draw runs over one another."""
    content = _choose(window, "Seattle, Wetter", "San Francisco")
    _wait(lambda: content.plot.plot.several and bool(content.plot.plot.shown))
    content.plot.commands.actions["from_starts"].trigger()


STATES: tuple[tuple[str, str, Callable[[Path], None], Callable[[MainWindow], None] | None], ...] = (
    ("runs", "ContentView", _newest, _weather),
    ("cursors", "ContentView", _newest, _cursors),
    ("from_starts", "ContentView", _newest, _from_starts),
    ("older", "OlderPage", _oldest, None),
    ("damaged", "RefusedPage", _damaged, None),
)
"""The name of each picture, the page that it shows, what makes its document, and what a person does then."""
