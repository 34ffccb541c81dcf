"""The part of time and values that a plot shows, with undo; knows neither widgets nor readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Span = tuple[float, float]

SHORTEST = 10
"""The shortest time that is shown, in microseconds: times are whole ones."""

_UNITS = (86_400_000_000, 3_600_000_000, 60_000_000, *(10**power for power in range(6, 0, -1)))
"""Days, hours, minutes, and seconds with fewer and fewer digits left out, in microseconds."""

_FARTHEST = 2
"""How many lengths of the whole a view may reach beyond its ends."""

_LIMIT = 2**62
"""The largest time that is asked for: databases hold 64 bits."""

_FINEST, _SMALLEST, _LARGEST = 1e-13, 1e-300, 1e308
"""The least difference of two values, to their size and at all, and the largest that is shown."""


@dataclass(frozen=True)
class View:
    """A part of the time in microseconds, and of the values of those units that are not shown whole."""

    start: int
    end: int
    values: Mapping[str, Span] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """The time that is shown, in microseconds."""
        return self.end - self.start

    def zoomed(self, factor: float, at: float) -> View:
        """Show `factor` of the time; the place `at`, from 0 for the start to 1 for the end, stays."""
        length = max(SHORTEST, round(self.length * factor))
        start = self.start + round((self.length - length) * at)
        return replace(self, start=start, end=start + length)

    def moved(self, by: float) -> View:
        """Show a later time, or an earlier one, by this part of the length."""
        distance = round(self.length * by)
        return replace(self, start=self.start + distance, end=self.end + distance)

    def between(self, start: int, end: int) -> View:
        """Show the time between two, in any order."""
        start, end = sorted((start, end))
        return replace(self, start=start, end=max(end, start + SHORTEST))

    def with_values(self, unit: str, span: Span | None) -> View:
        """Show a part of a unit's values, or all; one that is too narrow or too wide changes nothing."""
        others = {each: values for each, values in self.values.items() if each != unit}
        if span is None:
            return replace(self, values=others)
        return replace(self, values={**others, unit: span}) if _is_possible(span) else self

    def within(self, whole: View) -> View:
        """Return the view that is nearest to this one and not too far from the whole."""
        room = _FARTHEST * whole.length
        low, high = max(-_LIMIT, whole.start - room), min(_LIMIT, whole.end + room)
        length = min(self.length, high - low)
        start = min(max(self.start, low), high - length)
        return replace(self, start=start, end=start + length)


def zoomed_span(span: Span, factor: float, at: float) -> Span:
    """Return the part of a span that is `factor` as long; the place `at`, from 0 to 1, stays."""
    low, high = span
    length = (high - low) * factor
    start = low + ((high - low) - length) * at
    return start, start + length


def moved_span(span: Span, by: float) -> Span:
    """Return a span of larger values, or smaller ones, by this part of its length."""
    low, high = span
    return low + (high - low) * by, high + (high - low) * by


def _is_possible(span: Span) -> bool:
    low, high = span
    size = max(abs(low), abs(high))
    return size < _LARGEST and high - low > max(size * _FINEST, _SMALLEST)


def rounded(time: int, length: float) -> int:
    """Return a time that is read easily, at most so many microseconds beside another."""
    unit = next((unit for unit in _UNITS if unit <= length), 1)
    return (time + unit // 2) // unit * unit


class Views:
    """The view that is shown, those before it, and those that were undone."""

    def __init__(self) -> None:
        self.whole = self.current = View(0, SHORTEST)
        self._before: list[View] = []
        self._undone: list[View] = []
        self._gesture: object = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a view before this one."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a view was undone."""
        return bool(self._undone)

    def begin(self, start: int, end: int) -> None:
        """Show all of another time; no view is before it."""
        self.__init__()  # type: ignore[misc]  # as new
        self.whole = self.current = View(start, max(end, start + SHORTEST))

    def show(self, view: View, gesture: object = None) -> None:
        """Show another view; those of one gesture, such as a drag, are undone in one step."""
        view = view.within(self.whole)
        if view == self.current:
            return
        if gesture is None or gesture != self._gesture:
            self._before.append(self.current)
        self._gesture = gesture
        self._undone.clear()
        self.current = view

    def show_all(self) -> None:
        """Show all of the time and all values."""
        self.show(self.whole)

    def undo(self) -> None:
        """Show the view before."""
        self._step(self._before, self._undone)

    def redo(self) -> None:
        """Show the view that was undone."""
        self._step(self._undone, self._before)

    def _step(self, source: list[View], target: list[View]) -> None:
        if source:
            target.append(self.current)
            self.current = source.pop()
            self._gesture = None
