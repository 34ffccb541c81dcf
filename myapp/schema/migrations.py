"""Migrations: everything that Alembic's commands do with one directory and one database, as values.

Alembic's pieces as they are used here, from the outside in:

    Config              options in memory (config.py); no file, no current directory
    ScriptDirectory     the revisions of the directory, as a graph (directory.py)
    EnvironmentContext  runs the directory's env.py around a function `fn(heads, context)`
    MigrationContext    one connection and its version table, made by env.py's `context.configure`
    Operations          `op`, which revisions call
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from typing import Any, TextIO, TypeVar, cast

from alembic import autogenerate, command
from alembic.config import Config
from alembic.operations.ops import MigrationScript
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import URL, Connection, MetaData

from myapp.errors import StrPath, UpgradeFailed, UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema import made_schema
from myapp.schema.config import ENVIRONMENT, load_metadata, make_config
from myapp.schema.conservation import losses
from myapp.schema.database import AnyDatabase, Database
from myapp.schema.directory import RevisionDirectory
from myapp.schema.failures import failing
from myapp.schema.manifest import Manifest
from myapp.schema.revisions import OnStep, Revision, Step
from myapp.schema.version_change import VersionChange
from myapp.schema.waiting import OnWait

__all__ = ["Migrations", "OnStep", "Revision", "Step"]

Result = TypeVar("Result")


class Migrations(RevisionDirectory):
    """One migrations directory and the database that it migrates.

    To create one:
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

    def __init__(
        self,
        script_location: StrPath,
        database: AnyDatabase,
        *,
        metadata: MetaData | str | None = None,
        manifest: Manifest | None = None,
        wait: float = WAIT_SECONDS,
        on_step: OnStep | None = None,
        on_wait: OnWait | None = None,
        application_name: str = "",
    ) -> None:
        """Take a directory and a database; nothing is opened yet.

        `database` is a URL, the path of a SQLite file, an Engine, or an open Connection. On a connection
        without a transaction the change is committed; within one it is the caller who commits. It is checked
        first (see transaction.py). `metadata` are the models to compare with: a MetaData, or its place as
        `module:attribute`. With a `manifest`, the directory must match it. `on_step` is called before each
        step; `on_wait` again and again while another program holds the database, which is waited for up to
        `wait` seconds, and may raise to give up. A PostgreSQL server lists its sessions by
        `application_name`.
        """
        super().__init__(script_location)
        if manifest is not None:
            manifest.check(script_location)
        self.metadata = metadata
        self._database = Database(database, wait, on_wait, application_name)
        self._on_step = on_step

    @property
    def url(self) -> URL:
        """The URL of the database."""
        return self._database.url

    @property
    def subject(self) -> str:
        """The database as an error names it: a path, or a URL without its password."""
        return self._database.subject

    # Alembic's own objects

    @cached_property
    def config(self) -> Config:
        """Alembic's Config for this directory and database."""
        return self._config()

    def run(self, fn: Callable[[MigrationContext], Result]) -> Result:
        """Return the result of `fn`, called with the MigrationContext that env.py configures; read only.

        What `fn` raises is raised as it is.
        """
        results: list[Result] = []
        errors: list[Exception] = []

        def collect(_heads: object, context: MigrationContext) -> list[Any]:
            try:
                results.append(fn(context))
            except Exception as error:
                errors.append(error)
            return []

        with (
            self._failing("reading"),
            self._database.reading() as connection,
            self._environment(connection, "reading"),
        ):
            config = self._config(connection)
            script = ScriptDirectory.from_config(config)
            with EnvironmentContext(config, script, fn=cast(Any, collect), dont_mutate=True):
                script.run_env()
        if errors:
            raise errors[0]
        if results:
            return results[0]
        raise UpgradeFailed(self.subject, "reading", "env.py ran nothing: it configured no context")

    # The database, read

    def current(self) -> tuple[str, ...]:
        """Return the revisions the database is stamped with, () for none."""
        if not self._database.exists:
            return ()
        return self.run(lambda context: tuple(context.get_current_heads()))

    def plan(self, target: str = "head", start: str | None = None) -> list[Step]:
        """Return the steps of `upgrade(target)`, in order: from the current revision, or from `start`."""
        return self.steps_up(self.current() if start is None else (start,), target)

    def losses(self, target: str) -> dict[str, dict[str, int]]:
        """Return the information that `downgrade(target)` would throw away: counts by name, by revision."""
        steps = self.steps_down(self.current(), target)
        scripts = [self.script.get_revision(step.revision.revision) for step in steps]
        with self._failing("counting what would be lost"), self._database.reading() as connection:
            lost = {script.revision: losses(connection, script.module) for script in scripts}
        return {revision: counts for revision, counts in lost.items() if counts}

    def differences(self, revision: str) -> list[str]:
        """Return a line for each object that the revisions up to `revision` make otherwise."""
        self.demand_known(revision)

        def make(connection: Connection) -> None:
            Migrations(self.script_location, connection).upgrade(revision)

        with self._failing("comparing the schema"), self._database.reading(writable=True) as connection:
            return made_schema.differences(connection, make)

    def compare(self) -> list[Any]:
        """Return Alembic's differences between the database and the models, [] where they are equal."""
        with self._failing("comparing"):
            return self.run(lambda context: list(autogenerate.compare_metadata(context, self._models())))

    def produce(self) -> MigrationScript:
        """Return the operations that would make the database equal to the models."""
        with self._failing("comparing"):
            return self.run(lambda context: autogenerate.produce_migrations(context, self._models()))

    # The database, changed

    def upgrade(self, target: str = "head") -> list[Step]:
        """Upgrade in one transaction and return the steps taken, [] where nothing was left to do."""
        return self._change("upgrade", target)

    def downgrade(self, target: str, lose: Collection[str] = ()) -> list[Step]:
        """Downgrade in one transaction; the revisions in `lose` may throw information away."""
        return self._change("downgrade", target, lose)

    def stamp(self, revision: str, purge: bool = False) -> list[Step]:
        """Write a revision into the version table, without running anything; return the step to it.

        Nobody looks whether the database has the schema of that revision.
        """
        return self._change("stamp", revision, purge=purge)

    # SQL and revision files

    def sql(
        self, stream: TextIO, target: str = "head", start: str | None = None, *, down: bool = False
    ) -> None:
        """Write the SQL that leads from `start` to `target`; no database is opened.

        Going down needs a start. Checks and rules that depend on the data are not in the text.
        """
        span, written = f"{start}:{target}" if start else target, io.StringIO()
        with self._failing("writing SQL"), ENVIRONMENT.entered(self.subject):
            run = command.downgrade if down else command.upgrade
            run(self._config(output=written), span, sql=True)
        stream.write(written.getvalue())  # its failures are the caller's

    def new_revision(
        self, message: str, *, autogenerate: bool = False, rev_id: str | None = None, **options: Any
    ) -> Revision:
        """Write a new revision file from the directory's template and return the revision.

        With `autogenerate` it holds the differences between the database and the models.
        """
        with (
            self._failing("writing a revision"),
            self._database.reading() as connection,
            self._environment(connection, "writing a revision"),
        ):
            config = self._config(connection)
            config.attributes["target_metadata"] = self.metadata if autogenerate else None
            script = command.revision(config, message, autogenerate=autogenerate, rev_id=rev_id, **options)
        return self._written(cast(Script, script))

    def merge(
        self, message: str, revisions: Sequence[str] = ("heads",), rev_id: str | None = None
    ) -> Revision:
        """Write a revision that joins several heads and return it."""
        with self._failing("merging"), ENVIRONMENT.entered(self.subject):
            script = command.merge(self._config(), tuple(revisions), message=message, rev_id=rev_id)
        return self._written(cast(Script, script))

    def _change(self, action: str, target: str, lose: Collection[str] = (), **options: Any) -> list[Step]:
        """Run a change in one transaction, announce each step and return the steps."""
        ENVIRONMENT.demand_free(self.subject)  # before a wait for what the other migration may hold
        self.demand_known(target)
        change = VersionChange(action, target, self._on_step, lose)
        step = f"{action} to {target}"
        x = [f"lose={','.join(lose)}"] if lose else []
        try:
            with (
                self._failing(step),
                self._database.exclusive(rebuilding=action != "stamp") as connection,
                self._environment(connection, step),
            ):
                change.run(self._config(connection, x), connection, **options)
                change.check(self.script)
        except UpgradeFailed as error:
            error.unchanged = error.unchanged and not change.may_be_kept
            raise
        return change.done

    def _failing(self, step: str, *, in_env: bool = False) -> AbstractContextManager[None]:
        return failing(self.subject, step, self.script_location, self._database.wait, in_env=in_env)

    @contextmanager
    def _environment(self, connection: Connection, step: str) -> Iterator[None]:
        """Let this thread run env.py; a stop token that listens to statements ends the wait for others."""

        look = partial(connection.exec_driver_sql, "SELECT 1")
        with ENVIRONMENT.entered(self.subject, look), self._failing(step, in_env=True):
            yield

    def _config(
        self,
        connection: Connection | None = None,
        x: Iterable[str] = (),
        output: TextIO | None = None,
    ) -> Config:
        attributes = {"connection": connection}
        return make_config(self.script_location, url=self.url, attributes=attributes, output=output, x=x)

    def _models(self) -> MetaData:
        metadata = load_metadata(self.metadata)
        if metadata is None:
            raise UsageError("there are no models to compare with: give Migrations its metadata")
        return metadata

    def _written(self, script: Script) -> Revision:
        """Return a revision that was just written; the directory is read again from now on."""
        self.__dict__.pop("script", None)
        return Revision.of(script)
