"""The words of `schema …` and of the stock `alembic …`."""

from __future__ import annotations

from myapp.cli.words.common import add, add_json, add_lose, add_wait, add_yes, calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_commands(commands: Any) -> None:
    """Add the commands about a schema."""
    schema = commands.add_parser(
        "schema",
        help="look at and change the schema of a document or database",
        description=(
            "Look at and change the schema of a document (FILE) or of a database (a SQLAlchemy URL)."
        ),
    )
    steps = schema.add_subparsers(title="commands", metavar="COMMAND", required=True)
    words = {
        "current": ("the revision it has", "schema current trip.myapp"),
        "heads": ("the newest revisions", "schema heads"),
        "branches": ("the revisions that more than one follows", "schema branches"),
        "history": ("all revisions, oldest first", "schema history"),
        "plan": ("what an upgrade would do; nothing is done", "schema plan trip.myapp"),
        "compare": ("how it differs from the models", "schema compare trip.myapp"),
        "upgrade": ("upgrade, after a backup", "schema upgrade trip.myapp 0004"),
        "downgrade": ("downgrade, after a backup", "schema downgrade trip.myapp 0005"),
        "stamp": ("write a revision without running it", "schema stamp sqlite:///my.db 0006"),
        "sql": ("print the SQL of an upgrade", "schema sql --for postgresql --to 0003"),
        "grant": (
            "let roles of a server read or write a notebook; its owner alone upgrades it",
            "schema grant postgresql+psycopg://owner@db.example.org/trip --reader anna --writer logger",
        ),
    }
    parsers = {name: add(steps, name, calls("schema", name), *text) for name, text in words.items()}
    for name in ("current", "plan", "compare", "upgrade", "downgrade", "stamp"):
        parsers[name].add_argument("database", metavar="FILE|URL")
    for name in ("current", "heads", "branches", "history", "plan", "compare"):
        add_json(parsers[name])
    for name in ("upgrade", "downgrade", "stamp"):
        add_wait(parsers[name])
        add_yes(parsers[name])
    parsers["plan"].add_argument("target", metavar="REVISION", nargs="?", default="head")
    parsers["upgrade"].add_argument("target", metavar="REVISION", nargs="?", default="head")
    parsers["downgrade"].add_argument("target", metavar="REVISION")
    add_lose(parsers["downgrade"])
    parsers["stamp"].add_argument("target", metavar="REVISION")
    sql = parsers["sql"]
    sql.add_argument("--for", dest="dialect", choices=["sqlite", "postgresql"], default="sqlite")
    sql.add_argument("--from", dest="start", metavar="REVISION")
    sql.add_argument("--to", dest="target", metavar="REVISION", default="head")
    sql.add_argument("--down", action="store_true", help="downgrade; needs --from")
    grant = parsers["grant"]
    grant.add_argument("database", metavar="URL")
    grant.add_argument("--reader", action="append", default=[], metavar="ROLE", help="may look")
    grant.add_argument("--writer", action="append", default=[], metavar="ROLE", help="may look and change")
    grant.add_argument("--sql", action="store_true", help="print the statements only; nothing is run")
