"""Arguments that several commands have."""

from argparse import ArgumentParser, ArgumentTypeError

from myapp.errors import UsageError
from myapp.progress import MAX_WAIT_SECONDS, valid_wait


def describe(parser: ArgumentParser, details: str) -> None:
    """Add sentences to the description, which is the command's line of help."""
    parser.description = f"{parser.description} {details}"


def add_reading(parser: ArgumentParser) -> None:
    """Add the arguments of a command that reads a document: the file, `--json`, `--no-upgrade`, `--wait`."""
    add_file(parser)
    add_json(parser)
    add_upgrading(parser)


def add_file(parser: ArgumentParser, help: str | None = None) -> None:  # noqa: A002
    """Add the document or the URL of a database on a server."""
    parser.add_argument("file", metavar="FILE|URL", help=help)


def add_json(parser: ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_upgrading(parser: ArgumentParser) -> None:
    """Add `--no-upgrade` and `--wait`."""
    parser.add_argument("--no-upgrade", action="store_true", help="refuse a document of an older release")
    add_wait(parser)


def add_wait(parser: ArgumentParser) -> None:
    """Add `--wait`, in seconds."""
    words = "how long to wait for another program (30)"
    parser.add_argument("--wait", type=_seconds, metavar="SECONDS", default=30.0, help=words)


def count(text: str) -> int:
    """Return a number from 0 on, as large as databases take it, for argparse."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not a number from 0 on")
    return int(text) if len(text) < len(str(_LARGEST)) else _LARGEST


_LARGEST = 2**63 - 1


def _seconds(text: str) -> float:
    try:
        return valid_wait(float(text))
    except (UsageError, ValueError) as error:
        raise ArgumentTypeError(
            f"{text!r} is no number of seconds from 0 to {MAX_WAIT_SECONDS:.0f}"
        ) from error


def add_yes(parser: ArgumentParser) -> None:
    """Add `--yes`, the consent to change a database that others share."""
    words = "allow the upgrade of a database on a server, which others share"
    parser.add_argument("--yes", action="store_true", help=words)


def add_lose(parser: ArgumentParser) -> None:
    """Add `--lose`, the revisions whose information a downgrade may throw away."""
    words = "allow undoing this revision although information is lost"
    parser.add_argument("--lose", metavar="REVISION", action="append", default=[], help=words)


def add_force(parser: ArgumentParser) -> None:
    """Add `--force`, for a file that exists."""
    parser.add_argument("--force", action="store_true", help="replace the file if there is one")
