"""Finds any number of runs by their ids or titles, tags and channels by their names, in one or two
statements."""

from __future__ import annotations

import json
import re
from collections import defaultdict

from myapp.errors import Damaged, NotFound, UsageError
from myapp.notebook.sql import Sql, as_text, condition
from myapp.notebook.texts import composed, is_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from myapp.notebook.sql import Connection

_NUMBER = re.compile("-?[0-9]{1,19}")
_LARGEST = 2**63 - 1

_TEXTS = {
    "sqlite": "SELECT value FROM json_each(:texts)",
    "postgresql": "SELECT json_array_elements_text(CAST(:texts AS json))",
}
"""The texts of a list that is bound as one value."""


class ChannelNames(dict[int, tuple[str, str]]):
    """The name and the unit of each channel, by its id; a channel that is not there raises Damaged."""

    def __missing__(self, channel: int) -> tuple[str, str]:
        raise Damaged("the document", f"a reading is of the channel {channel!r:.40}, which is not there")


def channel_names(sql: Sql) -> ChannelNames:
    """Return the names and units of all channels."""
    return ChannelNames(
        (each, (name, unit)) for each, name, unit in sql("SELECT id, name, unit FROM channels")
    )


def find_run(connection: Connection, run: int | str) -> int:
    """Return the id of a run, given that or a title; the rule and the errors are those of `find_runs`."""
    return find_runs(connection, [run])[0]


def find_runs(connection: Connection, runs: Sequence[int | str]) -> list[int]:
    """Return the ids of runs in the same order, given those or titles.

    Where a text could be either, the id goes first; where no run has just that title, it is read as `rename`
    would write it. Raise NotFound, or UsageError where runs share the title, for the first run of which
    that is true.
    """
    sql, names = Sql(connection), list(map(str, runs))
    by_id = _by_id(sql, names)
    titles = [name for name in names if name not in by_id]
    by_title = _by_text(sql, "runs", "title", {*titles, *map(composed, titles)})
    return [by_id[name] if name in by_id else _only(name, by_title) for name in names]


def find_tag(connection: Connection, name: str) -> int:
    """Return the id of the tag of this name; raise NotFound where there is none."""
    return find_tags(connection, [name])[0]


def find_tags(connection: Connection, names: Sequence[str]) -> list[int]:
    """Return the ids of tags in the order of their names; raise NotFound for the first that is none."""
    by_name = _by_text(Sql(connection), "tags", "name", set(map(composed, names)))
    for name in names:
        if composed(name) not in by_name:
            raise NotFound(f"the tag {name!r}")
    return [by_name[composed(name)][0] for name in names]


def _by_id(sql: Sql, names: Collection[str]) -> dict[str, int]:
    """Return the runs whose ids are written so: neither `007` nor `+7` is run 7."""
    numbers = {int(name) for name in names if _NUMBER.fullmatch(name)}
    possible = [number for number in sorted(numbers) if abs(number) <= _LARGEST]
    if not possible:
        return {}
    query = f"SELECT id FROM runs WHERE {condition('id', ':ids', sql.dialect)}"
    return {str(run_id): run_id for run_id in sql.column(query, ids=as_text(possible))}


def _by_text(sql: Sql, table: str, column: str, texts: Collection[str]) -> Mapping[str, list[int]]:
    """Return the ids of the rows that have one of the texts, in order, by text."""
    possible = sorted(filter(is_text, texts))
    if not possible:
        return {}
    query = f"SELECT id, {column} FROM {table} WHERE {column} IN ({_TEXTS[sql.dialect]}) ORDER BY id"
    ids: dict[str, list[int]] = defaultdict(list)
    for row_id, row_text in sql(query, texts=json.dumps(possible, ensure_ascii=False)):
        ids[row_text].append(row_id)
    return ids


def _only(name: str, by_title: Mapping[str, list[int]]) -> int:
    ids = by_title.get(name) or by_title.get(composed(name), [])
    if not ids:
        raise NotFound(f"run {name!r}", "`runs` lists them")
    if len(ids) > 1:
        numbers = ", ".join(map(str, ids))
        raise UsageError(f"{len(ids)} runs are called {name!r}: name one by its id ({numbers})")
    return ids[0]
