"""The command `show`: shows a run with the statistics of each channel, and a small plot on a terminal."""

import sys
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.notebook.selecting import add_part, add_run, part
from myapp.cli.notebook.terminal_plot import print_plot
from myapp.cli.opening import opened
from myapp.cli.options import add_reading, describe
from myapp.errors import UsageError
from myapp.notebook import queries
from myapp.notebook.selection import resolve_in_run
from myapp.notebook.statistics import ChannelStatistics

EXAMPLE = "show trip.myapp 3"


def configure(parser: ArgumentParser) -> None:
    describe(
        parser,
        "A gap is a time at which the run has a reading, but not of this channel. The "
        "standard deviation is that of a sample.",
    )
    add_reading(parser)
    add_run(parser)
    add_part(parser)
    exact = "statistics from the readings themselves, not from the document's overview of them"
    parser.add_argument("--exact", action="store_true", help=exact)
    plot = "a small plot of each channel (of the first few, on a terminal only)"
    parser.add_argument("--plot", action=BooleanOptionalAction, help=plot)


def run(arguments: Namespace) -> int:
    """Print the run."""
    plot = sys.stdout.isatty() if arguments.plot is None else arguments.plot
    if arguments.json and arguments.plot:
        raise UsageError("--json has no plot: leave out one of the two")
    with opened(arguments) as document, document.driver_reading() as connection:
        selected = part(arguments)
        detail = queries.show(connection, arguments.run, selected, exact=arguments.exact)
        if arguments.json:
            output.json(asdict(detail))
            return 0
        _print_facts(detail)
        _print_channels(detail.channels)
        if plot and detail.channels:
            shown = resolve_in_run(connection, detail.run.id, selected)
            print_plot(connection, shown, every=bool(arguments.plot))
    return 0


def _print_channels(channels: Sequence[ChannelStatistics]) -> None:
    """Print one table in a pipe; on a terminal two with shorter numbers, which fit into its width."""
    names = ["channel", "unit"]
    figures = ["count", "gaps", "min", "max", "mean", "std dev"]
    ends = ["first (UTC)", "first", "last (UTC)", "last"]
    if not sys.stdout.isatty():
        rows = [(c.name, c.unit, *_figures(c), *_ends(c)) for c in channels]
        output.table([*names, *figures, *ends], rows)
        return
    output.table([*names, *figures], [(c.name, c.unit, *map(_short, _figures(c))) for c in channels])
    output.table([*names, *ends], [(c.name, c.unit, *map(_short, _ends(c))) for c in channels])


def _figures(c: ChannelStatistics) -> tuple[object, ...]:
    mean, deviation = ("" if figure is None else figure for figure in (c.mean, c.deviation))
    return (c.count, c.gaps, c.minimum, c.maximum, mean, deviation)


def _ends(c: ChannelStatistics) -> tuple[object, ...]:
    return (output.utc_time(c.first_at), c.first, output.utc_time(c.last_at), c.last)


def _short(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _print_facts(detail: queries.RunDetail) -> None:
    run = detail.run
    facts: list[tuple[str, object]] = [("run", run.id), ("title", run.title)]
    facts.append(("started (UTC)", output.utc_time(run.started_at)))
    facts += [("notes", line) for line in (detail.notes or "").splitlines()]
    facts += [("tags", ", ".join(run.tags))] if run.tags else []
    facts += [("source", f"{source.file_name}, {source.size} bytes") for source in run.sources]
    facts += [("attachment", f"{kept.name}, {kept.size} bytes") for kept in detail.attachments]
    output.facts(facts)
