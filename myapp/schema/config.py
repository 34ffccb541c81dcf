"""Makes Alembic's Config in memory, and holds the lock around Alembic's context, a module global."""

import contextlib
import io
import os
import pkgutil
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO, cast

from alembic.config import Config
from sqlalchemy import URL, MetaData

from myapp.errors import BrokenInstallation, InUse, StrPath, shown
from myapp.schema import manifest as manifests
from myapp.schema.waiting import PATIENCE_SECONDS


class MigrationUnderWay(InUse):
    """This thread is in the middle of another migration: of another coroutine, or of its own revision."""

    def __init__(self, path: StrPath) -> None:
        super().__init__(path, own=True)

    def __str__(self) -> str:
        fact = "this thread is in the middle of another migration, and Alembic runs one at a time"
        return f"{shown(self.path)}: {fact}: await that one first, or use a thread for each"


class _EnvironmentLock:
    """Lets one thread at a time run env.py: Alembic's EnvironmentContext is a global of its modules.

    Coroutines of one thread cannot wait for each other here; the second is refused.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner: int | None = None

    def demand_free(self, subject: str) -> None:
        """Raise MigrationUnderWay if this thread is running env.py already."""
        if self._owner == threading.get_ident():
            raise MigrationUnderWay(subject)

    @contextlib.contextmanager
    def entered(self, subject: str, look: Callable[[], object] | None = None) -> Iterator[None]:
        """Hold the lock; wait for other threads, and call `look` now and then, which may raise to give up.

        A lock of the database is waited for before, never within: it would keep the other threads waiting.
        """
        self.demand_free(subject)
        while not self._lock.acquire(timeout=PATIENCE_SECONDS):
            if look:
                look()
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = None
            self._lock.release()


ENVIRONMENT = _EnvironmentLock()


def make_config(
    script_location: StrPath,
    *,
    url: URL | None = None,
    x: Iterable[str] = (),
    attributes: Mapping[str, Any] | None = None,
    output: TextIO | None = None,
    cmd_opts: Namespace | None = None,
) -> Config:
    """Return a Config that reads no file and does not depend on the current directory.

    `url` is also the option `sqlalchemy.url`, for an env.py that reads only that. `x` are the arguments of
    the stock command's `-x`. Alembic prints to `output`, or nowhere.
    """
    config = Config(
        stdout=output or io.StringIO(),
        output_buffer=output,
        cmd_opts=cmd_opts or Namespace(x=list(x), quiet=True),
        attributes=dict(attributes or {}),
    )
    _set(config, "script_location", os.path.abspath(os.fspath(script_location)))
    _set(config, "path_separator", "os")
    if url is not None:
        config.attributes.setdefault("url", url)
        with contextlib.suppress(UnicodeEncodeError):  # the name of a file need not be UTF-8
            _set(config, "sqlalchemy.url", url.render_as_string(hide_password=False))
    return config


def _set(config: Config, name: str, value: str) -> None:
    """Set a main option; a `%` in the value is escaped, since configparser would interpolate it."""
    config.set_main_option(name, value.replace("%", "%%"))


def load_metadata(metadata: MetaData | str | None) -> MetaData | None:
    """Return a MetaData; a string `module:attribute` is imported."""
    return cast(MetaData, pkgutil.resolve_name(metadata)) if isinstance(metadata, str) else metadata


def require_revisions(script_location: StrPath) -> None:
    """Raise BrokenInstallation if a migrations directory has no env.py or no revision.

    Alembic's upgrade succeeds with an empty or missing `versions/`, and leaves a database without tables.
    """
    names = manifests.files(script_location)
    if "env.py" not in names:
        raise BrokenInstallation(f"there are no migrations in {os.path.abspath(script_location)}")
    if not any(name.startswith("versions/") for name in names):
        raise BrokenInstallation(f"there are no revisions in {os.path.abspath(script_location)}")
