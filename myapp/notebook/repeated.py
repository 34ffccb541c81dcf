"""Decides what becomes of second readings of one time: which are written, and at which times."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Literal

    Repeated = Literal["refuse", "first", "last", "spread"]


@dataclass(frozen=True)
class Resolved:
    """What is written of a channel's readings: their indices, and the time of each, in microseconds.

    `seconds` are the indices of those at the time of another, written or not; `replaced` are the times of
    stored readings that give way.
    """

    indices: Sequence[int]
    times: Sequence[int]
    seconds: Sequence[int]
    replaced: Collection[int] = ()


def first(times: Sequence[int], stored: Collection[int]) -> Resolved:
    """Keep the first reading of each time."""
    known = set(stored)
    indices: list[int] = []
    seconds: list[int] = []
    for index, time in enumerate(times):
        (seconds if time in known else indices).append(index)
        known.add(time)
    return Resolved(indices, [times[index] for index in indices], seconds)


def last(times: Sequence[int], stored: Collection[int]) -> Resolved:
    """Keep the last reading of each time, also in the place of one that is stored."""
    indices = sorted({time: index for index, time in enumerate(times)}.values())
    seconds = first(times, stored).seconds
    return Resolved(indices, [times[index] for index in indices], seconds, {*times} & {*stored})


def spread(times: Sequence[int], stored: Collection[int]) -> Resolved:
    """Keep all readings: one at the time of another is a microsecond later, or at the next free time."""
    known = set(stored)
    free: dict[int, int] = {}
    spread_times: list[int] = []
    for time in times:
        place = free.get(time, time)
        while place in known:
            place += 1
        known.add(place)
        free[time] = place + 1
        spread_times.append(place)
    seconds = [index for index, time in enumerate(times) if spread_times[index] != time]
    return Resolved(range(len(times)), spread_times, seconds)


RULES: Mapping[str, Callable[[Sequence[int], Collection[int]], Resolved]] = {
    "refuse": first,
    "first": first,
    "last": last,
    "spread": spread,
}
"""What each rule keeps; `refuse` calls the others faults."""
