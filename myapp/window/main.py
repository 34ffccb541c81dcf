"""Starts the window: in this process, or by handing the files to the one that runs already."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from myapp import crash
from myapp.product import NAME, VERSION
from myapp.schema.urls import is_url
from myapp.window.display import demand_display, demand_qt


def main(files: list[str]) -> int:
    """Show each document in a window and return when the last one is closed.

    Raise SystemRefused where there is no display, or the system lacks a library that Qt needs.
    """
    demand_qt()
    demand_display()
    from PySide6.QtWidgets import QApplication

    from myapp.window.desktop import Desktop
    from myapp.window.handover import hand_over
    from myapp.window.language import install_translations

    paths = [file if is_url(file) else os.path.abspath(file) for file in files]
    application = QApplication([NAME])
    application.setApplicationName(NAME)
    application.setApplicationVersion(VERSION)
    application.setDesktopFileName(NAME)
    if hand_over(paths):
        return 0
    install_translations(application)
    sys.excepthook = _show_bug
    desktop = Desktop()
    desktop.listen()
    desktop.open(paths)
    code = application.exec()
    desktop.close()
    return code


def _show_bug(_type: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Show a dialog with the log's name: a start from the desktop has no terminal."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QMessageBox

    log = crash.write_log(error)
    sys.stderr.write(f"{NAME}: this is a bug in the program; please send {log} to its developers\n")
    translate = QCoreApplication.translate
    text = translate("main", "This is a bug in the program. Please send this file to its developers: {}")
    QMessageBox.critical(None, NAME, text.format(log))
