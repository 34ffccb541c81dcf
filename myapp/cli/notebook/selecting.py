"""Arguments that select runs and readings."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from myapp.cli.options import add_file, add_upgrading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import _ArgumentGroup

    from myapp.notebook.selection import Selection

RUN = "its number or its title"


def add_run(parser: ArgumentParser) -> None:
    """Add RUN."""
    parser.add_argument("run", metavar="RUN", help=RUN)


def add_file_and_run(parser: ArgumentParser) -> None:
    """Add the arguments of a command about one run: the file, the run, `--no-upgrade`, `--wait`."""
    add_file(parser)
    add_run(parser)
    add_upgrading(parser)


def add_selection(parser: ArgumentParser) -> None:
    """Add the options that `selection` reads: they select runs and their readings."""
    group = parser.add_argument_group("selection of runs and readings (default: all)")
    group.add_argument("--run", action="append", default=[], metavar="RUN", help="a run's number or title")
    _add_readings(group)
    group.add_argument("--tag", action="append", default=[], metavar="TAG", help="runs that have this tag")
    words = "runs with all these words in title, notes or tags"
    group.add_argument("--text", metavar="WORDS", help=words)


def add_part(parser: ArgumentParser) -> None:
    """Add the options that `part` reads: they select readings of one run."""
    _add_readings(parser.add_argument_group("selection of readings (default: all)"))


def _add_readings(group: _ArgumentGroup) -> None:
    channel = "`temperature` or `temperature [°C]`"
    group.add_argument("--channel", action="append", default=[], metavar="NAME", help=channel)
    start = "readings from this time on (UTC unless it has a zone)"
    group.add_argument("--from", dest="start", metavar="TIME", help=start)
    group.add_argument("--to", dest="end", metavar="TIME", help="readings before this time")


def is_selective(arguments: Namespace) -> bool:
    """Whether any of the options narrows the selection."""
    return any(getattr(arguments, name) for name in ("run", "channel", "tag", "text", "start", "end"))


def selection(arguments: Namespace) -> Selection:
    """Return the selection of runs and readings; raise UsageError for a text that is no time."""
    from myapp.notebook.selection import Selection

    return Selection(
        runs=tuple(arguments.run),
        channels=tuple(arguments.channel),
        tags=tuple(arguments.tag),
        text=arguments.text or "",
        start=_microseconds(arguments.start),
        end=_microseconds(arguments.end),
    )


def part(arguments: Namespace) -> Selection:
    """Return the selection of readings of one run, by channels and times."""
    from myapp.notebook.selection import Selection

    return Selection(
        channels=tuple(arguments.channel),
        start=_microseconds(arguments.start),
        end=_microseconds(arguments.end),
    )


def _microseconds(time: str | None) -> int | None:
    if time is None:
        return None
    from myapp.notebook.intake.zones import instant  # imports zoneinfo: only where a time is given

    return instant(time)
