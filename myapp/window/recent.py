"""The documents that were opened last, in the user's settings."""

from __future__ import annotations

import os

from PySide6.QtCore import QSettings

from myapp.product import NAME
from myapp.schema.urls import is_url

LONGEST = 10
_KEY = "recent"


def settings() -> QSettings:
    """Return the user's settings of this program."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, NAME, NAME)


def recent_files() -> list[str]:
    """Return the documents that were opened last, files and URLs, the last one first, without gone ones."""
    value = settings().value(_KEY, [])
    paths = value if isinstance(value, list) else [value]  # a list of one comes back as text
    return [path for path in paths if isinstance(path, str) and (is_url(path) or os.path.exists(path))]


def remember(path: str) -> None:
    """Put a document first; a URL must have no password."""
    others = [other for other in recent_files() if other != path]
    settings().setValue(_KEY, [path, *others][:LONGEST])
