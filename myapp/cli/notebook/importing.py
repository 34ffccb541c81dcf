"""The command `import`: imports CSV files, or the standard input, into a document."""

import sys
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from dataclasses import replace

from myapp.cli import output
from myapp.cli.notebook.import_options import add_options, read_options
from myapp.cli.notebook.import_outcomes import Outcomes
from myapp.cli.notebook.import_report import (
    STDIN,
    Faults,
    first_rows,
    preview_as_json,
    print_result,
    report_file,
    result_as_json,
)
from myapp.cli.opening import opened
from myapp.cli.options import add_file, add_json, add_upgrading
from myapp.cli.patterns import expanded
from myapp.cli.progress_bar import ProgressBar
from myapp.cli.reporting import file_errors
from myapp.document.protocol import Document
from myapp.errors import SystemRefused, UsageError, shown
from myapp.notebook.importing import ImportResult, import_csv
from myapp.notebook.intake.byte_stream import Source
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preview import preview

EXAMPLE = "import trip.myapp logger.csv --timezone Europe/Berlin"


def configure(parser: ArgumentParser) -> None:
    add_file(parser, "the document")
    parser.add_argument("csv", metavar="CSV", nargs="+", help="files to import; - is the standard input")
    parser.add_argument("--title", help="the run's title (the file's name)")
    parser.add_argument("--again", action="store_true", help="import a file that is in the document already")
    show_format = "show how the files are written, and import nothing"
    parser.add_argument("--show-format", action="store_true", help=show_format)
    add_json(parser)
    add_upgrading(parser)
    add_options(parser)


def run(arguments: Namespace) -> int:
    """Import each file whole or not at all; or show how they are written.

    One of several that cannot be imported does not stop the others.
    """
    arguments.csv = expanded(arguments.csv)
    options = read_options(arguments)
    _check(arguments, options)
    if arguments.show_format:
        return _show_formats(arguments, options)
    done = Outcomes(arguments.csv)
    imported: list[ImportResult] = []
    with ExitStack() as stack:
        quoted = [arguments.file, *arguments.csv]
        report = stack.enter_context(report_file(arguments.report, quoted)) if arguments.report else None
        document = stack.enter_context(opened(arguments))
        for path in arguments.csv:
            faults = Faults(path, report, keep=arguments.json)
            with done.of(path):
                result = _import(document, path, arguments, options, faults)
                imported.append(result)
                if arguments.json:
                    done.results.append(result_as_json(path, result, faults))
                else:
                    print_result(path, result, faults, report=arguments.report, repeated=options.repeated)
    if arguments.json:
        output.json(done.results)
    if arguments.save_format and imported:
        _save_format(arguments.save_format, _as_format(options, imported))
    return done.finish("imported")


def _save_format(name: str, options: ImportOptions) -> None:
    from myapp.notebook.import_formats import save

    try:
        path = save(name, options)
    except SystemRefused as error:
        error.remedy = "what was imported is in the document, and its format is not kept"
        raise
    output.remark(f"the format is kept in {shown(path)}")


def _as_format(options: ImportOptions, imported: list[ImportResult]) -> ImportOptions:
    """Return options with the order of day and month that the files show, which the next may not."""
    orders = {result.format.date_order for result in imported} - {None}
    return replace(options, date_order=orders.pop()) if len(orders) == 1 else options


def _check(arguments: Namespace, options: ImportOptions) -> None:
    if len(arguments.csv) > 1 and (arguments.title or STDIN in arguments.csv):
        subject = "--title" if arguments.title else "the standard input"
        raise UsageError(f"{subject} is for one file: import the files one by one")
    if arguments.report and options.on_error == "refuse":
        raise UsageError("--report is for --on-error skip and skip-all: nothing is left out without them")
    if arguments.save_format is None:
        return
    if arguments.show_format:
        raise UsageError("--save-format keeps the format of an import: leave out --show-format")
    from myapp.notebook.import_formats import name_taken, path_of

    if path_of(arguments.save_format).exists():
        raise name_taken(arguments.save_format)


def _show_formats(arguments: Namespace, options: ImportOptions) -> int:
    done, refusals = Outcomes(arguments.csv), []
    for path in arguments.csv:
        with done.of(path), file_errors(path):
            shown_format = preview(_source(path), options)
            refusals.append((path, shown_format.refusal))
            if arguments.json:
                done.results.append({"file": shown(path), **preview_as_json(shown_format)})
            else:
                facts = [*shown_format.format.described(), *first_rows(shown_format)]
                output.facts([("file", shown(path)), *facts])
    if arguments.json:
        output.json(done.results)
    for path, refusal in refusals:
        with done.of(path):
            if refusal:
                raise refusal
    return done.finish("understood")


def _source(path: str) -> Source:
    return sys.stdin.buffer if path == STDIN else path


def _import(
    document: Document, path: str, arguments: Namespace, options: ImportOptions, faults: Faults
) -> ImportResult:
    with (
        file_errors(path),
        ProgressBar(f"importing {shown(path)}") as progress,
        document.driver_writing() as connection,
    ):
        result = import_csv(
            connection,
            _source(path),
            options,
            title=arguments.title,
            progress=progress,
            again=arguments.again,
            report=faults.add,
        )
        faults.flush()
        return result
