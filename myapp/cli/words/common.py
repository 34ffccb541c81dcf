"""What the words of several commands share: how one is added, and the options that many take."""

from __future__ import annotations

from importlib import import_module

from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Command = Callable[[Any], int]


def calls(module: str, name: str) -> Command:
    """Return a command that imports its module only when it is run: `calls("notebook", "runs")`."""

    def run(arguments: Any) -> int:
        result: int = getattr(import_module(f"myapp.cli.{module}"), name)(arguments)
        return result

    return run


def add(commands: Any, name: str, run: Command, words: str, example: str) -> Any:
    """Add a command with its help, which has the example; return its parser."""
    parser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}.", epilog=f"example: {NAME} {example}"
    )
    parser.set_defaults(command=run)
    return parser


def add_reading(parser: Any) -> None:
    """Add what every command takes that reads a document: the file, JSON, no upgrade, the wait."""
    parser.add_argument("file", metavar="FILE|URL")
    add_json(parser)
    add_upgrading(parser)


def add_json(parser: Any) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_upgrading(parser: Any) -> None:
    """Add `--no-upgrade` and the wait."""
    parser.add_argument("--no-upgrade", action="store_true", help="refuse a document of an older release")
    add_wait(parser)


def add_wait(parser: Any) -> None:
    """Add `--wait`, in seconds."""
    parser.add_argument(
        "--wait",
        type=float,
        metavar="SECONDS",
        default=30.0,
        help="how long to wait for another program (30)",
    )


def add_yes(parser: Any) -> None:
    """Add `--yes`, by which a person allows a change of what others share."""
    parser.add_argument(
        "--yes", action="store_true", help="allow the upgrade of a database on a server, which others share"
    )


def add_lose(parser: Any) -> None:
    """Add `--lose`, of what a downgrade may throw away."""
    parser.add_argument(
        "--lose",
        metavar="REVISION",
        action="append",
        default=[],
        help="allow undoing this revision although information is lost",
    )


def add_selection(parser: Any) -> None:
    """Add the options that choose runs and readings; cli/selecting.py reads them."""
    group = parser.add_argument_group("what is chosen (all, unless said)")
    group.add_argument("--run", action="append", default=[], metavar="RUN", help="a run's number or title")
    _add_part(group)
    group.add_argument("--tag", action="append", default=[], metavar="TAG", help="runs that have this tag")
    group.add_argument(
        "--text", default="", metavar="WORDS", help="runs with all these words in title, notes or tags"
    )


def add_part(parser: Any) -> None:
    """Add the options that choose readings of one run; `part` of cli/selecting.py reads them."""
    _add_part(parser.add_argument_group("what is chosen of the run (all, unless said)"))


def _add_part(group: Any) -> None:
    group.add_argument(
        "--channel", action="append", default=[], metavar="NAME", help="`temperature` or `temperature [°C]`"
    )
    group.add_argument(
        "--from", dest="start", metavar="TIME", help="readings from this time on (UTC unless it has a zone)"
    )
    group.add_argument("--to", dest="end", metavar="TIME", help="readings before this time")
