"""Finds a run by its number or title, and a tag by its name."""

from sqlalchemy import Connection, String, cast, select

from myapp.errors import NotFound, UsageError
from myapp.notebook.models import metadata

_RUNS = metadata.tables["runs"]
_TAGS = metadata.tables["tags"]


def find(connection: Connection, run: int | str) -> int:
    """Return the id of the run that is meant; raise NotFound, or UsageError where several have the title."""
    if not is_text(str(run)):
        raise _no_run(run)
    matches = (cast(_RUNS.c.id, String) == str(run)) | (_RUNS.c.title == str(run))
    found = list(connection.execute(select(_RUNS.c.id).where(matches).order_by(_RUNS.c.id)).scalars())
    if not found:
        raise _no_run(run)
    if str(run) in map(str, found):
        return int(run)
    if len(found) > 1:
        ids = ", ".join(map(str, found))
        raise UsageError(f"{len(found)} runs are called {str(run)!r}: name one by its id ({ids})")
    return int(found[0])


def find_tag(connection: Connection, name: str) -> int:
    """Return the id of the tag of exactly this name; raise NotFound where there is none."""
    query = select(_TAGS.c.id).where(_TAGS.c.name == name)
    found = connection.execute(query).scalar() if is_text(name) else None
    if found is None:
        raise NotFound(f"the tag {name!r}")
    return int(found)


def is_text(said: str) -> bool:
    """Whether a database takes it: bytes of the command line that are no UTF-8, and NUL, it does not."""
    return "\0" not in said and not any("\ud800" <= character <= "\udfff" for character in said)


def _no_run(run: int | str) -> NotFound:
    return NotFound(f"run {str(run)!r}", "list them with `myapp runs`")
