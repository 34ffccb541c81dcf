"""The command `info`: shows a document's revision, the programs that wrote it, and how much it holds."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.commands import summary
from myapp.cli.opening import opened
from myapp.cli.options import add_reading
from myapp.errors import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

EXAMPLE = "info trip.myapp --json"


def configure(parser: ArgumentParser) -> None:
    add_reading(parser)


def run(arguments: Namespace) -> int:
    """Print the facts about the document."""
    with opened(arguments) as document, document.driver_reading() as connection:
        head = document.context.format.head
        facts: dict[str, Any] = {"path": document.path, "revision": head, "state": "head"}
        row = connection.execute(document.context.format.record.reader()).fetchone()
        facts["created_by"], facts["written_by"] = row or ("unknown", "unknown")
        facts |= summary(connection)
        if document.on_server:
            from myapp.document.server.distribution import distribution

            if spread := distribution(connection):
                facts["distribution"] = str(spread)
    if arguments.json:
        output.json(facts)
    else:
        facts["path"] = shown(facts["path"])
        output.facts([(name.replace("_", " "), value) for name, value in facts.items()])
    return 0
