"""Reports an import: the run and its readings, the skipped rows, and the format of the file."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import Any

from myapp.cli import output
from myapp.cli.messages import option
from myapp.document import files
from myapp.document.refusals import refused
from myapp.errors import BadData, SystemRefused, shown
from myapp.notebook.importing import ImportResult
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.preview import FirstRow, Preview

SHOWN_FAULTS = 10
"""How many faults are printed; all are in `--json` and in a report file."""

_SHOWN_WORDS = 5
"""How many of the words that stand for gaps are printed, the most frequent first."""

_RESOLVED = {
    "first": "they were left out",
    "last": "each took its place",
    "spread": "each is a microsecond later, or at the next free time",
}
"""What became of second readings of a time, by the rule."""

STDIN = "-"


class Report:
    """A new CSV file of faults; errors of it name it."""

    def __init__(self, temporary: str, path: str) -> None:
        self.path = path
        with _refusing(path):
            raw = io.BufferedWriter(files.new_file(temporary))
        self._stream = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\n")
        self.add("file", "line", "column", "reason")

    def add(self, *fields: object) -> None:
        """Write a line; the system's refusal is SystemRefused."""
        with _refusing(self.path):
            self._writer.writerow(fields)

    def flush(self) -> None:
        """Give all lines to the system, which may refuse them."""
        with _refusing(self.path):
            self._stream.flush()

    def close(self) -> None:
        """Close the file; what it would not take has been refused by `flush`."""
        with suppress(OSError):
            self._stream.close()


@contextmanager
def report_file(path: str, sources: Sequence[str] = ()) -> Iterator[Report]:
    """Give a new CSV file of faults, which gets its name when the import is done.

    Others may do no more with it than with each of the files from which it quotes.
    """
    if os.path.lexists(path):
        raise _report_exists(path)
    files.sweep(os.path.abspath(path))
    temporary = files.temporary_name(path)
    try:
        with closing(Report(temporary, path)) as report:
            yield report
            report.flush()
        _place(temporary, path, [source for source in sources if os.path.isfile(source)])
    finally:
        files.remove(temporary)


def _place(temporary: str, path: str, sources: Sequence[str]) -> None:
    try:
        with _refusing(path, "what was imported is in the document, without a report"):
            files.set_mode(temporary, *sources)
            files.place_new(temporary, path)
    except FileExistsError as error:
        raise _report_exists(path) from error


