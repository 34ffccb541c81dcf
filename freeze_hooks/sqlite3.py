"""sqlite3: imported by SQLAlchemy through the name of a driver, where no scan sees it."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return what the sqlite3 module needs."""
    return Needs(includes=["sqlite3.dbapi2", "_sqlite3"])
