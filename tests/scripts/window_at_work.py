"""Drives the window without a display: it writes until it is killed, or opens documents all day.

`writing DOCUMENT FOLDER` imports files and edits a title again and again, and prints each number.
`refused DOCUMENT` opens one that cannot be opened as it is, and prints the page.
`opening DOCUMENT COUNT` opens and closes the document, and prints memory, objects, threads and descriptors.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtWidgets import QApplication, QPushButton

from myapp.window.desktop import Desktop
from myapp.window.main_window import MainWindow
from myapp.window.notebook.import_dialog import ImportDialog

ROWS = 20_000
LONGEST_WAIT = 120


def main() -> None:
    """Do what the first argument says."""
    application = QApplication([])
    desktop = Desktop()
    {"writing": write, "opening": open_all_day, "refused": show_refused}[sys.argv[1]](desktop, *sys.argv[2:])
    desktop.close()
    del application


def wait_for(reached: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + LONGEST_WAIT
    while not reached():
        assert time.monotonic() < end
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def opened(desktop: Desktop, path: str) -> MainWindow:
    """Open a document, and wait until it is shown."""
    desktop.open([path])
    window = desktop.windows[-1]
    wait_for(lambda: type(window.page).__name__ == "ContentView")
    wait_for(lambda: window.session is not None and not window.session.reader.busy)
    return window


def write(desktop: Desktop, path: str, folder: str) -> None:
    """Import and edit without end; each number is printed when its import begins."""
    window = opened(desktop, path)
    for number in range(1_000_000):
        file = Path(folder) / f"csv {number}.csv"
        first = 1_700_000_000 + number * ROWS
        rows = "".join(f"{time},{number},2\n" for time in range(first, first + ROWS))
        file.write_text(f"epoch,a,b\n{rows}", encoding="utf-8")
        window.page.take_files([os.fspath(file)])  # type: ignore[attr-defined]
        (dialog,) = window.findChildren(ImportDialog)
        dialog.start()
        edits = window.page.runs.edits  # type: ignore[attr-defined]
        edits.push("title", 1, {"title": "before"}, {"title": f"title {number}", "tags": (f"tag {number}",)})
        print(number, flush=True)
        wait_for(lambda dialog=dialog: not dialog.working)  # type: ignore[misc]
        dialog.reject()
        wait_for(lambda: not window.findChildren(ImportDialog))


def open_all_day(desktop: Desktop, path: str, count: str) -> None:
    """Open and close a document; print what is held, at a third and at the end."""
    for number in range(1, int(count) + 1):
        opened(desktop, path).close()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if number in (int(count) // 3, int(count)):
            print(*held(), flush=True)


def show_refused(desktop: Desktop, path: str) -> None:
    """Open a document that cannot be opened as it is; print the page, its heading and what helps."""
    desktop.open([path])
    (window,) = desktop.windows
    wait_for(lambda: type(window.page).__name__ in ("RefusedPage", "OlderPage", "ContentView"))
    buttons = [each for each in window.page.findChildren(QPushButton) if each.isEnabled()]
    heading = window.page.heading.text()  # type: ignore[attr-defined]
    names = sorted(each.objectName() for each in buttons)
    print(type(window.page).__name__, heading, *names, sep="|")


class Allocated(ctypes.Structure):
    """What glibc's allocator says of itself in bytes (mallinfo2(3)), by its names."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def allocated_kilobytes() -> int:
    """Return what was allocated and not freed: the process's pages also hold what is free, by luck."""
    ask = ctypes.CDLL("libc.so.6").mallinfo2
    ask.restype = Allocated
    answer = ask()
    return int(answer.uordblks + answer.hblkhd) // 1000


def held() -> tuple[int, int, int, int, int]:
    """Return the memory in kB, and the numbers of Python's objects, widgets, threads and descriptors."""
    gc.collect()
    descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    return (
        allocated_kilobytes(),
        len(gc.get_objects()),
        len(QApplication.allWidgets()),
        threading.active_count(),
        descriptors,
    )


main()
