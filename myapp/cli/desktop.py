"""Starts the window: for files that are named without a command, and for none, where there is a desktop."""

from __future__ import annotations

import os
import sys

from myapp.cli.commands import COMMANDS
from myapp.cli.patterns import expanded
from myapp.product import SUFFIX
from myapp.schema.urls import is_url


def names_documents(argv: list[str]) -> bool:
    """Whether a command line is documents alone: files that exist or are named like a document, or URLs."""
    return all(word not in COMMANDS and not word.startswith("-") and _is_document(word) for word in argv)


def as_command(argv: list[str]) -> list[str]:
    """Return the command that a start without a window stands for: the help, or a document's facts."""
    return ["info", *argv] if argv else ["--help"]


def has_window() -> bool:
    """Whether this start can show a window: there is a desktop, and the program was shipped with Qt."""
    return _has_desktop() and _has_qt()


def open_window(argv: list[str]) -> int:
    """Show documents in windows, and return the exit code when the last one is closed.

    Raise SystemRefused where the display cannot be used.
    """
    from myapp.window.main import main

    return main(expanded(argv))


def _is_document(word: str) -> bool:
    is_path = os.sep in word or bool(os.altsep and os.altsep in word)
    return word.endswith(SUFFIX) or is_path or os.path.exists(word) or is_url(word)


def _has_desktop() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(map(os.environ.get, ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")))


def _has_qt() -> bool:
    from importlib.util import find_spec

    return find_spec("PySide6") is not None
