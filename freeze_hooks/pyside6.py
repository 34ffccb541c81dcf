"""PySide6: the window is not in the bundle yet, whose command line needs no Qt."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Leave Qt and what draws with it out."""
    return Needs(excludes=["PySide6", "shiboken6", "pyqtgraph", "numpy"])