@contextmanager
def _refusing(path: str, remedy: str = "") -> Iterator[None]:
    """Turn the system's errors about the report into ours, but that a file of its name exists."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise refused(path, error, remedy) from error


def _report_exists(path: str) -> SystemRefused:
    return SystemRefused(path, "it exists already", "choose another name for the report")


class Faults:
    """The faults of one file: the first are printed, all are written to a report and kept for JSON."""

    def __init__(self, path: str, report: Report | None, *, keep: bool) -> None:
        self.first: list[BadData] = []
        self.all: list[BadData] = []
        self._path = path
        self._report = report
        self._keep = keep

    def add(self, fault: BadData) -> None:
        """Add a fault."""
        if len(self.first) < SHOWN_FAULTS:
            self.first.append(fault)
        if self._keep:
            self.all.append(fault)
        if self._report:
            reason = shown(fault.reason(option))
            self._report.add(shown(self._path), fault.line, fault.column or "", reason)

    def flush(self) -> None:
        """Demand that the report has all of them: nothing is imported whose faults cannot be listed."""
        if self._report:
            self._report.flush()


def print_result(
    path: str, result: ImportResult, faults: Faults, *, report: str | None, repeated: str
) -> None:
    """Print the result of an import; `report` is the name of the report file, `repeated` the rule."""
    channels = shown(", ".join(f"{name} [{unit}]" if unit else name for name, unit in result.channels))
    name = shown("standard input" if path == STDIN else os.path.basename(path))
    output.remark(f"{name}: {result.format.summary()}")
    output.line(f"{name}: run {result.run_id}, {result.readings} readings of {channels}")
    for text in (*_of_values(result, repeated), *_of_file(result)):
        output.remark(text)
    if result.faults:
        _print_faults(name, result.faults, faults.first, report)


def _of_values(result: ImportResult, repeated: str) -> Iterator[str]:
    """Yield what happened to fields and times."""
    if result.gaps:
        words = ", ".join(f"{count} {word!r}" for word, count in result.words[:_SHOWN_WORDS])
        yield f"{result.gaps} fields are gaps: empty{' and ' + shown(words) if words else ''}"
    if result.finer_times:
        yield f"{result.finer_times} times have digits beyond the microsecond, which were rounded"
    if result.rounded:
        yield f"{result.rounded} whole numbers have more digits than a double holds, and were rounded"
    if result.repeated:
        yield f"{result.repeated} readings were at the time of another: {_RESOLVED[repeated]}"


def _of_file(result: ImportResult) -> Iterator[str]:
    """Yield what was left out of the file, or has another name than there."""
    if result.skipped:
        yield f"these columns were left out: {', '.join(result.skipped)}"
    if result.format.numbered:
        yield f"columns of one title were numbered: {result.format.numbers_given()}"
    if result.format.sheet and result.format.sheet.others:
        others = ", ".join(result.format.sheet.others)
        yield f"the workbook has more sheets, which --sheet NAME imports: {others}"
    if result.end_line:
        yield f"the table ends before line {result.end_line}: what is behind it was left out"
    if result.more_tables:
        lines = ", ".join(map(str, result.more_tables))
        yield f"there are more tables, in line {lines}: --table 2 imports the second"


def _print_faults(name: str, count: int, first: list[BadData], report: str | None) -> None:
    output.remark(f"{count} rows or fields could not be read and were left out")
    for fault in first:
        column = f", column {fault.column}" if fault.column else ""
        output.remark(f"{name}, line {fault.line}{column}: {fault.reason(option)}")
    if count > len(first):
        where = f"in {shown(report)}" if report else "with --report OUT"
        output.remark(f"and {count - len(first)} more: all are {where}")


def result_as_json(path: str, result: ImportResult, faults: Faults) -> dict[str, Any]:
    """Return the result of an import, for `--json`."""
    plain = {name: getattr(result, name) for name in ("run_id", "title", "started_at", "ended_at")}
    return {
        "file": shown(path),
        **plain,
        "channels": [{"name": name, "unit": unit} for name, unit in result.channels],
        "readings": result.readings,
        "gaps": result.gaps,
        "missing": dict(result.words),
        "end_line": result.end_line or None,
        "more_tables": list(result.more_tables),
        "finer_times": result.finer_times,
        "rounded": result.rounded,
        "repeated": result.repeated,
        "skipped": list(result.skipped),
        "left_out": [_fault_as_json(fault) for fault in faults.all],
        "format": format_as_json(result.format),
    }


def _fault_as_json(fault: BadData) -> dict[str, Any]:
    return {"line": fault.line, "column": fault.column, "reason": fault.reason(option)}


def first_rows(preview: Preview) -> list[tuple[str, str]]:
    """Return the first rows as they would be stored, in UTC, as names and values for people."""
    rows = [(f"line {row.line}", f"{output.utc_time(row.time)} UTC  {_values(row)}") for row in preview.rows]
    counters = [f"{title} ({reason})" for title, reason in preview.counters]
    marked = [("counters, ids", f"{', '.join(counters)}: --skip leaves one out")] if counters else []
    return [*marked, *rows, ("gaps", f"{preview.gaps} in the first {preview.examined} rows")]


def _values(row: FirstRow) -> str:
    return shown(", ".join(f"{title} {value:.15g}" for title, value in row.values.items()))


def preview_as_json(preview: Preview) -> dict[str, Any]:
    """Return a file's format and first rows, for `--json`; times are UTC microseconds."""
    rows = [{"line": row.line, "time": row.time, "values": row.values} for row in preview.rows]
    return {
        "format": format_as_json(preview.format),
        "first_rows": rows,
        "counters": dict(preview.counters),
        "gaps": preview.gaps,
        "examined": preview.examined,
        "refusal": preview.refusal.message(option) if preview.refusal else None,
    }


def format_as_json(csv_format: CsvFormat) -> dict[str, Any]:
    """Return the format of a file, under the names of the options."""
    long = csv_format.long
    return {
        "layout": csv_format.layout,
        "sheet": csv_format.sheet.name if csv_format.sheet else None,
        "more_sheets": list(csv_format.sheet.others) if csv_format.sheet else [],
        "encoding": csv_format.encoding,
        "line_end": csv_format.line_end,
        "delimiter": csv_format.delimiter,
        "decimal": csv_format.decimal,
        "quote": csv_format.dialect.quote or None,
        "comment": csv_format.dialect.comment or None,
        "header": csv_format.header_line or None,
        "units": csv_format.units_line or None,
        "time": csv_format.time_column or None,
        "date": csv_format.time_columns[0] if len(csv_format.time_columns) > 1 else None,
        "times": list(csv_format.time_columns),
        "time_format": csv_format.time_format.name,
        "timezone": None if csv_format.time_format.zoned else csv_format.zone,
        "channel": long.channels[0] if long else None,
        "value": long.values[0].column if long else None,
        "unit": (long.unit or None) if long else None,
        "channels": [{"name": channel.name, "unit": channel.unit} for channel in csv_format.channels],
        "numbered": [{"column": each.column, "name": each.name} for each in csv_format.numbered],
        "skipped": list(csv_format.skipped),
    }
