"""Tells objects that a person added to a document and that run nothing from all others."""

from __future__ import annotations

import re

from myapp.schema import fingerprint

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

_NAME = r'(?:"[^"]*"|\w+)'
_COLUMN = rf"{_NAME}(?: ASC| DESC)?"
_PASSIVE = {
    "index": rf"CREATE (?:UNIQUE )?INDEX {_NAME} ON {_NAME}\({_COLUMN}(?:,{_COLUMN})*\)",
    "view": r"CREATE VIEW .*",
    "table": rf"CREATE TABLE {_NAME}\(.*\)",
}
"""What runs nothing as long as nobody reads a view: indexes of plain columns, views, and plain tables."""

_MOST = 100
"""More than this no person adds."""

_ACTIVE = re.compile(r"\b(CHECK|AS|GENERATED|DEFAULT|REFERENCES|COLLATE)\b", re.IGNORECASE)
"""Words by which a table computes or changes something; also as the name of a column it counts as that."""


def passive_names(actual: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return the added objects as `index mine`, where all that differs are such that run nothing; else []."""
    added = [name for name in actual if name not in wanted]
    if len(added) > _MOST or not all(name.isprintable() for name in added):
        return []
    same = all(actual.get(name) == wanted[name] for name in wanted)
    return added if same and all(_is_passive(name, actual[name]) for name in added) else []


def drop(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """Drop added objects in the open transaction; the views first, since they name the others."""
    order = ["view", "index", "table"]
    for name in sorted(names, key=lambda name: order.index(name.partition(" ")[0])):
        type_, _, quoted = name.partition(" ")
        known = connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()
        if any((row[0], row[1]) == (type_, quoted) for row in known):  # an index goes with its table
            connection.execute(f'DROP {type_} "{quoted.replace(chr(34), chr(34) * 2)}"')


def _is_passive(name: str, sql: str) -> bool:
    type_, _, own = name.partition(" ")
    if own.lower().startswith("sqlite_") or not re.fullmatch(
        _PASSIVE.get(type_, "(?!)"), sql, re.DOTALL | re.IGNORECASE
    ):
        return False
    return type_ != "table" or not _ACTIVE.search(sql)
