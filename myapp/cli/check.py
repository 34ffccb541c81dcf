"""The command `check`: checks a document for damage."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from myapp import application
from myapp.cli import output
from myapp.cli.opening import server, working_on_file
from myapp.cli.options import add_file, add_json, add_wait
from myapp.document.check import Health, check
from myapp.document.errors import AdditionalObjects
from myapp.errors import Damaged, shown
from myapp.product import METADATA
from myapp.schema.urls import is_url

EXAMPLE = "check trip.myapp"


def configure(parser: ArgumentParser) -> None:
    add_file(parser)
    add_json(parser)
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Print the document's health; raise Damaged where it has damage."""
    health = _health(arguments)
    if arguments.json:
        output.json(asdict(health))
    else:
        output.facts(_facts(health))
    if not health.damage:
        return 0
    if health.only_additional:
        raise AdditionalObjects(health.path, health.additional)
    count = len(health.damage)
    detail = f"{count} findings" if count > 1 else health.damage[0]
    raise Damaged(health.path, detail, "ask who keeps the server for a backup" if is_url(health.path) else "")


def _health(arguments: Namespace) -> Health:
    if not is_url(arguments.file):
        with working_on_file("checking", arguments) as context:
            return check(arguments.file, context)
    from myapp.document.server.check import check_server

    return check_server(server(arguments.file), application.context(arguments.wait), METADATA)


def _facts(health: Health) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
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
        whole = sum(backup.whole is True for backup in health.backups)
        facts.append(("backups", f"{len(health.backups)}, {whole} of them whole"))
    if health.space_needed:
        needed, free = (f"{size / 1e6:.1f} MB" for size in (health.space_needed, health.space_free))
        facts.append(("space", f"an upgrade needs about {needed}, {free} are free"))
    facts += [("note", note) for note in health.notes]
    return facts + [("damage", line) for line in health.damage]
