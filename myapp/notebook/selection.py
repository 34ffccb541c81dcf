"""A selection of runs and readings, by runs, tags, words, channels and time: for lists, exports and parts.

A selection is what a person says; `chosen` looks its names up. A run is chosen when all that is said
fits it and, where channels or times are said, it has a reading among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    or_,
    select,
    text,
)

from myapp.errors import NotFound, UsageError
from myapp.notebook.lookup import find_run, find_tag, is_text
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
"""What encloses a word of a query, and what after it takes it for a beginning."""


@dataclass(frozen=True)
class Selection:
    """What a person chooses; what is left empty narrows nothing.

    `runs` are numbers or titles, `channels` are written `name` (in any unit) or `name [unit]`; a run
    must have all `tags`, and every word of `text` in its title, notes or tags (`temp*` stands for all
    that begins so). `start` is the first time that is in, `end` the first that is not, in UTC
    microseconds.
    """

    runs: tuple[int | str, ...] = ()
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    text: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Chosen:
    """A selection whose names were looked up in one database; None where nothing narrows."""

    run_ids: tuple[int, ...] | None
    channel_ids: tuple[int, ...] | None
    start: int | None
    end: int | None

    def readings(self) -> ColumnElement[bool]:
        """Return the condition on `readings` that picks the chosen ones."""
        return and_(True, *self._of_runs(_READINGS.c.run_id), *self._of_readings())

    def runs(self, column: ColumnElement[int] = _RUNS.c.id) -> ColumnElement[bool]:
        """Return the condition that picks the chosen runs, on a column that holds their ids."""
        return and_(True, *self._of_runs(column))

    def rows(self) -> dict[str, Select[Any]]:
        """Return what the chosen part holds: for each table, those before that its rows refer to.

        The table `document` is none of them: a part has its own.
        """
        in_part = {
            "runs": self.runs(),
            "channels": self._channels(),
            "readings": self.readings(),
            "tags": self._tags(),
            "run_tags": self.runs(_RUN_TAGS.c.run_id),
            "sources": self.runs(_TABLES["sources"].c.run_id),
            "attachments": self.runs(_TABLES["attachments"].c.run_id),
        }
        return {name: select(_TABLES[name]).where(condition) for name, condition in in_part.items()}

    @property
    def whole(self) -> bool:
        """Whether nothing is narrowed: all runs are chosen, and all that is in them."""
        return self.run_ids is None and not self._of_readings()

    def _of_runs(self, column: ColumnElement[int]) -> list[ColumnElement[bool]]:
        return [] if self.run_ids is None else [_one_of(column, self.run_ids)]

    def _of_readings(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        found += [] if self.start is None else [_READINGS.c.time >= self.start]
        found += [] if self.end is None else [_READINGS.c.time < self.end]
        if self.channel_ids is not None:
            found.append(_one_of(_READINGS.c.channel_id, self.channel_ids))
        elif found:  # times stand third in the key: where all channels are named they are looked up
            found.append(_READINGS.c.channel_id.in_(select(_CHANNELS.c.id)))
        return found

    def _channels(self) -> ColumnElement[bool]:
        used = exists().where(_READINGS.c.channel_id == _CHANNELS.c.id, self.readings())
        return and_(True) if self.whole else used

    def _tags(self) -> ColumnElement[bool]:
        used = exists().where(_RUN_TAGS.c.tag_id == _TAGS.c.id, self.runs(_RUN_TAGS.c.run_id))
        return and_(True) if self.whole else used


def choose(connection: Connection, selection: Selection) -> Chosen:
    """Look a selection's names up; raise NotFound or UsageError for a run, channel or tag that is none."""
    if selection.start is not None and selection.end is not None and selection.start >= selection.end:
        raise UsageError("the selection ends before it begins")
    channels = _channel_ids(connection, selection.channels)
    draft = Chosen(None, channels, selection.start, selection.end)
    conditions = _run_conditions(connection, selection)
    if draft.whole and not conditions:
        return draft
    if not draft.whole:
        conditions.append(exists().where(_READINGS.c.run_id == _RUNS.c.id, draft.readings()))
    found = connection.execute(select(_RUNS.c.id).where(*conditions).order_by(_RUNS.c.id)).scalars()
    return Chosen(tuple(found), channels, selection.start, selection.end)


def _run_conditions(connection: Connection, selection: Selection) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if selection.runs:
        found.append(_one_of(_RUNS.c.id, [find_run(connection, run) for run in selection.runs]))
    for name in selection.tags:
        tag = find_tag(connection, name)
        found.append(exists().where(_RUN_TAGS.c.run_id == _RUNS.c.id, _RUN_TAGS.c.tag_id == tag))
    return found + (_searches(connection, selection.text) if selection.text else [])


def _channel_ids(connection: Connection, names: Sequence[str]) -> tuple[int, ...] | None:
    if not names:
        return None
    found: set[int] = set()
    for name in names:
        titled = _CHANNELS.c.name + " [" + _CHANNELS.c.unit + "]"
        query = select(_CHANNELS.c.id).where(or_(_CHANNELS.c.name == name, titled == name))
        ids = list(connection.execute(query).scalars()) if is_text(name) else []
        if not ids:
            raise NotFound(f"the channel {name!r}")
        found.update(ids)
    return tuple(sorted(found))


def _searches(connection: Connection, words: str) -> list[ColumnElement[bool]]:
    """Return a condition for each word of a text, which means nothing to the index but its letters."""
    asked = [word for word in words.replace("\\", " ").split() if any(map(str.isalnum, word))]
    if not asked or not is_text(words):
        raise UsageError(f"there is no word to search for in {words!r}")
    dialect = connection.dialect.name
    return [_RUNS.c.id.in_(_search(_quoted(word, dialect), dialect)) for word in asked]


def _search(word: str, dialect: str) -> TextualSelect:
    """Return the query of one word; unique, or all words of a statement would be the last one."""
    query = text(_SEARCH[dialect]).bindparams(bindparam("word", word, unique=True))
    return query.columns(column("id", BigInteger))


def _quoted(word: str, dialect: str) -> str:
    quote, prefix = _MARKS[dialect]
    plain = word.removesuffix("*")
    return quote + plain.replace(quote, 2 * quote) + quote + (prefix if plain != word else "")


def _one_of(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition with its numbers written out: databases take few thousand parameters."""
    return column.in_(bindparam(None, list(ids), expanding=True, literal_execute=True, type_=BigInteger))
