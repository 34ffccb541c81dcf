"""Reads the options that choose runs and readings."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from myapp.notebook.selection import Selection


def is_said(arguments: Namespace) -> bool:
    """Tell whether any of the options narrows what is chosen."""
    return any(getattr(arguments, name) for name in ("run", "channel", "tag", "text", "start", "end"))


def selection(arguments: Namespace) -> Selection:
    """Return what the options say; raise UsageError for a time that is none."""
    from myapp.notebook.selection import Selection

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
    from myapp.notebook.selection import Selection

    return Selection(
        channels=tuple(arguments.channel),
        start=_microseconds(arguments.start),
        end=_microseconds(arguments.end),
    )


def _microseconds(said: str | None) -> int | None:
    if said is None:
        return None
    from myapp.notebook.intake.zones import instant  # zoneinfo, only where a time is said

    return instant(said)
