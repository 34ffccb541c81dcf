"""What a revision says it keeps and loses, enforced around its functions for whoever runs it.

A revision may declare, in SQL that runs on every database it supports:

    keeps = {"readings": ("SELECT count(*) FROM readings", "SELECT count(*) FROM readings")}
    drops = ["index ix_readings_time"]
    loses = {"attachments": "SELECT count(*) FROM attachments"}

`keeps` names pairs of queries, run before and after `upgrade()`, whose single rows must be equal.
`drops` names what the schema loses on purpose; on SQLite, where rebuilding a table drops triggers and
collations without a word, anything else that is lost is refused (see lost.py).
`loses` names counts of what `downgrade()` would throw away: it is refused while one is above zero,
unless the revision is named in the option `lose`.
"""

from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any

from alembic import op
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Row, text

from myapp.schema import fingerprint
from myapp.schema.driver_errors import first_line
from myapp.schema.lost import losses_of_schema

Step = Callable[[], None]


class LosesInformation(CommandError):
    """A downgrade would throw information away; `lost` are counts by name, by revision."""

    def __init__(self, revision: str, lost: Mapping[str, int]) -> None:
        what = ", ".join(f"{count} {name}" for name, count in lost.items())
        remedy = f"alembic allows that with -x lose={revision}"
        super().__init__(f"revision {revision}: the downgrade would lose {what}; {remedy}")
        self.lost = {revision: lost}


def guard(script: ScriptDirectory, lose: Collection[str] = ()) -> None:
    """Wrap the functions of every revision of a freshly loaded directory in its declarations.

    They then raise alembic.util.CommandError, in one line that begins with the revision.
    """
    known: dict[str, Row[Any]] = {}
    for revision in script.walk_revisions():
        module = revision.module
        if not getattr(module, "guarded", False):
            functions = vars(module)
            if "upgrade" in functions:
                functions["upgrade"] = _guarded_upgrade(revision, functions["upgrade"], known)
            if "downgrade" in functions:
                functions["downgrade"] = _guarded_downgrade(revision, functions["downgrade"], lose)
            functions["guarded"] = True


def losses(connection: Connection, module: ModuleType) -> dict[str, int]:
    """Return what a revision's downgrade would throw away now: counts above zero by name."""
    queries: Mapping[str, str] = getattr(module, "loses", {})
    counts = {name: int(_row(connection, query)[0]) for name, query in queries.items()}
    return {name: count for name, count in counts.items() if count}


def _guarded_upgrade(revision: Script, upgrade: Step, known: dict[str, Row[Any]]) -> Step:
    """Return the function in its declarations; `known` are the queries' rows after the revision before."""

    def guarded() -> None:
        before, schema = _measure(revision, 0, known), _schema()
        known.clear()
        _run(revision, upgrade)
        after = _measure(revision, 1, known)
        for name, row in before.items():
            if row != after[name]:
                message = f"{name} are not kept: {_numbers(row)} before, {_numbers(after[name])} after"
                raise CommandError(f"revision {revision.revision}: {message}")
        lost = losses_of_schema(schema, _schema(), getattr(revision.module, "drops", []))
        if lost:
            raise CommandError(f"revision {revision.revision}: the schema would lose {'; '.join(lost)}")

    return guarded


def _guarded_downgrade(revision: Script, downgrade: Step, lose: Collection[str]) -> Step:
    def guarded() -> None:
        if not _offline() and revision.revision not in lose:
            lost = losses(op.get_bind(), revision.module)
            if lost:
                raise LosesInformation(revision.revision, lost)
        _run(revision, downgrade)

    return guarded


def _run(revision: Script, step: Step) -> None:
    try:
        step()
    except Exception as error:
        raise CommandError(f"revision {revision.revision}: {first_line(error)}") from error


def _measure(revision: Script, side: int, known: dict[str, Row[Any]]) -> dict[str, Row[Any]]:
    """Return the rows of a revision's queries by name; each query is asked once of one content."""
    keeps: Mapping[str, tuple[str, str]] = getattr(revision.module, "keeps", {})
    queries = {} if _offline() else {name: pair[side] for name, pair in keeps.items()}
    for query in queries.values():
        known[query] = known.get(query) or _row(op.get_bind(), query)
    return {name: known[query] for name, query in queries.items()}


def _schema() -> dict[str, str]:
    """Return SQLite's schema; other databases change tables in place and lose nothing unasked."""
    if _offline() or op.get_context().dialect.name != "sqlite":
        return {}
    return fingerprint.of_database(op.get_bind())


def _row(connection: Connection, query: str) -> Row[Any]:
    return connection.execute(text(query)).one()


def _offline() -> bool:
    return op.get_context().as_sql


def _numbers(row: Row[Any]) -> str:
    return ", ".join(str(value) for value in row)
