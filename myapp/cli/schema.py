"""The commands about a schema: `schema …` on documents and databases, and the stock `alembic …`."""

import os
import sys
from argparse import Namespace
from dataclasses import asdict
from typing import Any

from myapp import paths, product
from myapp.application import document_format
from myapp.cli import output
from myapp.document.classify import classify
from myapp.document.upgrade import migrate
from myapp.errors import shown
from myapp.schema import stock
from myapp.schema.connections import as_url, sqlite_url
from myapp.schema.migrations import Migrations, Revision


def alembic(argv: list[str]) -> int:
    """Run the stock Alembic command line on this program's migrations."""
    kind = document_format()
    kind.manifest.check(kind.migrations)
    may_write = paths.target() == "source" and os.access(kind.migrations, os.W_OK)
    stock.main(
        argv,
        kind.migrations,
        prog=f"{product.NAME} alembic",
        metadata=product.METADATA,
        may_write=may_write,
        output=sys.stdout,
    )
    return 0


def alembic_help(_arguments: Namespace) -> int:
    """Stand in the parser for `alembic`, whose words main.py passes on untouched."""
    return alembic(["--help"])


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
    """Print what an upgrade would do."""
    steps = _migrations(arguments).plan(arguments.target)
    return _print_revisions(arguments, [step.revision for step in steps])


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


def _migrations(arguments: Namespace) -> Migrations:
    kind = document_format()
    name = arguments.database
    url = as_url(name) if "://" in name else sqlite_url(classify(name, kind).path)
    wait = getattr(arguments, "wait", 30.0)
    return Migrations(kind.migrations, url, metadata=product.METADATA, manifest=kind.manifest, wait=wait)


def _directory() -> Migrations:
    return _migrations(Namespace(database="sqlite://"))


def _change(arguments: Namespace, change: Any) -> int:
    with output.Progress(shown(arguments.database)) as progress:
        if "://" in arguments.database:
            steps: Any = change(_migrations(arguments))
        else:
            kind = document_format()
            path = classify(arguments.database, kind).path
            done = migrate(path, kind, change, progress.step, arguments.wait)
            steps = done.steps if done else ()
            if done:
                output.remark(f"backup: {shown(done.backup)}")
    for step in steps:
        output.say(str(step))
    return 0


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
