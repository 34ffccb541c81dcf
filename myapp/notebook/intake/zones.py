"""Converts local times to UTC, with the hour that a clock shows twice and the one that it leaves out."""

import re
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from myapp.errors import UsageError

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # as a clock shows it, wherever it hangs
MICROSECOND = timedelta(microseconds=1)
_QUARTER = 900_000_000
_MEMO_LIMIT = 100_000
_OFFSET = re.compile(r"(?:UTC|GMT)? ?(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?")


def zone_of(name: str) -> tzinfo:
    """Return the zone called `Europe/Berlin`, `UTC` or `+01:00`; raise UsageError where there is none."""
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    if offset := fixed_offset(name):
        return offset
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        advice = "give one such as Europe/Berlin, UTC or +01:00"
        raise UsageError(f"no time zone is called {name!r}", setting="timezone", advice=advice) from error


def is_known(name: str) -> bool:
    """Whether a zone is called so."""
    try:
        zone_of(name)
    except UsageError:
        return False
    return True


def fixed_offset(text: str) -> timezone | None:
    """Return the zone that `+01:00`, `UTC+1` or `GMT-0530` means, or None."""
    match = _OFFSET.fullmatch(text.strip())
    if match is None or int(match["hours"]) > 23 or int(match["minutes"] or 0) > 59:
        return None
    east = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-east if match["sign"] == "-" else east)


def instant(text: str, zone: tzinfo = UTC) -> int:
    """Return the UTC microseconds of an ISO 8601 time; `zone` is that of a time without one.

    Raise UsageError where it is no time, or one that the zone's clock shows twice or never.
    """
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo:
            return (time.astimezone(UTC).replace(tzinfo=None) - EPOCH) // MICROSECOND
        return LocalTimes(zone).utc([(time - EPOCH) // MICROSECOND])[0]
    except (RepeatedTime, SkippedTime) as error:
        raise UsageError(f"{text!r} {error}: give it with its offset, as in +01:00") from error
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no time such as 2024-05-31 or 2024-05-31T23:59:59Z") from error


class RepeatedTime(ValueError):
    """A time that a local clock shows twice."""


class SkippedTime(ValueError):
    """A time that a local clock never shows."""


class LocalTimes:
    """Converts a zone's local times to UTC.

    `ambiguous` chooses between the two instants of a time that the clock shows twice: `earlier`, `later`,
    the one that continues the row before (`order`, for rows in order), or neither (`refuse`).
    """

    def __init__(self, zone: tzinfo, ambiguous: str = "refuse") -> None:
        self._zone = zone
        self._ambiguous = ambiguous
        self._offsets: dict[int, int | None] = {}
        self._last: dict[Hashable, int] = {}

    def utc(self, shown: Sequence[int], keys: Iterable[Hashable] | None = None) -> list[int]:
        """Return the instants of times, in their order; raise RepeatedTime or SkippedTime for one without.

        `keys` name the series of each time where several are mixed: each has an order of its own.
        """
        quarters = {time // _QUARTER for time in shown}
        self._learn(quarters)
        offsets = self._offsets
        if any(offsets[quarter] is None for quarter in quarters):
            return self._one_by_one(shown, keys)
        instants = [time - offsets[time // _QUARTER] for time in shown]  # type: ignore[operator]  # none is None
        if self._ambiguous == "order":
            self._last.update(zip(keys or [None] * len(shown), instants, strict=True))
        return instants

    def _one_by_one(self, shown: Sequence[int], keys: Iterable[Hashable] | None) -> list[int]:
        last = dict(self._last)
        instants: list[int] = []
        for time, key in zip(shown, keys or [None] * len(shown), strict=True):
            last[key] = self._instant(time, last.get(key))
            instants.append(last[key])
        self._last = last
        return instants

    def _learn(self, quarters: set[int]) -> None:
        """Remember the offset in each quarter of an hour; None where the clock is set in it."""
        if len(self._offsets) + len(quarters) > _MEMO_LIMIT:
            self._offsets.clear()
        for quarter in quarters - self._offsets.keys():
            start = quarter * _QUARTER
            both = {*self._both(start), *self._both(start + _QUARTER - 1)}
            self._offsets[quarter] = both.pop() if len(both) == 1 else None

    def _both(self, shown: int) -> tuple[int, int]:
        """Return the clock's offsets from UTC, in microseconds, when it shows a time first and last."""
        local = (EPOCH + shown * MICROSECOND).replace(tzinfo=self._zone)
        first, last = local.utcoffset(), local.replace(fold=1).utcoffset()
        return (first or timedelta()) // MICROSECOND, (last or timedelta()) // MICROSECOND

    def _instant(self, shown: int, last: int | None) -> int:
        first_offset, last_offset = self._both(shown)
        if first_offset < last_offset:
            raise SkippedTime(f"does not exist in {self._zone}: the clock was put forward over it")
        earlier, later = shown - first_offset, shown - last_offset
        if earlier == later or self._ambiguous == "earlier":
            return earlier
        if self._ambiguous == "later":
            return later
        if self._ambiguous == "order" and last is not None and last < later:
            return earlier if last < earlier else later
        raise RepeatedTime(f"comes twice in {self._zone}, as the clock was put back")
