"""The command `schema`: looks at and changes the schema of a document or database."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import URL, make_url

from myapp import application, product
from myapp.cli import output, schema_server
from myapp.cli.opening import demand_consent, server, working
from myapp.cli.options import add_json, add_lose, add_wait, add_yes
from myapp.cli.schema_plan import print_plan
from myapp.document.changes import Change, downgrade_to, upgrade_to
from myapp.document.context import Context
from myapp.document.lost_header import recognise
from myapp.document.meter import step_description
from myapp.document.open import settled
from myapp.document.plan import plan as make_plan
from myapp.document.trust import check_document
from myapp.document.upgrade import migrate
from myapp.errors import Damaged, UpgradeFailed, shown
from myapp.progress import WAIT_SECONDS
from myapp.schema.connections import sqlite_url, subject
from myapp.schema.migrations import Migrations, Revision, Step
from myapp.schema.urls import is_url

EXAMPLE = "schema current trip.myapp"


def configure(parser: ArgumentParser) -> None:
    """Add the commands below `schema`, each with its arguments."""
    parser.description = (
        "Look at and change the schema of a document (FILE) or of a database (a SQLAlchemy URL)."
    )
    steps = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parsers = {}
    for name, (step, line, example) in _STEPS.items():
        description, epilog = f"{line[0].upper()}{line[1:]}.", f"example: {product.NAME} schema {example}"
        parsers[name] = steps.add_parser(name, help=line, description=description, epilog=epilog)
        parsers[name].set_defaults(step=step)
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
    to_sql = parsers["sql"]
    to_sql.add_argument("--for", dest="dialect", choices=["sqlite", "postgresql"], default="sqlite")
    to_sql.add_argument("--from", dest="start", metavar="REVISION")
    to_sql.add_argument("--to", dest="target", metavar="REVISION", default="head")
    to_sql.add_argument("--down", action="store_true", help="downgrade; needs --from")
    schema_server.configure(parsers["grant"], parsers["distribute"])


def run(arguments: Namespace) -> int:
    """Run the command below `schema`."""
    result: int = arguments.step(arguments)
    return result


def current(arguments: Namespace) -> int:
    """Print the revision."""
    return _print_lines(arguments, list(_migrations(arguments.database).current()))


def heads(arguments: Namespace) -> int:
    """Print the newest revisions."""
    return _print_lines(arguments, list(_directory().heads()))


def branches(arguments: Namespace) -> int:
    """Print the revisions with more than one successor."""
    return _print_revisions(arguments, _directory().branches())


def history(arguments: Namespace) -> int:
    """Print all revisions, oldest first."""
    return _print_revisions(arguments, _directory().history())


def plan(arguments: Namespace) -> int:
    """Print the steps of an upgrade; for a document with estimates of space and time."""
    if is_url(arguments.database):
        steps = _migrations(arguments.database).plan(arguments.target)
        return _print_revisions(arguments, [step.revision for step in steps])
    name = shown(arguments.database)
    with working(name, name, WAIT_SECONDS) as context:
        planned = make_plan(arguments.database, context, arguments.target)
    if arguments.json:
        output.json(asdict(planned))
    else:
        print_plan(planned)
    return 0


def compare(arguments: Namespace) -> int:
    """Print the differences between the database and the models."""
    differences = _migrations(arguments.database).compare()
    return _print_lines(arguments, [" ".join(str(each).split()) for each in differences])


def upgrade(arguments: Namespace) -> int:
    """Upgrade to a revision."""
    return _change(arguments, upgrade_to(arguments.target))


def downgrade(arguments: Namespace) -> int:
    """Downgrade to a revision."""
    return _change(arguments, downgrade_to(arguments.target, arguments.lose))


def stamp(arguments: Namespace) -> int:
    """Write a revision without running it."""
    target = arguments.target

    def run(migrations: Migrations) -> list[Step]:
        _demand_schema(migrations, target)
        return migrations.stamp(target)

    return _change(arguments, Change(run, lambda migrations: _demand_schema(migrations, target)))


def _demand_schema(migrations: Migrations, target: str) -> bool:
    """Return True if a database has the schema of a revision, else raise UpgradeFailed."""
    different = migrations.differences(target)
    if different:
        more = f" and {len(different) - 3} more" if len(different) > 3 else ""
        detail = f"its schema is another ({'; '.join(different[:3])}{more}): upgrade or downgrade it instead"
        raise UpgradeFailed(migrations.subject, f"stamp to {target}", detail)
    return True


def sql(arguments: Namespace) -> int:
    """Print the SQL of an upgrade or a downgrade."""
    _migrations(_URLS[arguments.dialect]).sql(
        sys.stdout, arguments.target, arguments.start, down=arguments.down
    )
    return 0


_URLS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def _directory() -> Migrations:
    return _migrations("sqlite://")


def _migrations(database: str, context: Context | None = None) -> Migrations:
    context = context or application.context()
    progress = context.progress
    return Migrations(
        context.format.migrations,
        _database_url(database) if is_url(database) else _document_url(database, context),
        metadata=product.METADATA,
        manifest=context.format.manifest,
        wait=context.wait,
        on_step=lambda steps, index: progress.step(step_description(steps, index)),
        on_wait=progress.waiting,
        application_name=product.NAME,
    )


def _database_url(name: str) -> URL:
    """Return the URL of a server, or of a SQLite file in SQLAlchemy's form."""
    return make_url(name) if name.startswith("sqlite:") else server(name)


