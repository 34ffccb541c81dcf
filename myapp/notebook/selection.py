"""A selection of runs and readings, by runs, tags, words, channels and time: for lists, exports and parts.

`resolve` looks its names up in a database and returns the part of the notebook. A run is in it when it
fits all criteria and, where channels or times are among them, has a reading that fits.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    TextualSelect,
    and_,
    bindparam,
    column,
    exists,
    func,
    select,
    text,
    true,
)

from myapp.errors import NotFound, UsageError
from myapp.notebook.id_lists import one_of
from myapp.notebook.lookup import find_runs, find_tags, is_text
from myapp.notebook.models import metadata

_TABLES = metadata.tables
_RUNS, _CHANNELS, _READINGS = (_TABLES[name] for name in ("runs", "channels", "readings"))
_TAGS, _RUN_TAGS = _TABLES["tags"], _TABLES["run_tags"]

_SEARCH = {
    "sqlite": "SELECT rowid FROM search WHERE search MATCH :word",
    "postgresql": """
        SELECT id FROM runs WHERE search @@ to_tsquery('simple', :word) OR id IN (
            SELECT run_id FROM run_tags JOIN tags ON tags.id = tag_id
            WHERE tags.search @@ to_tsquery('simple', :word))
    """,
}
_MARKS = {"sqlite": ('"', "*"), "postgresql": ("'", ":*")}
"""The quotes of a word in a query, and the suffix that makes it a prefix."""

_FEW_RUNS = 1000
"""The most runs in which a channel is looked up by the key. To look for 1,000 channels in 200,000 runs took
SQLite two minutes, to go through their readings half a second."""


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
    """The part of a notebook that a selection names: its ids in one database; None where all are in."""

    run_ids: tuple[int, ...] | None
    channel_ids: tuple[int, ...] | None
    start: int | None
    end: int | None

    def readings(self) -> ColumnElement[bool]:
        """Return the condition that a reading is in the part."""
        return and_(self.runs(_READINGS.c.run_id), *self._reading_conditions())

    def runs(self, column: ColumnElement[int] = _RUNS.c.id) -> ColumnElement[bool]:
        """Return the condition that a run is in the part, on a column with its id."""
        return true() if self.run_ids is None else one_of(column, self.run_ids)

    def rows(self) -> dict[str, Select[Any]]:
        """Return the query of each table's rows in the part; referenced tables come first.

        The table `document` is left out: a copied part has its own.
        """
        conditions = {
            "runs": self.runs(),
            "channels": self._channels(),
            "readings": self.readings(),
            "tags": self._tags(),
            "run_tags": self.runs(_RUN_TAGS.c.run_id),
            "sources": self.runs(_TABLES["sources"].c.run_id),
            "attachments": self.runs(_TABLES["attachments"].c.run_id),
        }
        return {name: select(_TABLES[name]).where(condition) for name, condition in conditions.items()}

    def has_channel(self, channel: int) -> bool:
        """Tell whether a channel is in the part."""
        return self.channel_ids is None or channel in self.channel_ids

    @property
    def whole(self) -> bool:
        """Whether the part is the whole notebook."""
        return self.run_ids is None and not self._reading_conditions()

    def _reading_conditions(self) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        conditions += [] if self.start is None else [_READINGS.c.time >= self.start]
        conditions += [] if self.end is None else [_READINGS.c.time < self.end]
        if self.channel_ids is not None:
            conditions.append(one_of(_READINGS.c.channel_id, self.channel_ids))
        elif conditions:  # times are third in the key: with all channels named, the index is used for them
            conditions.append(_READINGS.c.channel_id.in_(select(_CHANNELS.c.id)))
        return conditions

    def _channels(self) -> ColumnElement[bool]:
        if self.whole:
            return true()
        if len(self.run_ids or ()) <= _FEW_RUNS:
            return exists().where(_READINGS.c.channel_id == _CHANNELS.c.id, self.readings())
        return _CHANNELS.c.id.in_(select(_READINGS.c.channel_id).where(self.readings()))

    def _tags(self) -> ColumnElement[bool]:
        used = select(_RUN_TAGS.c.tag_id).where(self.runs(_RUN_TAGS.c.run_id))
        return true() if self.whole else _TAGS.c.id.in_(used)


def resolve(connection: Connection, selection: Selection) -> Part:
    """Look a selection's names up; raise NotFound or UsageError for a run, channel or tag that is none."""
    of_all_runs = _part(connection, None, selection)
    conditions = _run_conditions(connection, selection)
    if of_all_runs.whole and not conditions:
        return of_all_runs
    if not of_all_runs.whole:
        conditions.append(exists().where(_READINGS.c.run_id == _RUNS.c.id, of_all_runs.readings()))
    run_ids = connection.execute(select(_RUNS.c.id).where(*conditions).order_by(_RUNS.c.id)).scalars()
    return replace(of_all_runs, run_ids=tuple(run_ids))


