"""Enforces the declarations of a revision: what it keeps, drops and loses, whoever runs it.

The declarations are module variables of the revision, in SQL that runs on every database it supports:

    keeps = {"readings": ("SELECT count(*) FROM readings", "SELECT count(*) FROM readings")}
    drops = ["index ix_readings_time"]
    loses = {"attachments": "SELECT count(*) FROM attachments"}

`keeps` has pairs of queries, run before and after `upgrade()`, whose single rows must be equal.
`drops` lists the parts of the schema that are lost on purpose. Any other loss is refused (see lost.py), on
SQLite only: rebuilding a table there drops its triggers and collations silently.
`loses` has queries that count the information which `downgrade()` would throw away: it is refused while one
is above zero, unless the option `lose` names the revision.
Where revisions run on several databases, each has its own: `keeps_users`, as it has `upgrade_users`.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial, wraps
from types import ModuleType
from typing import Any

from alembic import op
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DataError, IntegrityError

from myapp.errors import Cancelled
from myapp.schema import fingerprint
from myapp.schema.failures import described
from myapp.schema.lost import losses_of_schema

RevisionFunction = Callable[..., None]
_Rows = dict[tuple[Connection, str], Row[Any]]
"""The rows of queries, each on a database."""

ENGINE_NAME = "engine_name"
"""The argument of `upgrade` that names one of several databases, as in Alembic's template `multidb`."""

_REFUSALS = (CommandError, DataError, IntegrityError)
"""How a revision refuses content by itself, and a database what breaks a rule or fits no column."""


class UnfitContent(CommandError):
    """A revision cannot keep what the database holds."""

    of_content = True


class LosesInformation(CommandError):
    """A downgrade would throw information away; `lost` are counts by name, by revision."""

    def __init__(self, revision: str, lost: Mapping[str, int]) -> None:
        counts = ", ".join(f"{count} {name}" for name, count in lost.items())
        remedy = f"alembic allows that with -x lose={revision}"
        super().__init__(f"revision {revision}: the downgrade would lose {counts}; {remedy}")
        self.lost = {revision: lost}


def guard(script: ScriptDirectory, lose: Collection[str] = ()) -> None:
    """Make every revision of a freshly loaded directory check its declarations when it runs.

    `upgrade()` and `downgrade()` then raise CommandError, in one line that begins with the revision.
    """
    cached: _Rows = {}
    for revision in script.walk_revisions():
        module = revision.module
        if not getattr(module, "guarded", False):
            functions = vars(module)
            if "upgrade" in functions:
                functions["upgrade"] = _guarded_upgrade(revision, functions["upgrade"], cached)
            if "downgrade" in functions:
                functions["downgrade"] = _guarded_downgrade(revision, functions["downgrade"], lose)
            functions["guarded"] = True


def losses(connection: Connection, module: ModuleType, engine_name: str = "") -> dict[str, int]:
    """Return the information that a downgrade would throw away now: counts above zero by name."""
    queries: Mapping[str, str] = _declared(module, "loses", engine_name) or {}
    counts = {name: int(_row(connection, query)[0]) for name, query in queries.items()}
    return {name: count for name, count in counts.items() if count}


def _declared(module: ModuleType, name: str, engine_name: str) -> Any:
    """Return a declaration of a revision: the database's own, if it has a name."""
    return getattr(module, f"{name}_{engine_name}" if engine_name else name, None)


def _guarded_upgrade(revision: Script, upgrade: RevisionFunction, cached: _Rows) -> RevisionFunction:
    """Return `upgrade` with its checks; `cached` holds the rows of queries after the previous revision."""

    @wraps(upgrade)  # Alembic's log has its name
    def guarded(**arguments: Any) -> None:
        engine_name = arguments.get(ENGINE_NAME, "")
        queries = _declared(revision.module, "keeps", engine_name) or {}
        before, schema = _measure(queries, 0, cached), _schema()
        cached.clear()
        _run(revision, partial(upgrade, **arguments))
        after = _measure(queries, 1, cached)
        for name, row in before.items():
            if row != after[name]:
                message = f"{name} are not kept: {_numbers(row)} before, {_numbers(after[name])} after"
                raise UnfitContent(f"revision {revision.revision}: {message}")
        drops = _declared(revision.module, "drops", engine_name) or []
        lost = losses_of_schema(schema, _schema(), drops)
        if lost:
            raise CommandError(f"revision {revision.revision}: the schema would lose {'; '.join(lost)}")

    return guarded


def _guarded_downgrade(
    revision: Script, downgrade: RevisionFunction, lose: Collection[str]
) -> RevisionFunction:
    """Return `downgrade` with its check."""

    @wraps(downgrade)
    def guarded(**arguments: Any) -> None:
        if not _offline() and revision.revision not in lose:
            lost = losses(op.get_bind(), revision.module, arguments.get(ENGINE_NAME, ""))
            if lost:
                raise LosesInformation(revision.revision, lost)
        _run(revision, partial(downgrade, **arguments))

    return guarded


def _run(revision: Script, step: RevisionFunction) -> None:
    try:
        step()
    except Cancelled:
        raise
    except Exception as error:
        failure = UnfitContent if isinstance(error, _REFUSALS) else CommandError
        raise failure(f"revision {revision.revision}: {described(error)}") from error


def _measure(keeps: Mapping[str, tuple[str, str]], side: int, cached: _Rows) -> dict[str, Row[Any]]:
    """Return the rows of a revision's queries by name; runs no query twice on the same content."""
    if _offline():
        return {}
    bind = op.get_bind()
    for pair in keeps.values():
        key = bind, pair[side]
        cached[key] = cached.get(key) or _row(bind, pair[side])
    return {name: cached[bind, pair[side]] for name, pair in keeps.items()}


def _schema() -> dict[str, str]:
    """Return SQLite's schema; other databases alter tables in place, which loses nothing."""
    if _offline() or op.get_context().dialect.name != "sqlite":
        return {}
    return fingerprint.of_database(op.get_bind())


def _row(connection: Connection, query: str) -> Row[Any]:
    return connection.execute(text(query)).one()


def _offline() -> bool:
    return op.get_context().as_sql


def _numbers(row: Row[Any]) -> str:
    return ", ".join(str(value) for value in row)
