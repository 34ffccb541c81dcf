"""Migrations: one migrations directory and one database, with all that Alembic's commands offer as values.

How Alembic's pieces meet here, from the outside in:

    Config              options in memory (config.py); no file, no current directory
    ScriptDirectory     the revisions of the directory, as a graph
    EnvironmentContext  runs the directory's env.py around a function `fn(heads, context)`
    MigrationContext    one connection and its version table, made by env.py's `context.configure`
    Operations          `op`, what a revision calls

`Migrations.config`, `.script` and `.run` give Alembic's own objects for what has no method here.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TextIO, TypeVar, cast

from alembic import autogenerate, command
from alembic.config import Config
from alembic.operations.ops import MigrationScript
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError, to_tuple
from sqlalchemy import URL, Connection, Engine, MetaData
from sqlalchemy.exc import SQLAlchemyError

from myapp.errors import NotFound, StrPath, UpgradeFailed, UsageError
from myapp.schema import connections, driver_errors
from myapp.schema.config import LOCK, load_metadata, make_config, require_revisions
from myapp.schema.conservation import LosesInformation, losses
from myapp.schema.manifest import Manifest

Database = StrPath | URL | Connection
Result = TypeVar("Result")


@dataclass(frozen=True)
class Revision:
    """A revision as values: `revision`, the ones before it, its message and where its file is.

    `loses` names what its downgrade would throw away where there is any of it (see conservation.py).
    """

    revision: str
    down_revisions: tuple[str, ...]
    message: str
    docstring: str
    branch_labels: tuple[str, ...]
    loses: tuple[str, ...]
    path: str
    is_head: bool
    is_branch_point: bool
    is_merge_point: bool


@dataclass(frozen=True)
class Step:
    """One revision applied, undone or stamped."""

    action: str
    revision: Revision

    def __str__(self) -> str:
        return f"{self.action} {self.revision.revision} ({self.revision.message})"


OnStep = Callable[[Sequence[Step], int], None]


class Migrations:
    """What can be asked of and done to one database by one migrations directory.

    `database` is a URL, the path of a SQLite file, or an open SQLAlchemy connection, whose transaction
    then belongs to the caller. `metadata` is what `compare` and `revision(autogenerate=True)` compare
    with; a MetaData or where it is, as `module:attribute`. With a `manifest`, the directory must match.
    `on_step` is called before each step with all steps and the index of this one; `on_wait` where another
    program holds the database. A PostgreSQL server lists its sessions by `application_name`.

    Errors: BrokenInstallation (directory missing, empty or altered), InUse, SystemRefused, Damaged,
    NotFound (unknown revision), UpgradeFailed (a revision failed or was refused; nothing has changed).
    """

    def __init__(
        self,
        script_location: StrPath,
        database: Database,
        *,
        metadata: MetaData | str | None = None,
        manifest: Manifest | None = None,
        wait: float = driver_errors.WAIT_SECONDS,
        on_step: OnStep | None = None,
        on_wait: Callable[[], None] | None = None,
        application_name: str = "",
    ) -> None:
        require_revisions(script_location)
        if manifest is not None:
            manifest.check(script_location)
        self.script_location = os.path.abspath(os.fspath(script_location))
        self.metadata = metadata
        self.wait = wait
        self._connection = database if isinstance(database, Connection) else None
        self.url = (
            self._connection.engine.url if self._connection else connections.as_url(cast(Any, database))
        )
        self._on_step = on_step
        self._on_wait = on_wait
        self._application_name = application_name

    # Alembic's own objects

    @cached_property
    def config(self) -> Config:
        """Alembic's Config for this directory and database."""
        return self._config()

    @cached_property
    def script(self) -> ScriptDirectory:
        """Alembic's ScriptDirectory for this directory."""
        return ScriptDirectory.from_config(self.config)

    @property
    def subject(self) -> str:
        """The database as an error names it: a path, or a URL without its password."""
        return connections.subject(self.url)

    def run(self, fn: Callable[[MigrationContext], Result], connection: Connection | None = None) -> Result:
        """Return what `fn` makes of the MigrationContext that env.py configures; nothing is written."""
        results: list[Result] = []

        def collect(_heads: object, context: MigrationContext) -> list[Any]:
            results.append(fn(context))
            return []

        with LOCK, self._reading(connection) as open_connection:
            config = self._config(open_connection)
            script = ScriptDirectory.from_config(config)
            with EnvironmentContext(config, script, fn=cast(Any, collect), dont_mutate=True):
                script.run_env()
        return results[0]

    # The directory

    def heads(self) -> tuple[str, ...]:
        """Return the revisions that no other follows."""
        return tuple(self.script.get_heads())

    def bases(self) -> tuple[str, ...]:
        """Return the revisions that follow no other."""
        return tuple(self.script.get_bases())

    def branches(self) -> list[Revision]:
        """Return the revisions that more than one follows."""
        return [revision for revision in self.history() if revision.is_branch_point]

    def history(self, start: str = "base", end: str = "heads") -> list[Revision]:
        """Return the revisions after `start` up to `end`, oldest first."""
        with self._named():
            found = list(self.script.walk_revisions(start, end))
        return [_revision(each) for each in reversed(found)]

    def revision(self, revision: str) -> Revision:
        """Return one revision by its number, a unique beginning of it, `head` or a branch label."""
        return _revision(self._script_of(revision))

    # The database, read only

    def current(self) -> tuple[str, ...]:
        """Return the revisions the database is stamped with, () for none; the database is not changed."""
        if self._connection is None and self._missing_file():
            return ()
        with self._reading(None) as connection:
            return _heads(connection)

    def plan(self, target: str = "head", start: str | None = None) -> list[Step]:
        """Return what `upgrade(target)` would do now, or to a database at the revision `start`, in order."""
        current = self.current() if start is None else (start,)
        with self._named():
            return self._steps(command.upgrade, current, target)

    def compare(self) -> list[Any]:
        """Return Alembic's differences between the database and the models, [] where they are equal."""
        return self.run(lambda context: list(autogenerate.compare_metadata(context, self._metadata())))

    def produce(self) -> MigrationScript:
        """Return the operations that would make the database equal to the models."""
        return self.run(lambda context: autogenerate.produce_migrations(context, self._metadata()))

    def losses(self, target: str) -> dict[str, dict[str, int]]:
        """Return what `downgrade(target)` would throw away: counts by name, by revision."""
        with self._named():
            revisions = list(self.script.iterate_revisions(cast(Any, self.current()), target))
        with self._reading(None) as connection:
            lost = {each.revision: losses(connection, each.module) for each in revisions}
        return {revision: counts for revision, counts in lost.items() if counts}

    # The database, changed

    def upgrade(self, target: str = "head") -> list[Step]:
        """Upgrade in one transaction and return the steps taken, [] where nothing was left to do."""
        return self._change(command.upgrade, target)

    def downgrade(self, target: str, lose: Collection[str] = ()) -> list[Step]:
        """Downgrade in one transaction; the revisions in `lose` may throw information away."""
        return self._change(command.downgrade, target, lose=lose)

    def stamp(self, revision: str, purge: bool = False) -> list[Step]:
        """Write that the database has a revision, without running anything."""
        return self._change(command.stamp, revision, purge=purge)

    # Text and files

    def sql(
        self, stream: TextIO, target: str = "head", start: str | None = None, *, down: bool = False
    ) -> None:
        """Write the SQL that leads from `start` to `target`; no database is opened.

        Going down needs a start. What depends on the data (checks, rules) is not in the text.
        """
        span = f"{start}:{target}" if start else target
        with LOCK, self._failing("writing SQL"):
            run = command.downgrade if down else command.upgrade
            run(self._config(output=stream), span, sql=True)

    def new_revision(
        self, message: str, *, autogenerate: bool = False, rev_id: str | None = None, **options: Any
    ) -> Revision:
        """Write a new revision file from the directory's template and return it.

        With `autogenerate` it holds what differs between the database and the models.
        """
        with LOCK, self._reading(None) as connection, self._failing("writing a revision"):
            config = self._config(connection)
            config.attributes["target_metadata"] = self.metadata if autogenerate else None
            made = command.revision(config, message, autogenerate=autogenerate, rev_id=rev_id, **options)
        self.__dict__.pop("script", None)
        return _revision(cast(Script, made))

    def merge(
        self, message: str, revisions: Sequence[str] = ("heads",), rev_id: str | None = None
    ) -> Revision:
        """Write a revision that joins several heads and return it."""
        with LOCK, self._failing("merging"):
            made = command.merge(self._config(), tuple(revisions), message=message, rev_id=rev_id)
        self.__dict__.pop("script", None)
        return _revision(cast(Script, made))

    # How it is done

    def _change(
        self, run: Callable[..., None], target: str, lose: Collection[str] = (), **options: Any
    ) -> list[Step]:
        steps: list[Step] = []
        planned: list[Step] = []
        x = [f"lose={','.join(lose)}"] if lose else []

        def announce() -> None:
            if self._on_step and len(steps) < len(planned):
                self._on_step(planned, len(steps))

        def applied(*, step: Any, **_rest: Any) -> None:
            steps.append(self._step(step))
            announce()

        self._script_of(target)
        with LOCK, self._exclusive() as connection, self._failing(f"{run.__name__} to {target}"):
            if self._on_step and run is not command.stamp:
                planned = self._steps(run, _heads(connection), target)
            announce()
            run(self._config(connection, applied, x), target, **options)
            if run is command.upgrade and target.isalnum():
                self._check_reached(connection, target)
        return steps

    def _check_reached(self, connection: Connection, target: str) -> None:
        """Refuse an upgrade to nothing: an env.py that runs no revision, or runs them elsewhere."""
        reached = _heads(connection)
        applied = self.script.get_all_current(reached)
        if not applied.issuperset(self.script.get_revisions(target)):
            raise CommandError(f"env.py left the database at {', '.join(reached) or 'no revision'}")

    def _steps(self, run: Callable[..., None], current: Any, target: Any) -> list[Step]:
        """Return what Alembic's upgrade or downgrade from `current` to `target` would do, in order."""
        if run is command.upgrade:
            found = list(self.script.iterate_revisions(target, current, implicit_base=True))[::-1]
        else:
            found = list(self.script.iterate_revisions(current, target, select_for_downgrade=True))
        return [Step(run.__name__, _revision(each)) for each in found]

    def _step(self, info: Any) -> Step:
        action = "stamp" if info.is_stamp else "upgrade" if info.is_upgrade else "downgrade"
        revision = (info.up_revision_ids or info.down_revision_ids)[0]
        return Step(action, self.revision(revision))

    def _config(
        self,
        connection: Connection | None = None,
        applied: Callable[..., None] | None = None,
        x: Iterable[str] = (),
        output: TextIO | None = None,
    ) -> Config:
        attributes = {
            "connection": connection,
            "on_version_apply": [applied] if applied else [],
        }
        return make_config(
            self.script_location,
            url=self.url,
            attributes=attributes,
            output=output,
            x=x,
        )

    @contextmanager
    def _exclusive(self) -> Iterator[Connection]:
        if self._connection is not None:
            yield self._connection
            return
        with connections.exclusive(self._engine, self.wait, self._on_wait) as connection:
            yield connection

    @contextmanager
    def _reading(self, connection: Connection | None) -> Iterator[Connection]:
        if connection is not None or self._connection is not None:
            yield cast(Connection, connection or self._connection)
            return
        with connections.reading(self._engine) as opened:
            yield opened

    @cached_property
    def _engine(self) -> Engine:
        return connections.create_migration_engine(
            self.url, wait=self.wait, application_name=self._application_name
        )

    @contextmanager
    def _failing(self, step: str) -> Iterator[None]:
        """Turn what a revision or Alembic raises into UpgradeFailed, or what the driver means by it."""
        try:
            yield
        except (CommandError, SQLAlchemyError) as error:
            known = driver_errors.explain(error, self.subject, self.wait)
            if known is None:
                lost = error.lost if isinstance(error, LosesInformation) else {}
                known = UpgradeFailed(self.subject, step, driver_errors.first_line(error), lost)
            raise known from error

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except CommandError as error:
            raise NotFound(f"that revision ({driver_errors.first_line(error)})") from error

    def _script_of(self, revision: str) -> Any:
        with self._named():
            found = self.script.get_revisions(revision)
        return found[0] if found else None

    def _metadata(self) -> MetaData:
        metadata = load_metadata(self.metadata)
        if metadata is None:
            raise UsageError("there are no models to compare with: give Migrations its metadata")
        return metadata

    def _missing_file(self) -> bool:
        path = self.url.database
        return self.url.get_backend_name() == "sqlite" and bool(path) and not os.path.exists(path or "")


def ordinal(revision: str) -> int:
    """Return the number that a revision such as `0004` stands for, 0 for none."""
    return int(revision) if revision else 0


def _heads(connection: Connection) -> tuple[str, ...]:
    return tuple(MigrationContext.configure(connection).get_current_heads())


def _revision(script: Script) -> Revision:
    docstring = script.longdoc or ""
    return Revision(
        script.revision,
        to_tuple(script.down_revision, default=()),
        script.doc or "",
        docstring,
        tuple(sorted(script.branch_labels)),
        tuple(getattr(script.module, "loses", ())),
        os.path.abspath(script.path),
        script.is_head,
        script.is_branch_point,
        script.is_merge_point,
    )
