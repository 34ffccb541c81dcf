"""Migrations: everything that Alembic's commands do with one directory and its database, as values.

Alembic's pieces as they are used here, from the outside in:

    Config              options in memory (config.py); no file, no current directory
    ScriptDirectory     the revisions of the directory, as a graph (directory.py)
    EnvironmentContext  runs the directory's env.py around a function `fn(heads, context)` (runner.py)
    MigrationContext    one connection and its version table, made by env.py's `context.configure`
    Operations          `op`, which revisions call
"""

from __future__ import annotations

import copy
import io
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import Any, TextIO, cast

from alembic import autogenerate, command
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection

from myapp.errors import NotFound, UpgradeFailed, UsageError
from myapp.schema import made_schema
from myapp.schema.config import ENVIRONMENT, load_models, require_template
from myapp.schema.conservation import losses
from myapp.schema.database import Databases
from myapp.schema.directory import named_targets
from myapp.schema.revisions import OnStep, Revision, Step
from myapp.schema.runner import EnvironmentRunner, on_any_driver
from myapp.schema.version_change import VersionChange

__all__ = ["Migrations", "OnStep", "Revision", "Step"]

_HOOK = "process_revision_directives"
"""Alembic's option for a function that may change or clear the revision to be written."""


class Migrations(EnvironmentRunner):
    """One migrations directory and the database that it migrates, or several by name.

    To create one (EnvironmentRunner has every argument):
    - `Migrations(script_location, database)`

    To read the directory:
    - `heads`, `bases`, `branches`, `history`, `revision`

    To read the database:
    - `current`: the revisions it is stamped with
    - `plan`: the steps of an upgrade
    - `losses`: the information that a downgrade would throw away
    - `differences`: the differences from the schema of a revision
    - `compare`, `produce`: the differences from the models

    To change the database, each in one transaction:
    - `upgrade`, `downgrade`, `stamp`

    To write SQL and revision files:
    - `sql`, `new_revision`, `merge`

    To use Alembic's own objects for all that has no method here:
    - `config`, `script`, `run`

    Errors: BrokenInstallation (directory missing, empty or altered), InUse, SystemRefused, Damaged, NotFound
    (unknown revision), UsageError (a connection or revision that cannot be used), UpgradeFailed (a revision,
    env.py or Alembic failed; nothing has changed unless it says so), each with the exception as its cause.
    Threads may migrate at once; of two coroutines of one thread the second is refused (MigrationUnderWay).
    """

    # The directory, read with the database

    def history(self, start: str = "base", end: str = "heads") -> list[Revision]:
        """Return the revisions from `start` to `end`, both of them too, oldest first.

        `current` is the revision of the database: `history("-3", "current")`, `history("current", "+2")`.
        """
        current = self.current() if "current" in (start, end) else ()
        if not current and end == "current":
            return []
        if end == "current" and start.startswith("-") and len(current) == 1:
            start = self.before(current[0], int(start[1:]))  # Alembic would count from the head
        lower, upper = (current if name == "current" else name for name in (start, end))
        return self._between(lower or "base", upper)

    def revision(self, revision: str) -> Revision:
        """Return one revision; `current` is that of the database."""
        if revision != "current":
            return super().revision(revision)
        current = self.current()
        if len(current) != 1:
            raise NotFound(f"that revision (the database has {', '.join(current) or 'none'})")
        return super().revision(current[0])

    # The database, read

    def current(self) -> tuple[str, ...]:
        """Return the revisions the database is stamped with, () for none; of several, those of any."""
        return tuple(dict.fromkeys(revision for heads in self._heads() for revision in heads))

    def plan(self, target: str = "head", start: str | None = None) -> list[Step]:
        """Return the steps of `upgrade(target)`, in order: from the current revision, or from `start`.

        Of several databases, those that any of them needs.
        """
        named_targets(target)
        plans = [self.steps_up(heads, target) for heads in (self._heads() if start is None else [(start,)])]
        if len(plans) == 1:
            return plans[0]
        needed = {step.revision.revision for plan in plans for step in plan}
        return [Step("upgrade", each) for each in self.history() if each.revision in needed]

    def losses(self, target: str) -> dict[str, dict[str, int]]:
        """Return the information that `downgrade(target)` would throw away: counts by name, by revision."""
        steps = self.steps_down(self.current(), target)
        return self._losses([self.script.get_revision(step.revision.revision) for step in steps])

    @on_any_driver
    def _losses(self, scripts: list[Script]) -> dict[str, dict[str, int]]:
        lost: dict[str, dict[str, int]] = {}
        with self._failing("counting what would be lost"), self._databases.reading() as connections:
            for script, (name, connection) in product(scripts, connections.items()):
                counts = losses(connection, script.module, name)
                if counts:
                    lost.setdefault(script.revision, {}).update(counts)
        return lost

    def differences(self, revision: str) -> list[str]:
        """Return a line for each object that the revisions up to `revision` make otherwise."""
        self._databases.demand_one()
        self.demand_known(revision)
        return self._differences(revision, self.run(lambda context: context.version_table))

    @on_any_driver
    def _differences(self, revision: str, version_table: str) -> list[str]:
        def make(connection: Connection) -> None:
            self._on(connection).upgrade(revision)

        with self._failing("comparing the schema"), self._databases.reading(writable=True) as connections:
            (connection,) = connections.values()
            return made_schema.differences(connection, make, version_table)

    def compare(self) -> list[Any]:
        """Return Alembic's differences between the database and the models, [] where they are equal."""
        with self._failing("comparing"):
            found = self._each(
                lambda context: list(autogenerate.compare_metadata(context, self._models(context))),
                compares=True,
            )
        return [difference for differences in found for difference in differences]

    def produce(self) -> MigrationScript:
        """Return the operations that would make the database equal to the models."""
        with self._failing("comparing"):
            return self._each(
                lambda context: autogenerate.produce_migrations(context, self._models(context)),
                compares=True,
            )[0]

    # The database, changed

    def upgrade(self, target: str = "head") -> list[Step]:
        """Upgrade in one transaction and return the steps taken, [] where nothing was left to do.

        Several databases are upgraded in a transaction each, and committed at the end, one after the other.
        """
        return self._change("upgrade", target)

    def downgrade(self, target: str, lose: Collection[str] = ()) -> list[Step]:
        """Downgrade in one transaction; the revisions in `lose` may throw information away."""
        return self._change("downgrade", target, lose)

    def stamp(self, revision: str | Sequence[str], purge: bool = False) -> list[Step]:
        """Write revisions into the version table, without running anything; return the steps to them.

        Nobody looks whether the database has the schema of these revisions.
        """
        return self._change("stamp", revision, purge=purge)

    # SQL and revision files

    def sql(
        self, stream: TextIO, target: str = "head", start: str | None = None, *, down: bool = False
    ) -> None:
        """Write the SQL that leads from `start` to `target`; no database is opened.

        Going down needs a start. Checks and rules that depend on the data are not in the text.
        """
        self.demand_known(target)
        span, written = f"{start}:{target}" if start else target, io.StringIO()
        with self._failing("writing SQL"), ENVIRONMENT.entered(self.subject):
            run = command.downgrade if down else command.upgrade
            run(self._config(output=written), span, sql=True)
        stream.write(written.getvalue())  # its failures are the caller's

    def new_revision(
        self, message: str, *, autogenerate: bool = False, rev_id: str | None = None, **options: Any
    ) -> Revision | None:
        """Write a new revision file from the directory's template and return the revision.

        With `autogenerate` it holds the differences between the database and the models. `options` are those
        of Alembic's `command.revision`: `head`, `splice`, `branch_label`, `version_path`, `depends_on`,
        `process_revision_directives`. Return None where the last of these left nothing to write; of several
        revisions, the last.
        """
        require_template(self.script_location)
        script = self._write(message, autogenerate=autogenerate, rev_id=rev_id, **options)
        scripts = [each for each in (script if isinstance(script, list) else [script]) if each]
        return self._written(scripts[-1]) if scripts else None

    @on_any_driver
    def _write(self, message: str, *, autogenerate: bool, **options: Any) -> Any:
        # Alembic makes the version table first; that is rolled back.
        opened = self._databases.reading(writable=True)
        with self._entered("writing a revision", opened) as connections:
            config = self._config(connections, held=True, compares=autogenerate)
            if options.get(_HOOK) or _HOOK in self._configure:
                config.set_main_option("revision_environment", "true")  # else Alembic does not call it
            return command.revision(config, message, autogenerate=autogenerate, **options)

    def merge(
        self, message: str, revisions: Sequence[str] = ("heads",), rev_id: str | None = None
    ) -> Revision:
        """Write a revision that joins several heads and return it."""
        require_template(self.script_location)
        with self._failing("merging"), ENVIRONMENT.entered(self.subject):
            script = command.merge(self._config(), tuple(revisions), message=message, rev_id=rev_id)
        return self._written(cast(Script, script))

    @on_any_driver
    def _change(
        self, action: str, target: str | Sequence[str], lose: Collection[str] = (), **options: Any
    ) -> list[Step]:
        """Run a change in one transaction, announce each step and return the steps."""
        targets = named_targets(target)
        ENVIRONMENT.demand_free(self.subject)
        for name in targets:
            self.demand_known(name)
        change = VersionChange(action, targets, self._on_step, lose)
        x = [f"lose={','.join(lose)}"] if lose else []
        try:
            opened = self._databases.exclusive(rebuilding=action != "stamp")
            with self._entered(f"{action} to {', '.join(targets)}", opened) as connections:
                config = self._config(connections, x=x, held=True)
                change.run(config, connections, self._demand, **options)
                change.check(self.script)
                change.committing = len(connections) > 1
        except UpgradeFailed as error:
            error.unchanged = error.unchanged and not change.may_be_kept
            raise
        return change.done

    def _heads(self) -> list[tuple[str, ...]]:
        """Return the current revisions of each database, () for one that does not exist."""
        names = self._databases.by_name
        found = self._each(lambda context: context.get_current_heads()) if self._databases.exists else []
        return found + [()] * (len(names) - len(found))

    def _on(self, connection: Connection) -> Migrations:
        """Return the same directory with another database."""
        other = copy.copy(self)
        other._databases = Databases(connection, self._databases.wait, None, "")
        other._on_step = None
        return other

    def _models(self, context: MigrationContext) -> Any:
        """Return the caller's models, or those of env.py, where those of several databases are too."""
        models = load_models(self.metadata)
        if models is None or isinstance(models, Mapping):
            models = context.opts.get("target_metadata")
        if models is None:
            raise UsageError("there are no models to compare with: give Migrations or env.py its metadata")
        return models

    def _written(self, script: Script) -> Revision:
        """Return a revision that was just written; the directory is read again from now on."""
        self.__dict__.pop("script", None)
        return Revision.of(script)
