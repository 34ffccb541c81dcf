"""The options of `import` for the format of CSV files and for rows that cannot be read."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields, replace

from myapp.notebook.intake.options import THOUSANDS, ImportOptions
from myapp.notebook.intake.zones import instant, zone_of


def add_options(parser: ArgumentParser) -> None:
    """Add the options that `read_options` reads, and those for faults."""
    _add_formats(parser)
    _add_faults(parser)
    _add_text(parser)
    _add_columns(parser)
    _add_times(parser)


def read_options(arguments: Namespace) -> ImportOptions:
    """Return the options as the library takes them: those of a named format, and in their place those given.

    Raise UsageError for a time or zone that is none; the errors of formats are those of import_formats.
    """
    options = _of_format(arguments.format) if arguments.format else ImportOptions()
    given = {field.name: getattr(arguments, field.name) for field in fields(ImportOptions)}
    given |= {name: tuple(given[name]) for name in ("skip", "only", "missing") if given[name] is not None}
    if arguments.start is not None:
        given["start"] = instant(arguments.start, zone_of(arguments.timezone or options.timezone or "UTC"))
    return replace(options, **{name: value for name, value in given.items() if value is not None})


def _of_format(name: str) -> ImportOptions:
    from myapp.notebook.import_formats import load  # few imports take one

    return load(name)


def _add_formats(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("named formats: options that are kept for other files")
    group.add_argument("--format", metavar="NAME", help="the options of this format; others given go first")
    keep = "keep the options, and the order of day and month that the file shows, under this name"
    group.add_argument("--save-format", metavar="NAME", help=keep)


def _add_faults(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("rows and fields that cannot be read")
    skip = "refuse the file (default); skip and count rows and fields, of 5 %% of the rows at most; or any"
    group.add_argument("--on-error", choices=["refuse", "skip", "skip-all"], help=skip)
    group.add_argument("--report", metavar="OUT", help="write everything that was skipped to a new CSV file")


def _add_text(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("format of the text (default: detected)")
    delimiter = "or comma, semicolon, tab, bar, space (any blanks)"
    group.add_argument("--delimiter", metavar="CHAR", help=delimiter)
    group.add_argument("--decimal", choices=[".", ","], metavar=".|,", help="the decimal sign")
    thousands = "the sign between thousands, or space (none: they are refused)"
    group.add_argument("--thousands", choices=THOUSANDS, metavar=",|.|'|space", help=thousands)
    group.add_argument("--encoding", metavar="NAME", help="such as utf-8, utf-16, latin-1, cp1250")
    group.add_argument("--quote", metavar="CHAR|none", help="the quote character of fields")
    group.add_argument("--comment", metavar="START|none", help="the start of lines to skip")
    header = "the line of the header; lines before it are skipped"
    group.add_argument("--header", type=_line, metavar="LINE|none", help=header)
    group.add_argument("--units", type=_line, metavar="LINE|none", help="the line of the units")
    group.add_argument("--table", type=int, metavar="NUMBER", help="which table of a file that has several")
    group.add_argument("--sheet", metavar="NAME|NUMBER", help="the sheet of a workbook (the first)")
    missing = "a number or word for no reading, in every column or in one; none keeps such numbers"
    group.add_argument("--missing", action="append", metavar="[COLUMN=]VALUE|none", help=missing)


def _add_columns(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("columns, by name or number (default: detected)")
    layout = group.add_mutually_exclusive_group()
    for name, words in (("wide", "a column for each channel"), ("long", "a row for each reading")):
        layout.add_argument(f"--{name}", dest="layout", action="store_const", const=name, help=words)
    group.add_argument("--time", metavar="COLUMN", help="times, or 'Year Month Day Hour' and the like")
    group.add_argument("--date", metavar="COLUMN", help="dates, beside a --time of times of day")
    group.add_argument("--channel", metavar="COLUMN", help="channel names of a long file, or A,B of two")
    group.add_argument("--value", metavar="COLUMN", help="numbers of a long file, or A,B of two")
    group.add_argument("--unit", metavar="COLUMN", help="units of a long file")
    group.add_argument("--skip", metavar="COLUMN", action="append", help="a column to skip")
    only = "a channel to import: a column, or a name in the rows of a long file; others are left out"
    group.add_argument("--only", metavar="CHANNEL", action="append", help=only)


def _add_times(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("format of times (default: detected)")
    pattern = "as in %%d.%%m.%%y_%%H%%M, or epoch, epoch-ms, elapsed, elapsed-d, excel, jd, mjd, matlab, year"
    group.add_argument("--time-format", metavar="PATTERN", help=pattern)
    group.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help="the meaning of 03/04/05")
    group.add_argument("--year", type=int, metavar="YYYY", help="the year of times that have none")
    zone = "the zone of times without one, as Europe/Berlin or -07:00 (UTC)"
    group.add_argument("--timezone", metavar="ZONE", help=zone)
    group.add_argument(
        "--ambiguous",
        choices=["refuse", "earlier", "later", "order"],
        help="the hour that a clock shows twice in autumn: refused (the default), read as the earlier or the "
        "later one, or as the order of the rows shows",
    )
    group.add_argument("--start", metavar="TIME", help="the start of elapsed times (in --timezone)")
    group.add_argument(
        "--repeated",
        choices=["refuse", "first", "last", "spread"],
        help="readings at one time: refused (the default), the first or the last is kept, or all are, each a "
        "microsecond later",
    )
    interval = "the time between rows that have none, as 1ms, from --start on"
    group.add_argument("--interval", metavar="TIME", help=interval)


def _line(text: str) -> int | str:
    return text if text == "none" else int(text)
