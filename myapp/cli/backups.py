"""The command `backups`: lists a document's backups, and removes old ones where that is asked for."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import UTC, datetime

from myapp.application import context
from myapp.cli import output
from myapp.cli.opening import demand_file
from myapp.cli.options import add_json, count
from myapp.document import backups
from myapp.errors import shown
from myapp.product import NAME

EXAMPLE = "backups trip.myapp"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--prune", type=count, metavar="N", help="remove all but the N newest first")
    add_json(parser)


def run(arguments: Namespace) -> int:
    """Remove, then print the table."""
    demand_file(arguments.file, f"a server's backups are its own (pg_dump); `{NAME} copy` makes a document")
    if arguments.prune is not None:
        for removed in backups.prune(arguments.file, context(), arguments.prune):
            output.remark(f"removed {shown(removed.path)}")
    listed = backups.list_backups(arguments.file, context())
    if arguments.json:
        output.json([asdict(backup) for backup in listed])
        return 0
    rows = [(b.revision, _local(b.made_at), b.size, _whole(b), shown(b.path)) for b in listed]
    output.table(["revision", "made", "bytes", "whole", "backup"], rows)
    return 0


def _whole(backup: backups.Backup) -> str:
    if backup.whole is None:
        return "too old" if backup.revision in context().format.manifest.dropped else "newer"
    return "yes" if backup.whole else "NO"


def _local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(" ", "seconds")
