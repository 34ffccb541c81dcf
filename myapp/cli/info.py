"""The command `info`: apart from the others about documents, since it needs so little."""

from __future__ import annotations

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.errors import shown
from myapp.notebook.summary import summary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any


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
