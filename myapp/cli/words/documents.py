"""The words of the commands about a whole document: new, info, check, upgrade, save-as and its backups."""

from __future__ import annotations

from myapp.cli.words.common import add, add_json, add_lose, add_reading, add_wait, add_yes, calls

_HIDDEN = "==SUPPRESS=="
"""`argparse.SUPPRESS`, without argparse, which a plain start does not load."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_commands(commands: Any) -> None:
    """Add the commands about a document as a whole."""
    new = add(
        commands,
        "new",
        calls("documents", "new"),
        "make a new document, or a notebook in an empty database of a PostgreSQL server",
        "new trip.myapp",
    )
    new.add_argument("file", metavar="FILE|URL")
    add_wait(new)
    info = add(commands, "info", calls("info", "info"), "say what a document is", "info trip.myapp --json")
    add_reading(info)
    check = add(
        commands, "check", calls("documents", "check"), "say how healthy a document is", "check trip.myapp"
    )
    check.add_argument("file", metavar="FILE|URL")
    add_json(check)
    add_wait(check)
    upgrade = add(commands, "upgrade", calls("documents", "upgrade"), "upgrade documents", "upgrade *.myapp")
    upgrade.add_argument("files", metavar="FILE|URL", nargs="+")
    upgrade.add_argument(
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="how many files to upgrade at a time (1); each takes the space and memory of one",
    )
    upgrade.add_argument("--serve", action="store_true", help=_HIDDEN)
    add_wait(upgrade)
    add_yes(upgrade)
    save = add(
        commands,
        "save-as",
        calls("documents", "save_as"),
        "keep a copy of a document, upgraded or for an older release; the document stays as it is",
        "save-as trip.myapp for-ann.myapp --for 0.5.0",
    )
    save.add_argument("file", metavar="FILE")
    save.add_argument("out", metavar="OUT")
    save.add_argument(
        "--for",
        dest="release",
        metavar="RELEASE",
        help="with the schema of this release (0.3.0) or revision (0003), where nothing is lost by that",
    )
    add_lose(save)
    add_wait(save)
    _add_backup_commands(commands)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text} is not a number from 1 on")
    return int(text)


def _add_backup_commands(commands: Any) -> None:
    backups = add(
        commands, "backups", calls("documents", "backups"), "list a document's backups", "backups trip.myapp"
    )
    backups.add_argument("file", metavar="FILE")
    backups.add_argument("--prune", type=int, metavar="N", help="remove all but the N newest first")
    add_json(backups)
    restore = add(
        commands,
        "restore",
        calls("documents", "restore"),
        "put a backup in a document's place; what was there is backed up first",
        "restore trip.myapp trip.myapp.backup-0003",
    )
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("backup", metavar="BACKUP")
    add_wait(restore)
