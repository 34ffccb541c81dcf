"""The program itself: its commands and models are imported by name."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the whole package."""
    return Needs(packages=["myapp"])
