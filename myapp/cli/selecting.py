"""Reads the options that choose runs and readings."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta

from myapp.errors import UsageError
from myapp.notebook.selection import Selection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def selection(arguments: Namespace) -> Selection:
    """Return what the options say; raise UsageError for a time that is none."""
    return Selection(
        runs=tuple(arguments.run),
        channels=tuple(arguments.channel),
        tags=tuple(arguments.tag),
        text=arguments.text,
        start=_microseconds(arguments.start),
        end=_microseconds(arguments.end),
    )


def part(arguments: Namespace) -> Selection:
    """Return what the options of a command about one run choose of it, by channels and times."""
    return Selection(
        channels=tuple(arguments.channel),
        start=_microseconds(arguments.start),
        end=_microseconds(arguments.end),
    )


def _microseconds(said: str | None) -> int | None:
    if said is None:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise UsageError(f"{said!r} is no time such as 2024-05-31 or 2024-05-31T23:59:59Z") from error
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(microseconds=1)
