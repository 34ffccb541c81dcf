"""Places the marks of a time axis, in UTC, and labels them."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86_400 * _SECOND

_STEPS = (
    *(n * 10**power for power in range(6) for n in (1, 2, 5)),
    *(n * unit for unit in (_SECOND, _MINUTE) for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)),
    *(n * _DAY for n in (1, 2, 4, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, *(12 * n * 10**power for power in range(4) for n in (1, 2, 5)))
_MONTH_DAYS = 30.44


def marks(start: int, end: int, most: int) -> list[tuple[int, str]]:
    """Return about `most` round times from `start` to `end`, each with its label; UTC microseconds."""
    span = max(end - start, 1)
    step = next((each for each in _STEPS if span < each * most), None)
    if step is not None:
        first = -(-start // step) * step
        return [(time, _label(time, step)) for time in range(first, end + 1, step)]
    months = next((m for m in _MONTHS if span < m * _MONTH_DAYS * _DAY * (most - 1)), _MONTHS[-1])
    return _calendar_marks(start, end, months)


def duration_marks(start: int, end: int, most: int) -> list[tuple[int, str]]:
    """Return about `most` round durations from `start` to `end` in microseconds, each with its label."""
    span = max(end - start, 1)
    powers = (n * _DAY * 10**power for power in range(9) for n in (1, 2, 5))
    steps = (*(step for step in _STEPS if step < _DAY), *powers)
    step = next((each for each in steps if span < each * most), steps[-1])
    return [(time, duration(time)) for time in range(-(-start // step) * step, end + 1, step)]


def duration(microseconds: int) -> str:
    """Return a duration with all its digits: `0:00:00.25`, `26:03:04`, `-0:01:30`, `12 d`, `3 d 4:00:00`."""
    sign, rest = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    days, rest = divmod(rest, _DAY) if rest >= 2 * _DAY else (0, rest)
    if days and not rest:
        return f"{sign}{days} d"
    hours, rest = divmod(rest, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, fraction = divmod(rest, _SECOND)
    decimals = f".{fraction:06}".rstrip("0") if fraction else ""
    return f"{sign}{f'{days} d ' if days else ''}{hours}:{minutes:02}:{seconds:02}{decimals}"


def readable(time: int) -> str:
    """Return a time without the zeros at its end: `2024-05-31`, `2024-05-31 23:59:59.5`."""
    try:
        moment = (_EPOCH + timedelta(microseconds=time)).replace(tzinfo=None)
    except OverflowError:
        return f"{time} µs"
    if time % _DAY == 0:
        return moment.date().isoformat()
    return moment.isoformat(" ") if time % _SECOND == 0 else moment.isoformat(" ").rstrip("0")


def _calendar_marks(start: int, end: int, months: int) -> list[tuple[int, str]]:
    first, last = ((_year(time) * 12) // months for time in (start, end))
    marks = []
    for number in range(first, last + 12 // min(months, 12) + 1):
        year, month = divmod(number * months, 12)
        if 1 <= year <= 9999:
            time = (datetime(year, month + 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
            if start <= time <= end:
                marks.append((time, f"{year:04}" if months >= 12 else f"{year:04}-{month + 1:02}"))
    return marks


def _year(time: int) -> int:
    try:
        return (_EPOCH + timedelta(microseconds=time)).year
    except OverflowError:
        return 1 if time < 0 else 9999


def _label(time: int, step: int) -> str:
    try:
        moment = (_EPOCH + timedelta(microseconds=time)).replace(tzinfo=None)
    except OverflowError:
        return f"{time} µs"
    if step >= _DAY:
        return moment.date().isoformat()
    if step >= _HOUR:
        return f"{moment:%m-%d %H:%M}"
    if step >= _MINUTE:
        return f"{moment:%H:%M}"
    return f"{moment:%H:%M:%S}" if step >= _SECOND else f"{moment:%H:%M:%S.%f}".rstrip("0").rstrip(".")