def resolve_in_run(connection: Connection, run_id: int, selection: Selection) -> Part:
    """Look up which part of one run a selection names, by channels and times alone; raise as `resolve`."""
    return _part(connection, (run_id,), selection)


def _part(connection: Connection, run_ids: tuple[int, ...] | None, selection: Selection) -> Part:
    if selection.start is not None and selection.end is not None and selection.start >= selection.end:
        raise UsageError("the selection ends before it begins", setting="from_time")
    return Part(run_ids, _channel_ids(connection, selection.channels), selection.start, selection.end)


def _run_conditions(connection: Connection, selection: Selection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.runs:
        conditions.append(one_of(_RUNS.c.id, find_runs(connection, selection.runs)))
    if selection.tags:
        conditions.append(_has_all(set(find_tags(connection, selection.tags))))
    return conditions + (_searches(connection, selection.text) if selection.text else [])


def _has_all(tags: set[int]) -> ColumnElement[bool]:
    count = select(func.count()).where(
        _RUN_TAGS.c.run_id == _RUNS.c.id, one_of(_RUN_TAGS.c.tag_id, sorted(tags))
    )
    return count.scalar_subquery() == len(tags)


def _channel_ids(connection: Connection, names: Sequence[str]) -> tuple[int, ...] | None:
    if not names:
        return None
    by_title: dict[str, set[int]] = defaultdict(set)
    for channel_id, name, unit in connection.execute(
        select(_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.unit)
    ):
        by_title[name].add(channel_id)
        by_title[f"{name} [{unit}]"].add(channel_id)
    for name in names:
        if name not in by_title:
            raise NotFound(f"the channel {name!r}")
    return tuple(sorted(set().union(*(by_title[name] for name in names))))


def _searches(connection: Connection, words: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a run has every word of a text; operators of the index are quoted."""
    terms = [word for word in words.replace("\\", " ").split() if any(map(str.isalnum, word))]
    if not terms or not is_text(words):
        raise UsageError(f"there is no word to search for in {words!r}", setting="text")
    dialect = connection.dialect.name
    queries = [_quoted(word, dialect) for word in terms]
    if dialect == "sqlite":  # whose expressions may not be as deep as hundreds of conditions are
        queries = [" ".join(queries)]
    return [_RUNS.c.id.in_(_search(query, dialect)) for query in queries]


def _search(word: str, dialect: str) -> TextualSelect:
    """Return a query of the index; were its parameter not unique, all words would be the last one."""
    query = text(_SEARCH[dialect]).bindparams(bindparam("word", word, unique=True))
    return query.columns(column("id", BigInteger))


def _quoted(word: str, dialect: str) -> str:
    quote, prefix = _MARKS[dialect]
    plain = word.removesuffix("*")
    return quote + plain.replace(quote, 2 * quote) + quote + (prefix if plain != word else "")
