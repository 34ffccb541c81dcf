"""The commands about measurements: runs, show."""

from argparse import Namespace
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.notebook import queries


def runs(arguments: Namespace) -> int:
    """List the runs."""
    with opened(arguments) as document, document.reading() as connection:
        found = queries.runs(connection)
    if arguments.json:
        output.json([asdict(run) for run in found])
        return 0
    output.table(
        ["run", "title", "first (UTC)", "last (UTC)", "channels", "readings", "tags"],
        [
            (
                r.id,
                r.title,
                output.when(r.started_at),
                output.when(r.ended_at),
                r.channels,
                r.readings,
                ", ".join(r.tags),
            )
            for r in found
        ],
    )
    return 0


def show(arguments: Namespace) -> int:
    """Show a run with the statistics of each channel."""
    with opened(arguments) as document, document.reading() as connection:
        detail = queries.show(connection, arguments.run)
    if arguments.json:
        output.json(asdict(detail))
        return 0
    _show_facts(detail)
    output.table(
        ["channel", "unit", "count", "min", "max", "mean", "first (UTC)", "last (UTC)"],
        [
            (
                c.name,
                c.unit,
                c.count,
                c.minimum,
                c.maximum,
                c.mean,
                output.when(c.first_at),
                output.when(c.last_at),
            )
            for c in detail.channels
        ],
    )
    return 0


def _show_facts(detail: queries.RunDetail) -> None:
    run = detail.run
    facts: list[tuple[str, object]] = [("run", run.id), ("title", run.title)]
    facts.append(("started (UTC)", output.when(run.started_at)))
    facts += [("notes", detail.notes)] if detail.notes else []
    facts += [("tags", ", ".join(run.tags))] if run.tags else []
    facts += [("source", f"{source.file_name}, {source.size} bytes") for source in run.sources]
    output.facts(facts)
