"""Edits runs: tags, notes, titles, deletion; the caller commits.

Channels stay when the last run that used them is deleted: they are shared, and finding out that one is
unused may take as long as reading the whole notebook. Unused tags are deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myapp.errors import NotFound, UsageError
from myapp.notebook.lookup import find_run, find_runs, find_tag
from myapp.notebook.overview import keeping
from myapp.notebook.queries import tags_of
from myapp.notebook.sql import Sql, as_text, condition
from myapp.notebook.texts import is_text, stored_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_NEW_TAG = "INSERT INTO tags (name) VALUES (:name) ON CONFLICT (name) DO NOTHING"
_NEW_LINK = """
    INSERT INTO run_tags (run_id, tag_id) SELECT :run, id FROM tags WHERE name = :name
    ON CONFLICT (run_id, tag_id) DO NOTHING
"""


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
    sql = Sql(connection)
    run_id = find_run(sql, run)
    for name in [stored_name(name, "a tag") for name in names]:
        sql(_NEW_TAG, name=name)
        sql(_NEW_LINK, run=run_id, name=name)
    return tags_of(sql, run_id)


def untag(connection: Connection, run: int | str, names: Sequence[str]) -> tuple[str, ...]:
    """Remove tags from a run; return those that it keeps. Raise NotFound for a tag that it does not have."""
    sql = Sql(connection)
    run_id, unlink = find_run(sql, run), "DELETE FROM run_tags WHERE run_id = :run AND tag_id = :tag"
    for name in [stored_name(name, "a tag") for name in names]:
        if not sql(unlink, run=run_id, tag=find_tag(sql, name)).rowcount:
            raise NotFound(f"the tag {name!r} of run {run_id}")
    _remove_unused_tags(sql)
    return tags_of(sql, run_id)


def note(connection: Connection, run: int | str) -> str | None:
    """Return a run's note; raise NotFound or UsageError for a run that does not exist."""
    sql = Sql(connection)
    text: str | None = sql.value("SELECT notes FROM runs WHERE id = :run", run=find_run(sql, run))
    return text


def set_note(connection: Connection, run: int | str, text: str | None, *, append: bool = False) -> None:
    """Replace a run's note, or append to it; None or blank text clears it.

    Raise NotFound or UsageError for a run that does not exist, UsageError for bytes that are no text.
    """
    sql = Sql(connection)
    run_id = find_run(sql, run)
    if text is not None and not is_text(text):
        raise UsageError("the note is no text: it holds bytes that are not UTF-8, or NUL")
    before = note(sql, run_id) if append else None
    whole = "\n".join(part for part in (before, (text or "").strip()) if part)
    sql("UPDATE runs SET notes = :notes WHERE id = :run", notes=whole or None, run=run_id)


def rename(connection: Connection, run: int | str, title: str) -> str:
    """Give a run another title and return it; two runs may have the same one.

    Raise NotFound or UsageError for a run that does not exist, UsageError for a text that cannot be a title.
    """
    sql = Sql(connection)
    run_id, title = find_run(sql, run), stored_name(title, "a title")
    sql("UPDATE runs SET title = :title WHERE id = :run", title=title, run=run_id)
    return title


def edit(
    connection: Connection,
    run: int | str,
    *,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    notes: str | None = None,
) -> None:
    """Give a run a title, exactly these tags, and a note; what is None stays, and a blank note clears it.

    Raise as `rename`, `tag` and `set_note` do.
    """
    sql = Sql(connection)
    run_id = find_run(sql, run)
    if title is not None:
        rename(connection, run_id, title)
    if tags is not None:
        wanted, before = [stored_name(name, "a tag") for name in tags], tags_of(sql, run_id)
        tag(connection, run_id, wanted)
        untag(connection, run_id, [name for name in before if name not in wanted])
    if notes is not None:
        set_note(connection, run_id, notes)


def removal(connection: Connection, runs: Sequence[int | str]) -> Removal:
    """Return what would be deleted with runs; raise NotFound or UsageError for a run that does not exist."""
    sql = Sql(connection)
    ids = sorted(set(find_runs(sql, runs)))
    bound, of_runs = as_text(ids), condition("run_id", ":ids", sql.dialect)
    titles = f"SELECT title FROM runs WHERE {condition('id', ':ids', sql.dialect)} ORDER BY id"
    counts = [
        sql.value(f"SELECT count(*) FROM {table} WHERE {of_runs}", ids=bound)
        for table in ("readings", "attachments")
    ]
    return Removal(tuple(ids), tuple(sql.column(titles, ids=bound)), *counts)


def delete_runs(connection: Connection, run_ids: Sequence[int]) -> None:
    """Delete runs with their readings, sources and attachments, and the tags that only they had.

    Raise NotFound where a run does not exist any more.
    """
    sql, ids = Sql(connection), as_text(run_ids)
    # one statement for all readings: the foreign key would delete them run by run, one by one
    with keeping.noting(sql):
        sql(f"DELETE FROM readings WHERE {condition('run_id', ':ids', sql.dialect)}", ids=ids)
    keeping.note(sql, dict.fromkeys(run_ids))
    deleted = sql(f"DELETE FROM runs WHERE {condition('id', ':ids', sql.dialect)}", ids=ids).rowcount
    if deleted != len(set(run_ids)):
        raise NotFound("a run that was to be deleted", "another program was faster; nothing was deleted")
    _remove_unused_tags(sql)


def _remove_unused_tags(sql: Sql) -> None:
    if sql.dialect == "postgresql":  # nobody may give a run the tag at this moment
        sql("LOCK TABLE tags IN SHARE ROW EXCLUSIVE MODE")
    sql("DELETE FROM tags WHERE id NOT IN (SELECT tag_id FROM run_tags)")