def _document_url(name: str, context: Context) -> URL:
    """Return a document's URL; raise Damaged where its schema could run statements of its own."""
    path = _document_path(name, context)
    check_document(path, context)
    return sqlite_url(path)


def _document_path(name: str, context: Context) -> str:
    """Return the path of a document whose header says its revision: what changes it relies on that."""
    header = recognise(name, context)
    if header.lost:
        remedy = f"`{product.NAME} info` sets it again, after a backup"
        raise Damaged(name, f"its header is lost; it has revision {header.revision}", remedy)
    return header.path


def _change(arguments: Namespace, change: Change) -> int:
    name = _printable(arguments.database)
    with working(name, name, arguments.wait) as context:
        if is_url(arguments.database):
            migrations = _migrations(arguments.database, context)
            _demand_allowed(arguments, migrations)
            steps: Sequence[object] = change.run(migrations)
        else:
            path = settled(_document_path(arguments.database, context), context).path
            upgraded = migrate(path, change, context)
            steps = upgraded.steps if upgraded else ()
            if upgraded:
                output.remark(f"backup: {shown(upgraded.backup)}")
    for step in steps:
        output.line(str(step))
    return 0


def _printable(database: str) -> str:
    """Return a name without a password; an invalid URL is refused here too."""
    from myapp.schema.servers import server_url

    if not is_url(database):
        return shown(database)
    return subject(make_url(database) if database.startswith("sqlite:") else server_url(database))


def _demand_allowed(arguments: Namespace, migrations: Migrations) -> None:
    """Raise UpgradeFailed where others may share the database and the user does not consent."""
    current = migrations.current() if migrations.url.get_backend_name() == "postgresql" else ()
    if current:
        fact = f"{migrations.subject} has revision {', '.join(current)}, and others share it"
        demand_consent(arguments, migrations.subject, fact, "change it now?")


def _print_lines(arguments: Namespace, lines: list[str]) -> int:
    if arguments.json:
        output.json(lines)
    else:
        for line in lines:
            output.line(line)
    return 0


def _print_revisions(arguments: Namespace, revisions: list[Revision]) -> int:
    if arguments.json:
        output.json([asdict(revision) for revision in revisions])
        return 0
    rows = [(r.revision, ", ".join(r.down_revisions), r.message) for r in revisions]
    output.table(["revision", "after", "what it does"], rows)
    return 0


_STEPS = {
    "current": (current, "show the revision", "current trip.myapp"),
    "heads": (heads, "list the newest revisions", "heads"),
    "branches": (branches, "list the revisions with more than one successor", "branches"),
    "history": (history, "list all revisions, oldest first", "history"),
    "plan": (plan, "show the steps of an upgrade; nothing is changed", "plan old.myapp"),
    "compare": (compare, "show the differences from the models", "compare trip.myapp"),
    "upgrade": (upgrade, "upgrade, after a backup", "upgrade old.myapp 0004"),
    "downgrade": (downgrade, "downgrade, after a backup", "downgrade trip.myapp 0005"),
    "stamp": (stamp, "write a revision without running it", "stamp sqlite:///my.db 0007"),
    "sql": (sql, "print the SQL of an upgrade", "sql --for postgresql --to 0003"),
    "grant": (
        schema_server.grant,
        "let roles of a server read or write a document; its owner alone upgrades it",
        "grant postgresql+psycopg://owner@db.example.org/trip --reader anna --writer logger",
    ),
    "distribute": (
        schema_server.distribute,
        "spread a document over the servers of a Citus cluster; again after an upgrade",
        "distribute postgresql+psycopg://owner@db.example.org/trip --yes",
    ),
}
"""The function of each command below `schema`, its line in the help, and an example."""
