"""The part of the command line about this application: its commands, its options, its facts for `info`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

COMMANDS = {
    "list": ("${package}.cli.content.listing", "list the tables of a document, or the rows of one"),
% if example:
    "add": ("${package}.cli.content.add", "add an item"),
% endif
}
"""The module of each command, and its line in the help."""

OPTIONS: dict[str, str] = {}
"""Options that are not spelled like the library's argument."""

_TABLES = """
    SELECT name FROM sqlite_master
    WHERE type = 'table' AND name NOT IN ('alembic_version', 'document') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""


def summary(connection: Connection) -> dict[str, int]:
    """Return how much a document holds, for `info`: the rows of each table."""
    names = [name for (name,) in connection.execute(_TABLES)]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
