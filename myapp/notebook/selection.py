"""A selection of runs and readings, by runs, tags, words, channels and time: for lists, exports and parts.

`resolve` looks its names up in a database and returns the part of the notebook. A run is in it when it
fits all criteria and, where channels or times are among them, has a reading that fits.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from myapp.errors import NotFound, UsageError
from myapp.notebook.lookup import channel_names, find_runs, find_tags
from myapp.notebook.sql import Sql, as_text, condition
from myapp.notebook.texts import is_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from myapp.notebook.sql import Connection

TABLES = ("runs", "channels", "readings", "tags", "run_tags", "sources", "attachments")
"""The tables that are copied, referenced ones first; `document` is left out: a copied part has its own."""

_SEARCH = {
    "sqlite": "SELECT rowid FROM search WHERE search MATCH :{word}",
    "postgresql": """
        SELECT id FROM runs WHERE search @@ to_tsquery('simple', :{word}) OR id IN (
            SELECT run_id FROM run_tags JOIN tags ON tags.id = tag_id
            WHERE tags.search @@ to_tsquery('simple', :{word}))
    """,
}
_MARKS = {"sqlite": ('"', "*"), "postgresql": ("'", ":*")}
"""The quotes of a word in a query, and the suffix that makes it a prefix."""

_FEW_RUNS = 1000
"""The most runs in which a channel is looked up by the key. To look for 1,000 channels in 200,000 runs took
SQLite two minutes, to go through their readings half a second."""

_ALL = "1 = 1"

_TAGGED = """
    SELECT run_id FROM run_tags WHERE {tags} GROUP BY run_id HAVING count(*) = :tag_count
"""


@dataclass(frozen=True)
class Selection:
    """Criteria as a person gives them; an empty one excludes nothing.

    `runs` are numbers or titles, `channels` are written `name` (in any unit) or `name [unit]`; a run
    must have all `tags`, and every word of `text` in its title, notes or tags (`temp*` is a prefix).
    `start` is the first time included, `end` the first excluded, in UTC microseconds.
    """

    runs: tuple[int | str, ...] = ()
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Part:
    """The part of a notebook that a selection names: its ids in one database; None where all are in.

    Its conditions are SQL in which `values` are bound.
    """

    run_ids: tuple[int, ...] | None
    channel_ids: tuple[int, ...] | None
    start: int | None
    end: int | None

    @property
    def values(self) -> dict[str, object]:
        """The values of the parameters in all conditions."""
        ids = {"run_ids": self.run_ids, "channel_ids": self.channel_ids}
        bound = {name: _bound(each) for name, each in ids.items() if each is not None}
        return {**bound, "start": self.start, "end": self.end}

    def readings(self, dialect: str) -> str:
        """Return the condition that a reading is in the part."""
        return " AND ".join([self.runs(dialect, "run_id"), *self._reading_conditions(dialect)])

    def runs(self, dialect: str, column: str = "id") -> str:
        """Return the condition that a run is in the part, on a column with its id."""
        return _ALL if self.run_ids is None else _one_of(column, self.run_ids, ":run_ids", dialect)

    def channels(self, dialect: str) -> str:
        """Return the condition that a channel has a reading in the part."""
        if self.whole:
            return _ALL
        few = self.run_ids is not None and len(self.run_ids) <= _FEW_RUNS
        return _has_reading("channels.id", "channel_id", self.readings(dialect), dialect, by_key=few)

    def conditions(self, dialect: str) -> dict[str, str]:
        """Return the condition on the rows of each of `TABLES` in the part."""
        of_runs = self.runs(dialect, "run_id")
        return {
            **dict.fromkeys(TABLES, of_runs),
            "runs": self.runs(dialect),
            "channels": self.channels(dialect),
            "readings": self.readings(dialect),
            "tags": _ALL if self.whole else f"id IN (SELECT tag_id FROM run_tags WHERE {of_runs})",
        }

    def has_channel(self, channel: int) -> bool:
        """Tell whether a channel is in the part."""
        return self.channel_ids is None or channel in self.channel_ids

    @property
    def whole(self) -> bool:
        """Whether the part is the whole notebook."""
        return self == Part(None, None, None, None)

    def _reading_conditions(self, dialect: str) -> list[str]:
        conditions = [] if self.start is None else ["time >= :start"]
        conditions += [] if self.end is None else ["time < :end"]
        if self.channel_ids is not None:
            conditions.append(_one_of("channel_id", self.channel_ids, ":channel_ids", dialect))
        elif conditions:  # times are third in the key: with all channels named, the index is used for them
            conditions.append("channel_id IN (SELECT id FROM channels)")
        return conditions


def resolve(connection: Connection, selection: Selection) -> Part:
    """Look a selection's names up; raise NotFound or UsageError for a run, channel or tag that is none."""
    sql = Sql(connection)
    of_all_runs = _part(sql, None, selection)
    conditions, values = _run_conditions(sql, selection)
    if of_all_runs.whole and not conditions:
        return of_all_runs
    if not of_all_runs.whole:
        fits = of_all_runs.readings(sql.dialect)
        conditions.append(_has_reading("runs.id", "run_id", fits, sql.dialect, by_key=True))
    query = f"SELECT id FROM runs WHERE {' AND '.join(conditions)} ORDER BY id"
    return replace(of_all_runs, run_ids=tuple(sql.column(query, **values, **of_all_runs.values)))


