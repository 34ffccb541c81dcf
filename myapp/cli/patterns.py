"""Expands patterns of file names on Windows, whose shells hand `*.myapp` on as it is."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VERBATIM = ("\\\\?\\", "//?/")
"""The beginnings of paths in which a question mark stands for itself."""


def expanded(words: Sequence[str]) -> list[str]:
    """Return the sorted names that patterns with `*` and `?` stand for; elsewhere the words as they are."""
    return [name for word in words for name in _names(word)] if os.name == "nt" else list(words)


def _names(word: str) -> Iterator[str]:
    if word.startswith(_VERBATIM) or not {"*", "?"}.intersection(word):
        yield word
        return
    from glob import glob

    yield from sorted(glob(word.replace("[", "[[]"))) or [word]
