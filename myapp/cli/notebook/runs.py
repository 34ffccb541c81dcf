"""The command `runs`: lists the runs of a document, or a selection of them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.notebook.selecting import add_selection, is_selective, selection
from myapp.cli.opening import opened
from myapp.cli.options import add_reading, count
from myapp.notebook import listing
from myapp.notebook.sql import Sql

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from myapp.document.protocol import Document
    from myapp.notebook.selection import Selection

EXAMPLE = "runs trip.myapp --text winter --from 2024-05-31"


def configure(parser: ArgumentParser) -> None:
    add_reading(parser)
    add_selection(parser)
    order = parser.add_argument_group("order")
    keys = ["start", "end", "title", "readings"]
    order.add_argument("--sort", choices=keys, default="start", help="the key (start)")
    order.add_argument("--reverse", action="store_true", help="the last first")
    order.add_argument("--limit", type=count, metavar="N", help="list at most N runs")


def run(arguments: Namespace) -> int:
    """Print the table of runs."""
    selected = selection(arguments) if is_selective(arguments) else None
    order = {"by": arguments.sort, "reverse": arguments.reverse, "limit": arguments.limit}
    with opened(arguments) as document:
        rows = _rows(document, selected, order)
    if arguments.json:
        output.json([asdict(row) for row in rows])
        return 0
    columns = ["run", "title", "first (UTC)", "last (UTC)", "channels", "readings", "tags"]
    output.table(columns, [_cells(row) for row in rows])
    return 0


def _rows(document: Document, selected: Selection | None, order: dict[str, Any]) -> list[listing.RunRow]:
    with document.driver_reading() as connection:
        run_ids = None
        if selected is not None:
            from myapp.notebook.selection import resolve  # a start without a selection needs none of it

            run_ids = resolve(connection, selected).run_ids
        return listing.runs(Sql(connection), run_ids, **order)


def _cells(run: listing.RunRow) -> tuple[object, ...]:
    first, last = output.utc_time(run.started_at), output.utc_time(run.ended_at)
    return (run.id, run.title, first, last, run.channels, run.readings, ", ".join(run.tags))
