"""Edits runs: tags, notes, titles, deletion; the caller commits.

Channels stay when the last run that used them is deleted: they are shared, and finding out that one is
unused may take as long as reading the whole notebook. Unused tags are deleted.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, select, update
from sqlalchemy import text as clause

from myapp.errors import NotFound, UsageError
from myapp.notebook.id_lists import one_of
from myapp.notebook.lookup import find_run, find_runs, find_tag, is_text
from myapp.notebook.models import metadata
from myapp.notebook.overview import keeping
from myapp.notebook.queries import tags_of
from myapp.notebook.sql import Sql

_TABLES = metadata.tables
_RUNS, _READINGS, _ATTACHMENTS = _TABLES["runs"], _TABLES["readings"], _TABLES["attachments"]
_TAGS, _RUN_TAGS = _TABLES["tags"], _TABLES["run_tags"]

_NEW_TAG = clause("INSERT INTO tags (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
_NEW_LINK = clause(
    "INSERT INTO run_tags (run_id, tag_id) SELECT :run_id, id FROM tags WHERE name = :name "
    "ON CONFLICT (run_id, tag_id) DO NOTHING"
)


@dataclass(frozen=True)
class Removal:
    """The rows that are deleted with some runs: titles, and counts of readings and attachments."""

    run_ids: tuple[int, ...]
    titles: tuple[str, ...]
    readings: int
    attachments: int


def tag(connection: Connection, run: int | str, names: Sequence[str]) -> tuple[str, ...]:
    """Add tags to a run, which may have some of them already; return all tags that it has then.

    Raise NotFound or UsageError for a run that does not exist, UsageError for a name that cannot be a tag.
    """
    run_id = find_run(connection, run)
    for name in [_line(name, "a tag") for name in names]:
        connection.execute(_NEW_TAG, {"name": name})
        connection.execute(_NEW_LINK, {"run_id": run_id, "name": name})
    return tags_of(connection, run_id)


def untag(connection: Connection, run: int | str, names: Sequence[str]) -> tuple[str, ...]:
    """Remove tags from a run; return those that it keeps. Raise NotFound for a tag that it does not have."""
    run_id = find_run(connection, run)
    for name in [_line(name, "a tag") for name in names]:
        link = (_RUN_TAGS.c.run_id == run_id) & (_RUN_TAGS.c.tag_id == find_tag(connection, name))
        if not connection.execute(delete(_RUN_TAGS).where(link)).rowcount:
            raise NotFound(f"the tag {name!r} of run {run_id}")
    _remove_unused_tags(connection)
    return tags_of(connection, run_id)


def note(connection: Connection, run: int | str) -> str | None:
    """Return a run's note; raise NotFound or UsageError for a run that does not exist."""
    query = select(_RUNS.c.notes).where(_RUNS.c.id == find_run(connection, run))
    text: str | None = connection.execute(query).scalar_one()
    return text


def set_note(connection: Connection, run: int | str, text: str | None, *, append: bool = False) -> None:
    """Replace a run's note, or append to it; None or blank text clears it.

    Raise NotFound or UsageError for a run that does not exist, UsageError for bytes that are no text.
    """
    run_id = find_run(connection, run)
    if text is not None and not is_text(text):
        raise UsageError("the note is no text: it holds bytes that are not UTF-8, or NUL")
    before = note(connection, run_id) if append else None
    whole = "\n".join(part for part in (before, (text or "").strip()) if part)
    connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(notes=whole or None))


def rename(connection: Connection, run: int | str, title: str) -> str:
    """Give a run another title and return it; two runs may have the same one.

    Raise NotFound or UsageError for a run that does not exist, UsageError for a text that cannot be a title.
    """
    run_id, title = find_run(connection, run), _line(title, "a title")
    connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(title=title))
    return title


def removal(connection: Connection, runs: Sequence[int | str]) -> Removal:
    """Return what would be deleted with runs; raise NotFound or UsageError for a run that does not exist."""
    ids = sorted(set(find_runs(connection, runs)))
    titles = select(_RUNS.c.title).where(one_of(_RUNS.c.id, ids)).order_by(_RUNS.c.id)
    counts = [
        connection.execute(select(func.count()).where(one_of(table.c.run_id, ids))).scalar_one()
        for table in (_READINGS, _ATTACHMENTS)
    ]
    return Removal(tuple(ids), tuple(connection.execute(titles).scalars()), *counts)


def delete_runs(connection: Connection, run_ids: Sequence[int]) -> None:
    """Delete runs with their readings, sources and attachments, and the tags that only they had.

    Raise NotFound where a run does not exist any more.
    """
    ids, sql = list(run_ids), Sql(connection)
    # one statement for all readings: the foreign key would delete them run by run, one by one
    with keeping.noting(sql):
        connection.execute(delete(_READINGS).where(one_of(_READINGS.c.run_id, ids)))
    keeping.note(sql, dict.fromkeys(ids))
    deleted = connection.execute(delete(_RUNS).where(one_of(_RUNS.c.id, ids))).rowcount
    if deleted != len(set(ids)):
        raise NotFound("a run that was to be deleted", "another program was faster; nothing was deleted")
    _remove_unused_tags(connection)


def _remove_unused_tags(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # nobody may give a run the tag at this moment
        connection.execute(clause("LOCK TABLE tags IN SHARE ROW EXCLUSIVE MODE"))
    used = exists(select(_RUN_TAGS.c.tag_id).where(_RUN_TAGS.c.tag_id == _TAGS.c.id))
    connection.execute(delete(_TAGS).where(~used))


def _line(text: str, purpose: str) -> str:
    """Return a name as it is stored: composed letters, single spaces; raise UsageError unless printable."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name or not is_text(text) or not name.isprintable():
        raise UsageError(f"{text!r} cannot be {purpose}: it is empty or holds what cannot be printed")
    return name
