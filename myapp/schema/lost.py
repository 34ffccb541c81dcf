"""Finds the parts of a schema that are gone from one fingerprint to the next."""

import re
from collections.abc import Collection, Iterator, Mapping

WORDS = ("AUTOINCREMENT", "CHECK", "COLLATE", "DEFAULT", "GENERATED", "REFERENCES", "STRICT", "UNIQUE")
"""Parts of a table's definition that are easily lost when the table is rebuilt."""


def losses_of_schema(
    before: Mapping[str, str], after: Mapping[str, str], allowed: Collection[str] = ()
) -> list[str]:
    """Return a line for each lost table, index, trigger or view, and for each lost part of a table.

    `allowed` names losses that are meant: `index ix_runs_title`, `table runs COLLATE`.
    """
    return sorted(set(_losses(before, after, allowed)))


def _losses(before: Mapping[str, str], after: Mapping[str, str], allowed: Collection[str]) -> Iterator[str]:
    for name, sql in before.items():
        if name in allowed:
            continue
        if name not in after:
            yield name
        elif not name.startswith("table "):
            if sql != after[name]:
                yield f"{name} as it was ({sql})"
        else:
            yield from _lost_words(name, sql, after[name], allowed)


def _lost_words(name: str, before: str, after: str, allowed: Collection[str]) -> Iterator[str]:
    for word in WORDS:
        old, new = (len(re.findall(rf"\b{word}\b", sql, re.IGNORECASE)) for sql in (before, after))
        if new < old and f"{name} {word}" not in allowed:
            yield f"{name} {word} ({old} before, {new} after)"
