"""Durations and sizes in words, for people."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale


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
