"""The program itself: its commands and models are imported by name."""

from pathlib import Path

from freeze_hooks import Needs
from myapp.product import PACKAGE


def needs(root: Path) -> Needs:
    """Return the whole package."""
    return Needs(packages=[PACKAGE])
