"""Finds a run by what a person calls it: its number or its title."""

from sqlalchemy import Connection, String, cast, select

from myapp.errors import NotFound, UsageError
from myapp.notebook.models import metadata

_RUNS = metadata.tables["runs"]


def find(connection: Connection, run: int | str) -> int:
    """Return the id of the run that is meant; raise NotFound, or UsageError where several have the title."""
    matches = (cast(_RUNS.c.id, String) == str(run)) | (_RUNS.c.title == str(run))
    found = list(connection.execute(select(_RUNS.c.id).where(matches).order_by(_RUNS.c.id)).scalars())
    if not found:
        raise NotFound(f"run {str(run)!r}", "list them with `myapp runs`")
    if str(run) in map(str, found):
        return int(run)
    if len(found) > 1:
        ids = ", ".join(map(str, found))
        raise UsageError(f"{len(found)} runs are called {str(run)!r}: name one by its id ({ids})")
    return int(found[0])
