"""The command import: files, or the standard input, into a document; and how they are written."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, fields
from typing import Any, TextIO

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.document.open import Document
from myapp.errors import NotFound, SystemRefused, UsageError, shown
from myapp.notebook.importing import ImportResult, import_csv
from myapp.notebook.intake.byte_stream import Source
from myapp.notebook.intake.csv_file import inspect
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.faults import Fault
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.zones import instant, zone_of

SHOWN_FAULTS = 10
"""How many of the things left out are shown; all are in `--json` and in a report."""

STDIN = "-"


def import_files(arguments: Namespace) -> int:
    """Import CSV files, each whole or not at all; or show how they are written."""
    _check(arguments)
    options = read_options(arguments)
    if arguments.show_format:
        return _show_formats(arguments, options)
    made: list[dict[str, Any]] = []
    with ExitStack() as stack:
        report = stack.enter_context(_report(arguments.report)) if arguments.report else None
        document = stack.enter_context(opened(arguments))
        for path in arguments.csv:
            faults = _Faults(path, report, keep=arguments.json)
            result = _import_one(document, path, arguments, options, faults)
            if arguments.json:
                made.append(_as_json(path, result, faults.all))
            else:
                _say_imported(path, result, faults, arguments.report)
    if arguments.json:
        output.json(made)
    return 0


def read_options(arguments: Namespace) -> ImportOptions:
    """Return what the options say of the files; raise UsageError where they make no sense."""
    zone = zone_of(arguments.timezone or "UTC")
    said = {name: getattr(arguments, name) for name in (field.name for field in fields(ImportOptions))}
    said["skip"] = tuple(arguments.skip)
    said["start"] = None if arguments.start is None else instant(arguments.start, zone)
    return ImportOptions(**said)


def _check(arguments: Namespace) -> None:
    if len(arguments.csv) > 1 and (arguments.title or STDIN in arguments.csv):
        what = "--title" if arguments.title else "the standard input"
        raise UsageError(f"{what} is for one file: import the files one by one")
    if arguments.report and arguments.on_error != "skip":
        raise UsageError("--report is for --on-error skip: nothing is left out without it")


def _show_formats(arguments: Namespace, options: ImportOptions) -> int:
    found = []
    for path in arguments.csv:
        with _translated(path):
            found.append((path, inspect(_source(path), options)))
    if arguments.json:
        output.json([{"file": shown(path), "format": _format_as_json(known)} for path, known in found])
        return 0
    for path, known in found:
        output.facts([("file", shown(path)), *known.described()])
    return 0


def _source(path: str) -> Source:
    return sys.stdin.buffer if path == STDIN else path


def _import_one(
    document: Document, path: str, arguments: Namespace, options: ImportOptions, faults: "_Faults"
) -> ImportResult:
    with (
        _translated(path),
        output.Progress(f"importing {shown(path)}") as progress,
        document.writing() as connection,
    ):
        return import_csv(
            connection,
            _source(path),
            options,
            title=arguments.title,
            progress=progress.amount,
            again=arguments.again,
            report=faults.take,
        )


@contextmanager
def _translated(path: str) -> Iterator[None]:
    """Make of the system's errors about a file those that are told in one line."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(shown(path)) from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error


class _Faults:
    """What was left out of one file: the first to be shown, all in a report, all kept for JSON."""

    def __init__(self, path: str, report: "_Report | None", *, keep: bool) -> None:
        self.first: list[Fault] = []
        self.all: list[Fault] = []
        self._path = path
        self._report = report
        self._keep = keep

    def take(self, fault: Fault) -> None:
        """Take one."""
        if len(self.first) < SHOWN_FAULTS:
            self.first.append(fault)
        if self._keep:
            self.all.append(fault)
        if self._report:
            self._report.write(self._path, fault)


class _Report:
    """A CSV file of what was left out."""

    def __init__(self, stream: TextIO) -> None:
        import csv

        self._writer = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(["file", "line", "column", "reason"])

    def write(self, path: str, fault: Fault) -> None:
        """Add a line."""
        self._writer.writerow([shown(path), fault.line, fault.column or "", shown(fault.reason)])


@contextmanager
def _report(path: str) -> Iterator[_Report]:
    """Give a report in a new file, which is taken away where the import does not come to its end."""
    try:
        stream = open(path, "x", encoding="utf-8", newline="")  # noqa: SIM115  # closed below
    except FileExistsError as error:
        raise SystemRefused(path, "it exists already", "choose another name for the report") from error
    try:
        with stream:
            yield _Report(stream)
    except BaseException:
        with suppress(OSError):
            os.remove(path)
        raise


def _say_imported(path: str, result: ImportResult, faults: _Faults, report: str | None) -> None:
    channels = shown(", ".join(f"{name} [{unit}]" if unit else name for name, unit in result.channels))
    name = shown("standard input" if path == STDIN else os.path.basename(path))
    output.remark(f"{name}: {result.format.summary()}")
    output.say(f"{name}: run {result.run_id}, {result.readings} readings of {channels}")
    if result.gaps:
        output.remark(f"{result.gaps} empty fields are gaps")
    if result.skipped:
        output.remark(f"columns without numbers were left out: {', '.join(result.skipped)}")
    if result.faults:
        _say_left_out(name, result.faults, faults.first, report)


def _say_left_out(name: str, count: int, first: list[Fault], report: str | None) -> None:
    output.remark(f"{count} rows or fields could not be read and were left out")
    for fault in first:
        column = f", column {fault.column}" if fault.column else ""
        output.remark(f"{name}, line {fault.line}{column}: {fault.reason}")
    if count > len(first):
        where = f"in {shown(report)}" if report else "with --report OUT"
        output.remark(f"and {count - len(first)} more: all are {where}")


def _as_json(path: str, result: ImportResult, faults: list[Fault]) -> dict[str, Any]:
    plain = {name: getattr(result, name) for name in ("run_id", "title", "started_at", "ended_at")}
    return {
        "file": shown(path),
        **plain,
        "channels": [{"name": name, "unit": unit} for name, unit in result.channels],
        "readings": result.readings,
        "gaps": result.gaps,
        "skipped": list(result.skipped),
        "left_out": [asdict(fault) for fault in faults],
        "format": _format_as_json(result.format),
    }


def _format_as_json(known: CsvFormat) -> dict[str, Any]:
    """Return how a file is written, under the names of the options that say it."""
    long = known.long
    return {
        "layout": known.layout,
        "encoding": known.encoding,
        "line_end": known.line_end,
        "delimiter": known.delimiter,
        "decimal": known.decimal,
        "quote": known.dialect.quote or None,
        "comment": known.dialect.comment or None,
        "header": known.header_line or None,
        "units": known.units_line or None,
        "time": known.time_column,
        "date": known.date_column or None,
        "time_format": known.time_format.name,
        "timezone": None if known.time_format.zoned else known.zone,
        "channel": long.channel if long else None,
        "value": long.value if long else None,
        "unit": (long.unit or None) if long else None,
        "channels": [{"name": channel.name, "unit": channel.unit} for channel in known.channels],
        "skipped": list(known.skipped),
    }
