"""Durations, sizes and refusals in words, for people."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLocale

from myapp.errors import MyappError, shown


def duration(seconds: float) -> str:
    """Return a duration, rounded: `2 s`, `5 min`, `1.5 h`."""
    translate = QCoreApplication.translate
    if seconds < 1:
        return translate("wording", "a moment")
    if seconds < 90:
        return translate("wording", "{} s").format(round(seconds))
    if seconds < 5400:
        return translate("wording", "{} min").format(round(seconds / 60))
    return translate("wording", "{} h").format(QLocale().toString(seconds / 3600, "f", 1))


def size(count: int) -> str:
    """Return a number of bytes, rounded: `3.5 MB`."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def refusal(error: Exception, spell: Callable[[str], str] = str) -> str:
    """Return an error of the library or the system as a sentence; `spell` turns settings into their labels.

    Any other exception is a bug, and is raised.
    """
    if isinstance(error, MyappError):
        return error.message(spell)
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"{shown(error.filename)}: {reason}" if isinstance(error.filename, str) else reason
    raise error
