"""The options of `import` that tell how a file is written."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields

from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.zones import instant, zone_of


def add_options(parser: ArgumentParser) -> None:
    """Add the options that `read_options` reads, and those for faults."""
    _add_faults(parser)
    _add_text(parser)
    _add_columns(parser)
    _add_times(parser)


def read_options(arguments: Namespace) -> ImportOptions:
    """Return the options for the files; raise UsageError where they make no sense."""
    zone = zone_of(arguments.timezone or "UTC")
    values = {field.name: getattr(arguments, field.name) for field in fields(ImportOptions)}
    values["skip"] = tuple(arguments.skip)
    values["start"] = None if arguments.start is None else instant(arguments.start, zone)
    return ImportOptions(**values)


def _add_faults(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("what cannot be read")
    group.add_argument(
        "--on-error",
        choices=["refuse", "skip"],
        default="refuse",
        help="refuse the file (the default), or leave such rows and fields out and count them",
    )
    group.add_argument("--report", metavar="OUT", help="write all that was left out to a new CSV file")


def _add_text(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how the text is written (found out, unless said)")
    group.add_argument(
        "--delimiter", metavar="CHAR", help="or comma, semicolon, tab, bar, space (any blanks)"
    )
    group.add_argument("--decimal", choices=[".", ","], metavar=".|,", help="the decimal sign")
    group.add_argument("--encoding", metavar="NAME", help="such as utf-8, utf-16, latin-1, cp1250")
    group.add_argument("--quote", metavar="CHAR|none", help="what encloses fields")
    group.add_argument("--comment", metavar="START|none", help="what lines begin with that are left out")
    group.add_argument(
        "--header",
        type=_line,
        metavar="LINE|none",
        help="the line of the header; what is before is left out",
    )
    group.add_argument("--units", type=_line, metavar="LINE|none", help="the line of the units")


def _add_columns(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("what the columns hold (found out, unless said; a name or a number)")
    layout = group.add_mutually_exclusive_group()
    layout.add_argument(
        "--wide", dest="layout", action="store_const", const="wide", help="a column for each channel"
    )
    layout.add_argument(
        "--long", dest="layout", action="store_const", const="long", help="a row for each reading"
    )
    group.add_argument("--time", metavar="COLUMN", help="times, or times of day beside --date")
    group.add_argument(
        "--date", metavar="COLUMN", help="dates, where times of day have a column of their own"
    )
    group.add_argument("--channel", metavar="COLUMN", help="channel names of a long file")
    group.add_argument("--value", metavar="COLUMN", help="numbers of a long file")
    group.add_argument("--unit", metavar="COLUMN", help="units of a long file")
    group.add_argument("--skip", metavar="COLUMN", action="append", default=[], help="a column to leave out")


def _add_times(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("how times are written (found out, unless said)")
    group.add_argument(
        "--time-format",
        metavar="PATTERN",
        help="as in %%d.%%m.%%y_%%H%%M, or epoch, epoch-ms, elapsed, elapsed-ms, year",
    )
    group.add_argument("--date-order", choices=["dmy", "mdy"], help="what 03/04/2024 means")
    group.add_argument(
        "--timezone", metavar="ZONE", help="of times that say none, as Europe/Berlin or +01:00 (UTC)"
    )
    group.add_argument(
        "--ambiguous",
        choices=["refuse", "earlier", "later", "order"],
        default="refuse",
        help="the hour that a clock shows twice in autumn: refused (the default), or taken for the earlier, "
        "the later, or as the order of the rows says",
    )
    group.add_argument("--start", metavar="TIME", help="when elapsed times began (in the zone said)")


def _line(text: str) -> int | str:
    return text if text == "none" else int(text)
