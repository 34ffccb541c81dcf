"""tzdata: the time zones, read as files by `zoneinfo` where the system has none; and reading by patterns."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the zones as a package, and what the interpreter imports by name to read times."""
    return Needs(packages=["tzdata"], includes=["_strptime", "zoneinfo"])
