"""Words that name a zone by a fixed offset from UTC, such as EST, and those that name more than one."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache

from myapp.notebook.intake.zones import MICROSECOND, fixed_offset

_HOURS = {
    0: ("utc", "gmt", "z", "ut", "wet", "zulu", "uct", "universal time"),
    1: ("cet", "mez", "met", "west"),
    2: ("cest", "mesz", "mest", "eet", "sast", "cat"),
    3: ("eest", "msk", "eat", "trt"),
    4: ("gst",),
    5: ("pkt",),
    7: ("wib", "ict"),
    8: ("awst", "hkt", "sgt", "wita"),
    9: ("jst", "kst", "acwst"),
    9.5: ("acst",),
    10: ("aest",),
    10.5: ("acdt",),
    11: ("aedt",),
    12: ("nzst",),
    13: ("nzdt",),
    -3: ("brt", "art", "adt"),
    -2.5: ("ndt",),
    -3.5: ("nst",),
    -4: ("edt", "clt"),
    -5: ("est", "cdt", "pet", "cot"),
    -6: ("mdt",),
    -7: ("mst", "pdt"),
    -8: ("pst", "akdt"),
    -9: ("akst", "hdt"),
    -10: ("hst",),
}
_OFFSETS = {word: timedelta(hours=hours) for hours, words in _HOURS.items() for word in words}

AMBIGUOUS: Mapping[str, tuple[float, ...]] = {
    "cst": (-6, 8, -5),
    "ist": (5.5, 1, 2),
    "bst": (1, 6),
    "ast": (-4, 3),
}
"""Words that name zones of several countries, with the hours that each may be ahead of UTC."""

_SUMMER = {"cst": ("cdt", -6), "ast": ("adt", -4), "bst": ("gmt", 1)}
"""A word beside which an ambiguous one has one meaning, and that meaning in hours."""

LOCAL = frozenset({"local", "local time", "ortszeit", "lt", "lst", "local standard time", "lmt", "ltc"})
"""Words that say that times are those of a place, and not of which."""


@cache
def offset_of(word: str) -> timedelta | None:
    """Return how far a zone such as `EST`, `MET/CET`, `-05:00` or `GMT+1` is ahead of UTC, or None."""
    text = word.strip().lower()
    if offset := fixed_offset(text.upper()):
        return offset.utcoffset(None)
    offsets = {_OFFSETS.get(part.strip()) for part in text.split("/")}
    return offsets.pop() if len(offsets) == 1 else None


def is_zone(word: str) -> bool:
    """Whether a cell holds nothing but the name or offset of a zone."""
    return offset_of(word) is not None or word.strip().lower() in AMBIGUOUS


def resolved(words: Iterable[str]) -> dict[str, int]:
    """Return the offsets of ambiguous words that the others of a file decide, in microseconds."""
    folded = {word.strip().lower() for word in words}
    return {
        word: timedelta(hours=hours) // MICROSECOND
        for word, (beside, hours) in _SUMMER.items()
        if word in folded and beside in folded
    }


def spelled(offset: timedelta) -> str:
    """Return an offset as an option takes it: `+01:00`."""
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def offsets_of(word: str) -> tuple[str, ...]:
    """Return what a word may mean, as options take it: one offset, or several of an ambiguous word."""
    if hours := AMBIGUOUS.get(word.strip().lower()):
        return tuple(spelled(timedelta(hours=each)) for each in hours)
    offset = offset_of(word)
    return () if offset is None else (spelled(offset),)
