"""Libraries that wheels vendor or the system gives: their licenses, which no metadata of a wheel has."""

from pathlib import Path

from freeze_hooks import Needs

TEXTS = Path(__file__).parent / "licenses" / "libraries"


def needs(root: Path) -> Needs:
    """Return the texts, and the table that says of which library each is."""
    return Needs(include_files=[(str(file), f"licenses/{file.name}") for file in sorted(TEXTS.glob("*.txt"))])
