"""The command `schema`: looks at and changes the schema of a document or database."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

from sqlalchemy import URL, make_url

from myapp import product
from myapp.application import context, document_format
from myapp.cli import output
from myapp.cli.opening import allowed, server
from myapp.cli.options import add_json, add_lose, add_wait, add_yes
from myapp.document import plan as plans
from myapp.document.classify import classify
from myapp.document.meter import step_description
from myapp.document.trust import check_document
from myapp.document.upgrade import Change, migrate
from myapp.errors import UpgradeFailed, UsageError, shown
from myapp.progress import WAIT_SECONDS
from myapp.schema.connections import sqlite_url, subject
from myapp.schema.migrations import Migrations, OnStep, Revision
from myapp.schema.urls import is_url

EXAMPLE = "schema current trip.myapp"


def configure(parser: ArgumentParser) -> None:
    """Add the commands below this one, each with its arguments."""
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
    to_sql, to_grant = parsers["sql"], parsers["grant"]
    to_sql.add_argument("--for", dest="dialect", choices=["sqlite", "postgresql"], default="sqlite")
    to_sql.add_argument("--from", dest="start", metavar="REVISION")
    to_sql.add_argument("--to", dest="target", metavar="REVISION", default="head")
    to_sql.add_argument("--down", action="store_true", help="downgrade; needs --from")
    to_grant.add_argument("database", metavar="URL")
    to_grant.add_argument("--reader", action="append", default=[], metavar="ROLE", help="may look")
    to_grant.add_argument("--writer", action="append", default=[], metavar="ROLE", help="may look and change")
    to_grant.add_argument("--sql", action="store_true", help="print the statements only; nothing is run")


def run(arguments: Namespace) -> int:
    """Run the command below this one that was typed."""
    result: int = arguments.step(arguments)
    return result


def current(arguments: Namespace) -> int:
    """Print the revision."""
    return _print_words(arguments, list(_migrations(arguments).current()))


def heads(arguments: Namespace) -> int:
    """Print the newest revisions."""
    return _print_words(arguments, list(_directory().heads()))


def branches(arguments: Namespace) -> int:
    """Print the revisions that more than one follows."""
    return _print_revisions(arguments, _directory().branches())


def history(arguments: Namespace) -> int:
    """Print all revisions, oldest first."""
    return _print_revisions(arguments, _directory().history())


def plan(arguments: Namespace) -> int:
    """Print what an upgrade would do: of a document with estimates, of a database the steps alone."""
    if is_url(arguments.database):
        steps = _migrations(arguments).plan(arguments.target)
        return _print_revisions(arguments, [step.revision for step in steps])
    progress = output.Progress(arguments.database, shown(arguments.database), WAIT_SECONDS)
    planned = plans.plan(arguments.database, context(progress=progress), arguments.target)
    if arguments.json:
        output.json(asdict(planned))
    else:
        output.facts(_plan_facts(planned))
        _print_steps(planned)
    return 0


def _plan_facts(planned: plans.Plan) -> list[tuple[str, object]]:
    if not planned.steps:
        return [("document", shown(planned.path)), ("revision", f"{planned.revision}, nothing is to be done")]
    needed, free = (f"{size / 1e6:.1f} MB" for size in (planned.space_needed, planned.space_free))
    backup = "none: the document cannot be written, and a private copy is upgraded"
    return [
        ("document", f"{shown(planned.path)}, {planned.size / 1e6:.1f} MB"),
        ("revision", f"{planned.revision}, then {planned.target}"),
        ("backup", shown(planned.backup) if planned.writable else backup),
        ("space", f"about {needed} while it runs (an estimate, from the size), {free} are free"),
        (
            "time",
            f"{_duration(planned.seconds)} (an estimate, from the size and rates measured elsewhere)",
        ),
    ]


def _print_steps(planned: plans.Plan) -> None:
    if planned.steps:
        output.say()
        rows = [(s.revision, s.what, _undo(s.loses), _duration(s.seconds)) for s in planned.steps]
        output.table(["step", "what it does", "can be undone", "time"], rows)


def _undo(loses: tuple[str, ...]) -> str:
    return f"while there are no {' or '.join(loses)}" if loses else "yes"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than 1 s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def compare(arguments: Namespace) -> int:
    """Print how the database differs from the models."""
    differences = _migrations(arguments).compare()
    return _print_words(arguments, [" ".join(str(each).split()) for each in differences])


def upgrade(arguments: Namespace) -> int:
    """Upgrade to a revision."""
    return _change(arguments, lambda migrations: migrations.upgrade(arguments.target))


def downgrade(arguments: Namespace) -> int:
    """Downgrade to a revision."""
    return _change(arguments, lambda migrations: migrations.downgrade(arguments.target, arguments.lose))


def stamp(arguments: Namespace) -> int:
    """Write a revision without running it."""
    return _change(arguments, lambda migrations: migrations.stamp(arguments.target))


def sql(arguments: Namespace) -> int:
    """Print the SQL that leads from one revision to another."""
    migrations = _migrations(Namespace(database=_URLS[arguments.dialect]))
    migrations.sql(sys.stdout, arguments.target, arguments.start, down=arguments.down)
    return 0


_URLS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}


def _migrations(arguments: Namespace, progress: output.Progress | None = None) -> Migrations:
    format = document_format()
    name = arguments.database
    wait = getattr(arguments, "wait", 30.0)
    url = _database_url(name) if is_url(name) else _document_url(name, wait)
    return Migrations(
        format.migrations,
        url,
        metadata=product.METADATA,
        manifest=format.manifest,
        wait=wait,
        on_step=_saying(progress) if progress else None,
        on_wait=context(progress=progress).progress.waiting,
        application_name=product.NAME,
    )


def _database_url(name: str) -> URL:
    """Return the URL of a server, or of a SQLite file by SQLAlchemy's own words."""
    return make_url(name) if name.startswith("sqlite:") else server(name)


