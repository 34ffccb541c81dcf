"""Finds a run by its number or title, and a tag by its name."""

from sqlalchemy import Connection, String, cast, select

from myapp.errors import NotFound, UsageError
from myapp.notebook.models import metadata

_RUNS = metadata.tables["runs"]
_TAGS = metadata.tables["tags"]


def find_run(connection: Connection, run: int | str) -> int:
    """Return a run's id, given that or a title; raise NotFound, or UsageError where runs share the title."""
    if not is_text(str(run)):
        raise _no_run(run)
    matches = (cast(_RUNS.c.id, String) == str(run)) | (_RUNS.c.title == str(run))
    ids = list(connection.execute(select(_RUNS.c.id).where(matches).order_by(_RUNS.c.id)).scalars())
    if not ids:
        raise _no_run(run)
    if str(run) in map(str, ids):
        return int(run)
    if len(ids) > 1:
        numbers = ", ".join(map(str, ids))
        raise UsageError(f"{len(ids)} runs are called {str(run)!r}: name one by its id ({numbers})")
    return int(ids[0])


def find_tag(connection: Connection, name: str) -> int:
    """Return the id of the tag of exactly this name; raise NotFound where there is none."""
    query = select(_TAGS.c.id).where(_TAGS.c.name == name)
    tag_id = connection.execute(query).scalar() if is_text(name) else None
    if tag_id is None:
        raise NotFound(f"the tag {name!r}")
    return int(tag_id)


def is_text(value: str) -> bool:
    """Whether a database can hold the text: no NUL, and no bytes of the command line that were not UTF-8."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _no_run(run: int | str) -> NotFound:
    return NotFound(f"run {str(run)!r}", "`runs` lists them")
