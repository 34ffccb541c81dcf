"""One change of a database's version, as env.py runs it: plans its steps, announces them and records them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from myapp.schema.conservation import guard
from myapp.schema.directory import named_revision
from myapp.schema.failures import OwnConnection
from myapp.schema.revisions import OnStep, Revision, Step


@dataclass(frozen=True)
class _Run:
    """One call of env.py's `run_migrations`: its context, the revisions before it, and those it plans."""

    context: MigrationContext
    before: tuple[str, ...]
    planned: set[str]


class VersionChange:
    """An `upgrade`, `downgrade` or `stamp` to a target, of stamps also several; `done` are the steps taken.

    It works with any env.py that runs the revisions: one may name another version table, several databases,
    or callbacks of its own.
    """

    def __init__(
        self,
        action: str,
        targets: tuple[str, ...],
        on_step: OnStep | None = None,
        lose: Collection[str] = (),
    ) -> None:
        self.done: list[Step] = []
        self.committing = False
        """Whether several databases are being committed, one after the other."""
        self._action = action
        self._targets = targets
        self._lose = lose
        self._on_step = on_step if action != "stamp" else None
        self._planned: list[Step] = []
        self._connections: list[Connection] = []
        self._runs: list[_Run] = []

    def run(
        self,
        config: Config,
        connections: Mapping[str, Connection],
        demand: Callable[[MigrationContext, Mapping[str, Connection]], None],
        **options: Any,
    ) -> None:
        """Let env.py run the steps, on these connections if it is a good one.

        `demand` may refuse the context that env.py configured, before anything is done.
        """
        self._connections = list(connections.values())
        script = ScriptDirectory.from_config(config)

        def steps(heads: tuple[str, ...], context: MigrationContext) -> list[Any]:
            demand(context, connections)
            guard(script, self._lose)
            with named_revision():
                return self._begin(self._steps(script, heads), heads, context)

        options = {"destination_rev": self._targets[0], **options}
        with EnvironmentContext(config, script, fn=cast(Any, steps), **options):
            script.run_env()

    def check(self, script: ScriptDirectory) -> None:
        """Refuse an upgrade to nothing: an env.py that runs no revision, or runs them elsewhere."""
        if not self._runs:
            raise CommandError("env.py ran no revisions: it configured no context")
        for run in self._runs if self._action == "upgrade" else ():
            reached = heads(self._ours(run.context), run.context)
            below = script.iterate_revisions(reached, "base") if reached else ()
            applied = {each.revision for each in below}
            if not run.planned <= applied or not (run.planned or set(reached) == set(run.before)):
                fact = f"it left the database at {', '.join(reached) or 'no revision'}"
                raise (
                    CommandError(f"env.py: {fact}")
                    if self._is_ours(run.context)
                    else OwnConnection(script.dir, fact)
                )

    @property
    def may_be_kept(self) -> bool:
        """Whether what was done may outlive a failure: elsewhere, in MySQL, or between two commits."""
        return self.committing or any(self._outlives(run.context) for run in self._runs)

    def _outlives(self, context: MigrationContext) -> bool:
        elsewhere = bool(self.done) and not self._is_ours(context)
        return elsewhere or not (context.impl.transactional_ddl or context.dialect.name == "sqlite")

    def _ours(self, context: MigrationContext) -> Connection:
        """Return our connection to the database that env.py's context is for."""
        theirs = cast(Connection, context.connection)
        same = (each for each in self._connections if each.engine.url == theirs.engine.url)
        return theirs if self._is_ours(context) else next(same, self._connections[0])

    def _is_ours(self, context: MigrationContext) -> bool:
        return any(context.connection is each for each in self._connections)

    def _steps(self, script: ScriptDirectory, heads: Any) -> Sequence[Any]:
        if self._action == "upgrade":
            return script._upgrade_revs(self._targets[0], heads)
        if self._action == "downgrade":
            return script._downgrade_revs(self._targets[0], heads)
        return script._stamp_revs(self._targets, heads)

    def _begin(self, steps: Sequence[Any], heads: tuple[str, ...], context: MigrationContext) -> list[Any]:
        # Here, since an env.py need not pass on what the caller wants to hear.
        context.on_version_apply_callbacks = (*context.on_version_apply_callbacks, self._applied)
        planned = [_step(each.info) for each in steps]
        self._runs.append(_Run(context, heads, {step.revision.revision for step in planned}))
        self._planned += planned
        self._announce()
        return list(steps)

    def _applied(self, *, step: MigrationInfo, **_rest: Any) -> None:
        self.done.append(_step(step))
        self._announce()

    def _announce(self) -> None:
        if self._on_step and len(self.done) < len(self._planned):
            self._on_step(self._planned, len(self.done))


def heads(connection: Connection, context: MigrationContext) -> tuple[str, ...]:
    """Return the revisions in the version table that env.py's context names, read on another connection."""
    options = {
        "version_table": context.version_table,
        "version_table_schema": context.version_table_schema,
    }
    return tuple(MigrationContext.configure(connection, opts=options).get_current_heads())


def _step(info: MigrationInfo) -> Step:
    """Return a step; of a stamp, the revision that was written, not the one that was left."""
    if not info.is_stamp:
        action = "upgrade" if info.is_upgrade else "downgrade"
        return Step(action, _revision(info, info.up_revision_id))
    written = info.destination_revision_ids
    return Step("stamp", _revision(info, written[0] if written else None))


def _revision(info: MigrationInfo, name: str | None) -> Revision:
    script = info.revision_map.get_revision(name) if name else None
    return Revision.of(cast(Any, script)) if script else Revision.base()
