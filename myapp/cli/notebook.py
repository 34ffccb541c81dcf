"""The commands about measurements: runs, show."""

from __future__ import annotations

import sys
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.cli.selecting import is_said, selection
from myapp.errors import UsageError
from myapp.notebook import listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
    from typing import Any

    from myapp.document.open import Document
    from myapp.notebook.queries import RunDetail
    from myapp.notebook.selection import Selection
    from myapp.notebook.statistics import ChannelStatistics


def runs(arguments: Namespace) -> int:
    """List the runs, or those that are chosen."""
    said = selection(arguments) if is_said(arguments) else None
    if arguments.limit is not None and arguments.limit < 0:
        raise UsageError("--limit is a number of runs")
    order = {"by": arguments.sort, "reverse": arguments.reverse, "limit": arguments.limit}
    with opened(arguments) as document:
        found = _found(document, said, order)
    if arguments.json:
        output.json([asdict(run) for run in found])
        return 0
    columns = ["run", "title", "first (UTC)", "last (UTC)", "channels", "readings", "tags"]
    output.table(columns, [_run_row(run) for run in found])
    return 0


def _found(document: Document, said: Selection | None, order: dict[str, Any]) -> list[listing.RunRow]:
    if said is None:  # without SQLAlchemy, which would take most of the time
        with document.cursor() as connection:
            return listing.runs(connection.execute, **order)
    from myapp.notebook.queries import runs
    from myapp.notebook.selection import choose

    with document.reading() as connection:
        return runs(connection, choose(connection, said), **order)


def _run_row(run: listing.RunRow) -> tuple[object, ...]:
    first, last = output.when(run.started_at), output.when(run.ended_at)
    return (run.id, run.title, first, last, run.channels, run.readings, ", ".join(run.tags))


def show(arguments: Namespace) -> int:
    """Show a run with the statistics of each channel, and a small plot on a terminal."""
    plot = sys.stdout.isatty() if arguments.plot is None else arguments.plot
    if arguments.json and arguments.plot:
        raise UsageError("--json has no plot: say one of the two")
    from myapp.notebook import queries

    with opened(arguments) as document, document.reading() as connection:
        detail = queries.show(connection, arguments.run)
        if arguments.json:
            output.json(asdict(detail))
            return 0
        _show_facts(detail)
        _show_channels(detail.channels)
        if plot and detail.channels:
            from myapp.cli.plot import draw_on_terminal

            draw_on_terminal(connection, detail.run.id, every=bool(arguments.plot))
    return 0


def _show_channels(channels: Sequence[ChannelStatistics]) -> None:
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
    return (output.when(c.first_at), c.first, output.when(c.last_at), c.last)


def _short(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _show_facts(detail: RunDetail) -> None:
    run = detail.run
    facts: list[tuple[str, object]] = [("run", run.id), ("title", run.title)]
    facts.append(("started (UTC)", output.when(run.started_at)))
    facts += [("notes", line) for line in (detail.notes or "").splitlines()]
    facts += [("tags", ", ".join(run.tags))] if run.tags else []
    facts += [("source", f"{source.file_name}, {source.size} bytes") for source in run.sources]
    facts += [("attachment", f"{kept.name}, {kept.size} bytes") for kept in detail.attachments]
    output.facts(facts)
