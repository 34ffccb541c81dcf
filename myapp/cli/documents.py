"""The commands about a file: new, info, upgrade, backups, restore."""

from argparse import Namespace
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from myapp.application import document_format
from myapp.cli import output
from myapp.cli.opening import opened
from myapp.document import backups as stored
from myapp.document.create import create
from myapp.errors import MyappError, shown
from myapp.notebook.summary import summary


def new(arguments: Namespace) -> int:
    """Make a new document."""
    output.say(shown(create(arguments.file, document_format())))
    return 0


def info(arguments: Namespace) -> int:
    """Say what a document is."""
    with opened(arguments) as document, document.cursor() as connection:
        facts: dict[str, Any] = {"path": document.path, "revision": document.kind.head, "state": "head"}
        row = connection.execute("SELECT created_by, written_by FROM document").fetchone()
        facts["created_by"], facts["written_by"] = row or ("unknown", "unknown")
        facts |= summary(connection)
    if arguments.json:
        output.json(facts)
    else:
        facts["path"] = shown(facts["path"])
        output.facts([(name.replace("_", " "), value) for name, value in facts.items()])
    return 0


def upgrade(arguments: Namespace) -> int:
    """Upgrade documents; each that fails is said, and the first failure is the exit code."""
    codes = [
        _upgrade_one(Namespace(**vars(arguments), file=file, no_upgrade=False)) for file in arguments.files
    ]
    return next(filter(None, codes), 0)


def _upgrade_one(arguments: Namespace) -> int:
    try:
        with opened(arguments) as document:
            if document.copied:
                return 8
            output.say(f"{shown(document.path)}: revision {document.kind.head}")
        return 0
    except MyappError as error:
        output.remark(str(error))
        return error.exit_code


def backups(arguments: Namespace) -> int:
    """List a document's backups."""
    found = stored.found(arguments.file, document_format())
    if arguments.json:
        output.json([asdict(backup) for backup in found])
        return 0
    rows = [(b.revision, _local(b.made_at), b.size, "yes" if b.whole else "NO", shown(b.path)) for b in found]
    output.table(["revision", "made", "bytes", "whole", "backup"], rows)
    return 0


def restore(arguments: Namespace) -> int:
    """Put a backup in a document's place."""
    kept = stored.restore(arguments.file, arguments.backup, document_format(), arguments.wait)
    output.say(f"{shown(arguments.file)} is restored from {shown(arguments.backup)}")
    if kept:
        output.remark(f"what was there before is kept as {shown(kept)}")
    return 0


def _local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(" ", "seconds")
