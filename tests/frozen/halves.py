"""The halves of the bundle: the command line needs a C library alone, the window a desktop's libraries."""

from __future__ import annotations

from pathlib import Path


def is_of_window(file: Path, bundle: Path) -> bool:
    """Tell whether only the window loads a library: Qt, its binding, and what was brought along for it."""
    folder = file.relative_to(bundle).parts[1] if file.parent != bundle else ""
    return folder in ("PySide6", "shiboken6") or folder.startswith("libxcb-")
