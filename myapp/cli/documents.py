"""The commands about a document as a whole: new, check, upgrade, save-as, backups, restore."""

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from myapp.application import document_format, revision_of_release
from myapp.cli import output
from myapp.cli.opening import demand_file, opened, server, upgrading, waiting
from myapp.cli.reporting import BROKEN_PIPE, INTERRUPTED, reported
from myapp.document import backups as stored
from myapp.document import check as checks
from myapp.document import save_as as save
from myapp.document.create import create
from myapp.errors import Damaged, shown
from myapp.product import METADATA, NAME
from myapp.schema.urls import is_url


def new(arguments: Namespace) -> int:
    """Make a new document, or fill an empty database."""
    if is_url(arguments.file):
        from myapp.document.server.document import create_server

        output.say(create_server(server(arguments.file), document_format(), arguments.wait))
    else:
        output.say(shown(create(arguments.file, document_format())))
    return 0


def check(arguments: Namespace) -> int:
    """Say how healthy a document is; the exit code tells damage."""
    health = _checked(arguments)
    if arguments.json:
        output.json(asdict(health))
    else:
        output.facts(_health(health))
    if not health.damage:
        return 0
    count = len(health.damage)
    found = f"{count} findings" if count > 1 else health.damage[0]
    if is_url(health.path):
        raise Damaged(health.path, found, "ask who keeps the server for a backup")
    raise Damaged(health.path, found)


def _checked(arguments: Namespace) -> checks.Health:
    if not is_url(arguments.file):
        return checks.check(arguments.file, document_format(), arguments.wait, waiting(arguments))
    from myapp.document.server.check import check_server

    return check_server(server(arguments.file), document_format(), METADATA, arguments.wait)


def _health(health: checks.Health) -> list[tuple[str, object]]:
    whole = sum(backup.whole is True for backup in health.backups)
    shown_facts: list[tuple[str, object]] = [
        ("path", shown(health.path)),
        ("state", health.state),
        ("revision", f"{health.revision or 'unknown'}, this program's is {health.head}"),
        ("created by", health.created_by or "unknown"),
        ("written by", health.written_by or "unknown"),
        ("bytes", health.size),
        *(("beside it", shown(sidecar)) for sidecar in health.sidecars),
        *health.checks.items(),
    ]
    if not is_url(health.path):
        shown_facts.append(("backups", f"{len(health.backups)}, {whole} of them whole"))
    if health.space_needed:
        needed, free = (f"{size / 1e6:.1f} MB" for size in (health.space_needed, health.space_free))
        shown_facts.append(("space", f"an upgrade needs about {needed}, {free} are free"))
    shown_facts += [("note", note) for note in health.notes]
    return shown_facts + [("damage", line) for line in health.damage]


def save_as(arguments: Namespace) -> int:
    """Keep a copy of a document, upgraded or for an older release."""
    for name in (arguments.file, arguments.out):
        demand_file(name, f"`{NAME} copy` goes between files and servers")
    revision = revision_of_release(arguments.release) if arguments.release else None
    with upgrading(arguments.file, arguments.wait) as progress:
        made = save.save_as(
            arguments.file,
            arguments.out,
            document_format(),
            progress,
            arguments.wait,
            revision=revision,
            lose=arguments.lose,
        )
    output.say(shown(made))
    return 0


def upgrade(arguments: Namespace) -> int:
    """Upgrade documents; each that fails is said, and the first failure is the exit code."""
    if arguments.serve:
        from myapp.cli import jobs

        return jobs.serve(lambda file: _reported(arguments, file))
    failed = 0
    for code in _outcomes(arguments):
        if code in (INTERRUPTED, BROKEN_PIPE):
            return code
        failed = failed or code
    return failed


def _outcomes(arguments: Namespace) -> Iterator[int]:
    number = min(arguments.jobs, len(arguments.files))
    if number > 1 and not any(map(is_url, arguments.files)):  # a server may have a question to the person
        from myapp.cli import jobs

        if jobs.can_start("upgrade"):
            words = ["upgrade", "--serve", "--wait", str(arguments.wait), "-"]
            return jobs.outcomes(arguments.files, number, words)
    return (_reported(arguments, file) for file in arguments.files)


def _reported(arguments: Namespace, file: str) -> int:
    one = Namespace(file=file, wait=arguments.wait, yes=arguments.yes, no_upgrade=False, consent=True)
    return reported(lambda: _upgrade_one(one))


def _upgrade_one(arguments: Namespace) -> int:
    with opened(arguments) as document:
        if document.copied:
            return 8
        with document.cursor():  # it is what its header says
            output.say(f"{shown(document.path)}: revision {document.kind.head}")
    return 0


def backups(arguments: Namespace) -> int:
    """List a document's backups, after removing old ones where that is asked for."""
    demand_file(arguments.file, f"a server's backups are its own (pg_dump); `{NAME} copy` makes a document")
    if arguments.prune is not None:
        for removed in stored.prune(arguments.file, document_format(), arguments.prune):
            output.remark(f"removed {shown(removed.path)}")
    found = stored.found(arguments.file, document_format())
    if arguments.json:
        output.json([asdict(backup) for backup in found])
        return 0
    rows = [(b.revision, _local(b.made_at), b.size, _WHOLE[b.whole], shown(b.path)) for b in found]
    output.table(["revision", "made", "bytes", "whole", "backup"], rows)
    return 0


_WHOLE = {True: "yes", False: "NO", None: "newer"}


def restore(arguments: Namespace) -> int:
    """Put a backup in a document's place."""
    for name in (arguments.file, arguments.backup):
        demand_file(name, f"pg_restore is for servers; `{NAME} copy` fills an empty database from a document")
    kept = stored.restore(
        arguments.file, arguments.backup, document_format(), arguments.wait, waiting(arguments)
    )
    output.say(f"{shown(arguments.file)} is restored from {shown(arguments.backup)}")
    if kept:
        output.remark(f"what was there before is kept as {shown(kept)}")
    return 0


def _local(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(" ", "seconds")
