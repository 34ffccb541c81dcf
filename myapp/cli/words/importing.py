"""The words of the command import, most of which say how a file is written."""

from __future__ import annotations

from myapp.cli.words.common import add, add_json, add_upgrading, calls

NUMBER_OR_NONE = "LINE|none"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_commands(commands: Any) -> None:
    """Add the command import."""
    take = add(
        commands,
        "import",
        calls("importing", "import_files"),
        "import what instruments write: CSV files, each whole or not at all",
        "import trip.myapp logger.csv --timezone Europe/Berlin",
    )
    take.add_argument("file", metavar="FILE|URL", help="the document")
    take.add_argument("csv", metavar="CSV", nargs="+", help="files to import; - is the standard input")
    take.add_argument("--title", help="the run's title (the file's name)")
    take.add_argument("--again", action="store_true", help="import a file that is in the document already")
    take.add_argument(
        "--show-format", action="store_true", help="show how the files are written, and import nothing"
    )
    add_json(take)
    add_upgrading(take)
    _add_faults(take)
    _add_text(take)
    _add_columns(take)
    _add_times(take)


def _add_faults(take: Any) -> None:
    group = take.add_argument_group("what cannot be read")
    group.add_argument(
        "--on-error",
        choices=["refuse", "skip"],
        default="refuse",
        help="refuse the file (the default), or leave such rows and fields out and count them",
    )
    group.add_argument("--report", metavar="OUT", help="write all that was left out to a new CSV file")


def _add_text(take: Any) -> None:
    group = take.add_argument_group("how the text is written (found out, unless said)")
    group.add_argument(
        "--delimiter", metavar="CHAR", help="or comma, semicolon, tab, bar, space (any blanks)"
    )
    group.add_argument("--decimal", choices=[".", ","], metavar=".|,", help="the decimal sign")
    group.add_argument("--encoding", metavar="NAME", help="such as utf-8, utf-16, latin-1, cp1250")
    group.add_argument("--quote", metavar="CHAR|none", help="what encloses fields")
    group.add_argument("--comment", metavar="START|none", help="what lines begin with that are left out")
    group.add_argument(
        "--header",
        type=line,
        metavar=NUMBER_OR_NONE,
        help="the line of the header; what is before is left out",
    )
    group.add_argument("--units", type=line, metavar=NUMBER_OR_NONE, help="the line of the units")


def _add_columns(take: Any) -> None:
    group = take.add_argument_group("what the columns hold (found out, unless said; a name or a number)")
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


def _add_times(take: Any) -> None:
    group = take.add_argument_group("how times are written (found out, unless said)")
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


def line(text: str) -> int | str:
    """Read the number of a line, or `none`."""
    return text if text == "none" else int(text)
