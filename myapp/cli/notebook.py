"""The commands about measurements: import, runs, show."""

import os
from argparse import Namespace
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.document.open import Document
from myapp.errors import NotFound, SystemRefused, UsageError, shown
from myapp.notebook import queries
from myapp.notebook.importing import ImportResult, import_csv


def import_files(arguments: Namespace) -> int:
    """Import CSV files, each whole or not at all."""
    if arguments.title and len(arguments.csv) > 1:
        raise UsageError("--title is for one file: leave it out, or import the files one by one")
    with opened(arguments) as document:
        for path in arguments.csv:
            _say_imported(path, _import_one(document, path, arguments))
    return 0


def _import_one(document: Document, path: str, arguments: Namespace) -> ImportResult:
    try:
        with output.Progress(f"importing {shown(path)}") as progress, document.writing() as connection:
            return import_csv(
                connection, path, title=arguments.title, progress=progress.amount, again=arguments.again
            )
    except FileNotFoundError as error:
        raise NotFound(shown(path)) from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error


def _say_imported(path: str, result: ImportResult) -> None:
    channels = shown(", ".join(f"{name} [{unit}]" if unit else name for name, unit in result.channels))
    output.say(
        f"{shown(os.path.basename(path))}: run {result.run_id}, {result.readings} readings of {channels}"
    )
    if result.gaps:
        output.remark(f"{result.gaps} empty fields are gaps")
    if result.skipped:
        output.remark(f"columns without numbers were left out: {', '.join(result.skipped)}")


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