def _document_url(name: str, wait: float) -> URL:
    """Return a document's URL, having seen that nothing of its own would run."""
    path = classify(name, document_format()).path
    check_document(path, context(wait))
    return sqlite_url(path)


def _saying(progress: output.Progress) -> OnStep:
    return lambda steps, index: progress.step(step_description(steps, index))


def _directory() -> Migrations:
    return _migrations(Namespace(database="sqlite://"))


def _change(arguments: Namespace, change: Any) -> int:
    with _progress(arguments) as progress:
        if is_url(arguments.database):
            migrations = _migrations(arguments, progress)
            _demand_allowed(arguments, migrations)
            steps: Any = change(migrations)
        else:
            path = classify(arguments.database, document_format()).path
            done = migrate(path, Change(change), context(arguments.wait, progress))
            steps = done.steps if done else ()
            if done:
                output.remark(f"backup: {shown(done.backup)}")
    for step in steps:
        output.say(str(step))
    return 0


def _demand_allowed(arguments: Namespace, migrations: Migrations) -> None:
    """Raise UpgradeFailed where others may share the database and nobody has allowed the change."""
    current = migrations.current() if migrations.url.get_backend_name() == "postgresql" else ()
    if not current:
        return
    fact = f"{migrations.subject} has revision {', '.join(current)}, and others share it"
    if not allowed(arguments, fact):
        raise UpgradeFailed(migrations.subject, "the change", "others share it, so it needs --yes")


def grant(arguments: Namespace) -> int:
    """Give roles of a server what a reader or a writer needs, now and after later upgrades."""
    from myapp.document.server.roles import grants, run_grants

    if not is_url(arguments.database):
        raise UsageError(f"{shown(arguments.database)} is no URL: a file has permissions of its own")
    if not (arguments.reader or arguments.writer):
        raise UsageError("say which roles: --reader ROLE, --writer ROLE")
    url = server(arguments.database)
    run = grants if arguments.sql else run_grants
    for statement in run(url, context(), arguments.reader, arguments.writer):
        output.say(f"{statement};")
    return 0


def _progress(arguments: Namespace) -> output.Progress:
    name = arguments.database
    # a URL may hold a password, and a wrong one is told where it is used
    name = subject(_plain_url(name)) if is_url(name) else shown(name)
    return output.Progress(name, name, arguments.wait)


def _plain_url(name: str) -> URL:
    from myapp.schema.servers import server_url

    return make_url(name) if name.startswith("sqlite:") else server_url(name)


def _print_words(arguments: Namespace, words: list[str]) -> int:
    if arguments.json:
        output.json(words)
    else:
        for word in words:
            output.say(word)
    return 0


def _print_revisions(arguments: Namespace, revisions: list[Revision]) -> int:
    if arguments.json:
        output.json([asdict(revision) for revision in revisions])
        return 0
    rows = [(r.revision, ", ".join(r.down_revisions), r.message) for r in revisions]
    output.table(["revision", "after", "what it does"], rows)
    return 0


_STEPS = {
    "current": (current, "the revision it has", "current trip.myapp"),
    "heads": (heads, "the newest revisions", "heads"),
    "branches": (branches, "the revisions that more than one follows", "branches"),
    "history": (history, "all revisions, oldest first", "history"),
    "plan": (plan, "what an upgrade would do; nothing is done", "plan trip.myapp"),
    "compare": (compare, "how it differs from the models", "compare trip.myapp"),
    "upgrade": (upgrade, "upgrade, after a backup", "upgrade trip.myapp 0004"),
    "downgrade": (downgrade, "downgrade, after a backup", "downgrade trip.myapp 0005"),
    "stamp": (stamp, "write a revision without running it", "stamp sqlite:///my.db 0006"),
    "sql": (sql, "print the SQL of an upgrade", "sql --for postgresql --to 0003"),
    "grant": (
        grant,
        "let roles of a server read or write a notebook; its owner alone upgrades it",
        "grant postgresql+psycopg://owner@db.example.org/trip --reader anna --writer logger",
    ),
}
"""The function of each command below `schema`, its line in the help, and an example."""
