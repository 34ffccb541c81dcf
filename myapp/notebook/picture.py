"""A run at a glance: all of its channels as one picture, in a time that does not grow with its readings."""

from __future__ import annotations

from myapp.notebook import plotting, queries
from myapp.notebook.sampling import lines
from myapp.notebook.selection import Selection, resolve_in_run
from myapp.notebook.sql import Sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

COLUMNS = 900
"""How many parts the picture's time has: about as many as it has pixels."""


def png_of_run(connection: Connection, run: int) -> bytes | None:
    """Return a run's picture as PNG; None where it has no reading that can be drawn.

    Raise UsageError for a run with too many channels or units for a picture.
    """
    sql = Sql(connection)
    drawn = lines(sql, resolve_in_run(connection, run, Selection()), COLUMNS)
    return plotting.png(plotting.svg(queries.title_of(connection, run), drawn)) if drawn else None