def resolve_in_run(connection: Connection, run_id: int, selection: Selection) -> Part:
    """Look up which part of one run a selection names, by channels and times alone; raise as `resolve`."""
    return _part(Sql(connection), (run_id,), selection)


def _part(sql: Sql, run_ids: tuple[int, ...] | None, selection: Selection) -> Part:
    if selection.start is not None and selection.end is not None and selection.start >= selection.end:
        raise UsageError("the selection ends before it begins", setting="from_time")
    return Part(run_ids, _channel_ids(sql, selection.channels), selection.start, selection.end)


def _run_conditions(sql: Sql, selection: Selection) -> tuple[list[str], dict[str, object]]:
    """Return the conditions on runs, by runs, tags and words, and the values of their parameters."""
    conditions: list[str] = []
    values: dict[str, object] = {}
    if selection.runs:
        conditions.append(condition("id", ":named", sql.dialect))
        values["named"] = as_text(find_runs(sql, selection.runs))
    if selection.tags:
        tags = sorted(set(find_tags(sql, selection.tags)))
        tagged = _TAGGED.format(tags=condition("tag_id", ":tags", sql.dialect))
        conditions.append(f"id IN ({tagged})")
        values |= {"tags": as_text(tags), "tag_count": len(tags)}
    if selection.text:
        words = {f"word{i}": word for i, word in enumerate(_words(selection.text, sql.dialect))}
        conditions += [f"id IN ({_SEARCH[sql.dialect].format(word=name)})" for name in words]
        values |= words
    return conditions, values


def _channel_ids(sql: Sql, names: Sequence[str]) -> tuple[int, ...] | None:
    if not names:
        return None
    by_title: dict[str, set[int]] = defaultdict(set)
    for channel_id, (name, unit) in channel_names(sql).items():
        by_title[name].add(channel_id)
        by_title[f"{name} [{unit}]"].add(channel_id)
    for name in names:
        if name not in by_title:
            raise NotFound(f"the channel {name!r}")
    return tuple(sorted(set().union(*(by_title[name] for name in names))))


def _has_reading(column: str, of_readings: str, fits: str, dialect: str, *, by_key: bool) -> str:
    """Return the condition that a column is that of a reading which fits.

    `by_key` looks each value up by the readings' key in SQLite; a server's planner chooses by itself, and one
    that spreads readings over several servers refuses a subquery for each row.
    """
    if by_key and dialect == "sqlite":
        return f"EXISTS (SELECT 1 FROM readings WHERE readings.{of_readings} = {column} AND {fits})"
    return f"{column} IN (SELECT {of_readings} FROM readings WHERE {fits})"


def _one_of(column: str, ids: Sequence[int], parameter: str, dialect: str) -> str:
    """Return the condition that a column has one of some ids; one is compared: an index can give an order
    too."""
    return f"{column} = {parameter}" if len(ids) == 1 else condition(column, parameter, dialect)


def _bound(ids: Sequence[int]) -> object:
    return ids[0] if len(ids) == 1 else as_text(ids)


def _words(words: str, dialect: str) -> list[str]:
    """Return the words of a text as queries of the index, in which its operators are quoted."""
    terms = [word for word in words.replace("\\", " ").split() if any(map(str.isalnum, word))]
    if not terms or not is_text(words):
        raise UsageError(f"there is no word to search for in {words!r}", setting="text")
    queries = [_quoted(word, dialect) for word in terms]
    # SQLite's expressions may not be as deep as hundreds of conditions are
    return [" ".join(queries)] if dialect == "sqlite" else queries


def _quoted(word: str, dialect: str) -> str:
    quote, prefix = _MARKS[dialect]
    plain = word.removesuffix("*")
    return quote + plain.replace(quote, 2 * quote) + quote + (prefix if plain != word else "")
