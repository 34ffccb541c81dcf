"""Runs the env.py of a migrations directory on its databases: one thread at a time, errors explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial, wraps
from typing import Any, TextIO, TypeVar, cast

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import URL, Connection

from myapp.errors import MyappError, StrPath, UpgradeFailed, UsageError
from myapp.progress import WAIT_SECONDS
from myapp.schema.config import ENVIRONMENT, Models, Settings, make_config
from myapp.schema.database import UNNAMED, AnyDatabase, Databases
from myapp.schema.directory import RevisionDirectory
from myapp.schema.driver_errors import is_read_only
from myapp.schema.event_loop import on_event_loop
from myapp.schema.failures import OwnConnection, failing
from myapp.schema.locations import impatient
from myapp.schema.manifest import Manifest
from myapp.schema.revisions import OnStep
from myapp.schema.waiting import OnWait

Method = TypeVar("Method", bound=Callable[..., Any])
Result = TypeVar("Result")

_KEPT_ELSEWHERE = {"dialect_opts", "template_args"}
"""Options of `context.configure` that are not among those of its MigrationContext."""


def on_any_driver(method: Method) -> Method:
    """Do a method's work in an event loop of its own where the URL's driver needs one."""

    @wraps(method)
    def call(self: EnvironmentRunner, *args: Any, **options: Any) -> Any:
        work = partial(method, self, *args, **options)
        return on_event_loop(self.subject, work) if self._databases.looping else work()

    return cast(Method, call)


class EnvironmentRunner(RevisionDirectory):
    """A migrations directory, and the databases that its env.py runs on.

    `script_location` is a path or `package:directory`. `database` is a URL, the path of a SQLite file, an
    Engine, or an open Connection; several are given by the names that revisions know them by. A URL may name
    a driver for event loops where none runs; in one, hand over a connection:
    `async with engine.connect() as c: await c.run_sync(lambda c: Migrations(folder, c).upgrade())`.
    On a connection without a transaction the change is committed; within one it is the caller who commits. It
    is checked first (see transaction.py), and has its settings again afterwards, but for an authorizer of the
    caller's: sqlite3 does not tell which it was.

    `metadata` are the models to compare with: MetaData, its place as `module:attribute`, or those of several
    databases by name; without it, those that env.py names. With a `manifest`, the directory must match it.
    `on_step` is called before each step; `on_wait` again and again while another program holds the database,
    which is waited for up to `wait` seconds, and may raise to give up. A PostgreSQL server lists its sessions
    by `application_name`.

    `x` are arguments of Alembic's `-x`, `attributes` those of its Config, `settings` the options that
    `[alembic]` in alembic.ini has, by name: `version_locations` (a list), `file_template`, … . `configure`
    are options of `context.configure`: `version_table`, `include_object`, …; they come before those of
    env.py, which must be a call of `run` in environment.py.
    """

    def __init__(
        self,
        script_location: StrPath,
        database: AnyDatabase | Mapping[str, AnyDatabase],
        *,
        metadata: Models = None,
        manifest: Manifest | None = None,
        wait: float = WAIT_SECONDS,
        on_step: OnStep | None = None,
        on_wait: OnWait | None = None,
        application_name: str = "",
        x: str | Iterable[str] = (),
        attributes: Mapping[str, Any] | None = None,
        configure: Mapping[str, Any] | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Take a directory and a database; nothing is opened yet."""
        super().__init__(script_location, settings)
        if manifest is not None:
            manifest.check(self.script_location)
        self.metadata = metadata
        self._databases = Databases(database, wait, on_wait, application_name)
        self._on_step = on_step
        self._x = (x,) if isinstance(x, str) else tuple(x)
        self._attributes = attributes or {}
        self._configure = configure or {}

    @property
    def url(self) -> URL:
        """The URL of the database, or of the first one."""
        return self._databases.first.url

    @property
    def subject(self) -> str:
        """The database as an error names it: a path, or a URL without its password."""
        return self._databases.subject

    @cached_property
    def config(self) -> Config:
        """Alembic's Config for this directory and database."""
        return self._config()

    def run(self, fn: Callable[[MigrationContext], Result], *, write: bool = False) -> Result:
        """Return the result of `fn`, called with the MigrationContext that env.py configures.

        `fn` reads only; with `write`, it has the transaction of an upgrade, for `Operations(context)`. What
        it raises is raised as it is. It is called for each database; the result is that of the first.
        """
        return self._each(fn, write=write)[0]

    @on_any_driver
    def _each(
        self, fn: Callable[[MigrationContext], Result], *, write: bool = False, compares: bool = False
    ) -> list[Result]:
        """Return the results of `fn` for each database."""
        results: list[Result] = []
        errors: list[Exception] = []

        def collect(_heads: object, context: MigrationContext) -> list[Any]:
            try:
                results.append(fn(context))
            except Exception as error:
                errors.append(error)
            return []

        opened = self._databases.exclusive() if write else self._databases.reading()
        try:
            with self._entered("writing" if write else "reading", opened) as connections:
                config = self._config(connections, held=write, compares=compares)
                self._run_env(config, connections, collect)
                if errors:
                    raise errors[0]
        except MyappError:
            if not errors:
                raise
        if errors:
            raise _meaning(errors[0])
        return results

    def _run_env(
        self,
        config: Config,
        connections: Mapping[str, Connection],
        fn: Callable[[Any, MigrationContext], list[Any]],
    ) -> None:
        """Let env.py call `fn`, which changes no version."""
        called = []

        def checked(heads: object, context: MigrationContext) -> list[Any]:
            called.append(context)
            self._demand(context, connections)
            return fn(heads, context)

        script = ScriptDirectory.from_config(config)
        with EnvironmentContext(config, script, fn=cast(Any, checked), dont_mutate=True):
            script.run_env()
        if not called:
            raise UpgradeFailed(self.subject, "reading", "env.py ran nothing: it configured no context")

    def _demand(self, context: MigrationContext, connections: Mapping[str, Connection]) -> None:
        """Refuse an env.py that passes over the caller's connection or options."""
        ours = any(context.connection is each for each in connections.values())
        if self._databases.handed_over and not ours:
            raise OwnConnection(self.script_location)
        for name in self._configure.keys() - _KEPT_ELSEWHERE:
            value, actual = self._configure[name], context.opts.get(name)
            if actual != value and not all(each in to_tuple(actual, default=()) for each in to_tuple(value)):
                fact = f"env.py does not pass on the option {name} of context.configure"
                raise UsageError(f"{fact}: let it call `run` of {__package__}.environment")

    @contextmanager
    def _entered(
        self, step: str, opened: AbstractContextManager[dict[str, Connection]]
    ) -> Iterator[dict[str, Connection]]:
        """Open the connections, and give them with the right to run env.py."""
        ENVIRONMENT.demand_free(self.subject)  # before a wait for what the other migration may hold
        with self._failing(step), opened as connections:
            # A stop token that listens to statements ends the wait for other threads.
            look = partial(next(iter(connections.values())).exec_driver_sql, "SELECT 1")
            subjects = [each.subject for each in self._databases.by_name.values()]
            with ENVIRONMENT.entered(self.subject, look), self._failing(step, in_env=subjects):
                yield connections

    def _failing(self, step: str, *, in_env: Iterable[str] = ()) -> AbstractContextManager[None]:
        return failing(self.subject, step, self.script_location, self._databases.wait, in_env=tuple(in_env))

    def _config(
        self,
        connections: Mapping[str, Connection] | None = None,
        *,
        x: Iterable[str] = (),
        output: TextIO | None = None,
        held: bool = False,
        compares: bool = False,
    ) -> Config:
        """Return the Config for env.py; `held` says that another connection would wait in vain for a lock."""
        urls = {
            name: impatient(each.url) if held else each.url for name, each in self._databases.by_name.items()
        }
        attributes = {
            **self._attributes,
            "configure": self._configure,
            "compares": compares,
            "target_metadata": self.metadata,
        }
        settings = dict(self.settings)
        if UNNAMED in urls:
            attributes |= {"url": self.url, "connection": (connections or {}).get(UNNAMED)}
        else:
            attributes["connections"] = connections
            settings |= {"databases": ", ".join(urls)}
            settings |= {name: {"sqlalchemy.url": url.render_as_string(False)} for name, url in urls.items()}
        return make_config(
            self.script_location,
            url=urls.get(UNNAMED),
            attributes=attributes,
            output=output,
            x=[*self._x, *x],
            settings=settings,
        )


def _meaning(error: Exception) -> Exception:
    """Return the error that a function's exception means: that of the caller's, or a refusal to write."""
    if not is_read_only(error):
        return error
    refusal = UsageError("this function only reads the database: let it write by run(…, write=True)")
    refusal.__cause__ = error
    return refusal
