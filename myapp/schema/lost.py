"""What a schema has lost from one fingerprint to the next, with the numbers."""

import re
from collections.abc import Collection, Iterator, Mapping

WORDS = ("AUTOINCREMENT", "CHECK", "COLLATE", "DEFAULT", "GENERATED", "REFERENCES", "STRICT", "UNIQUE")
"""What can stand in a table's text and is lost when it is rebuilt without care."""


def losses_of_schema(
    before: Mapping[str, str], after: Mapping[str, str], allowed: Collection[str] = ()
) -> list[str]:
    """Return a line for each table, index, trigger or view that is gone, and each part of one that is.

    Allowed is what is named: `index ix_runs_title`, `table runs COLLATE`.
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
        had, has = (len(re.findall(rf"\b{word}\b", sql, re.IGNORECASE)) for sql in (before, after))
        if has < had and f"{name} {word}" not in allowed:
            yield f"{name} {word} ({had} before, {has} after)"
