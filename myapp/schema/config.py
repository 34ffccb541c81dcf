"""Makes Alembic's Config in memory, and holds the lock around Alembic's context, a module global."""

import contextlib
import io
import os
import pkgutil
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from alembic.config import Config
from alembic.util.pyfiles import coerce_resource_to_filename, pyc_file_from_path
from sqlalchemy import URL, MetaData

from myapp.errors import BrokenInstallation, InUse, NotFound, StrPath, shown
from myapp.schema.waiting import PATIENCE_SECONDS

Settings = Mapping[str, str | bool | Sequence[StrPath] | Mapping[str, str]]
"""Options by name as `[alembic]` in alembic.ini has them; a mapping is another section of that file."""

Models = MetaData | str | Sequence[MetaData] | Mapping[str, MetaData | str | Sequence[MetaData]] | None
"""Models to compare with: MetaData, its place as `module:attribute`, or those of several databases."""


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
    settings: Settings | None = None,
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
    # Lists are split at line breaks: a path may hold a colon, and so does `package:directory`.
    fixed: Settings = {"script_location": located(script_location), "path_separator": "newline"}
    for name, value in {**(settings or {}), **fixed}.items():
        if isinstance(value, Mapping):
            for option, text in value.items():
                config.set_section_option(name, option, _escaped(text))
        else:
            config.set_main_option(name, _escaped(_as_text(name, value)))
    if url is not None:
        config.attributes.setdefault("url", url)
        with contextlib.suppress(UnicodeEncodeError):  # the name of a file need not be UTF-8
            config.set_main_option("sqlalchemy.url", _escaped(url.render_as_string(hide_password=False)))
    return config


def _as_text(name: str, value: str | bool | Sequence[StrPath]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    values = [value] if isinstance(value, str) else value
    return "\n".join(map(located if name == "version_locations" else str, values))


def _escaped(value: str) -> str:
    """Double each `%`, since configparser would interpolate it."""
    return value.replace("%", "%%")


def located(folder: StrPath) -> str:
    """Return the absolute path of a folder, which may be named within a package: `shelf:migrations`.

    Raise BrokenInstallation where there is no such package.
    """
    name = os.fspath(folder)
    if os.path.exists(name):  # a folder, though its name may have a colon
        return os.path.abspath(name)
    try:
        return os.path.abspath(coerce_resource_to_filename(name))
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise BrokenInstallation(f"there are no migrations in {shown(name)} ({error})") from error


def load_models(models: Any) -> Any:
    """Return models; their place `module:attribute` is imported."""
    return pkgutil.resolve_name(models) if isinstance(models, str) else models


def require_env(script_location: str) -> None:
    """Raise BrokenInstallation if a migrations directory has no env.py, as source or compiled."""
    env = Path(script_location, "env.py")
    if not (env.exists() or pyc_file_from_path(env)):
        raise BrokenInstallation(f"there are no migrations in {shown(script_location)}")


def require_template(script_location: str) -> None:
    """Raise NotFound if a migrations directory has no template for new revisions."""
    template = os.path.join(script_location, "script.py.mako")
    if not os.path.exists(template):
        raise NotFound(f"the template {shown(template)}", "copy the one that `alembic init` makes")
