"""What the document format asks of the overview: its tables, `settle` and `findings`."""

from typing import Any

from myapp.notebook.overview import checking, keeping
from myapp.notebook.overview.keeping import TABLES
from myapp.notebook.sql import Sql
from myapp.progress import Progress

__all__ = ["TABLES", "findings", "settle"]


def settle(connection: Any, database: str = "", progress: Progress | None = None) -> None:
    """Make the overview of all runs anew whose readings were changed, in the transaction of the caller."""
    keeping.settle(Sql(connection, database), progress)


def findings(connection: Any) -> list[str]:
    """Return a line for each channel whose overview is not of its readings, though nobody noted its run."""
    return checking.findings(Sql(connection))
