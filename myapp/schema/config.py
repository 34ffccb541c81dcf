"""Alembic's Config made in memory, and the lock around Alembic's context, which is a module global."""

import contextlib
import importlib
import io
import os
import threading
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any, TextIO, cast

from alembic.config import Config
from sqlalchemy import URL, MetaData

from myapp.errors import BrokenInstallation, StrPath
from myapp.schema import manifest as manifests

LOCK = threading.RLock()
"""Held around everything that enters Alembic's EnvironmentContext: two threads would crash each other."""


def make_config(
    script_location: StrPath,
    *,
    url: URL | None = None,
    x: Iterable[str] = (),
    attributes: Mapping[str, Any] | None = None,
    output: TextIO | None = None,
    cmd_opts: Namespace | None = None,
) -> Config:
    """Return a Config that reads no file and knows no current directory.

    `url` also stands in `sqlalchemy.url`, for an env.py that reads only that. `x` is what the stock
    command takes by `-x`. What Alembic would print goes to `output`, or nowhere.
    """
    config = Config(
        stdout=output or io.StringIO(),
        output_buffer=output,
        cmd_opts=cmd_opts or Namespace(x=list(x), quiet=True),
        attributes=dict(attributes or {}),
    )
    set_option(config, "script_location", os.path.abspath(os.fspath(script_location)))
    set_option(config, "path_separator", "os")
    if url is not None:
        config.attributes.setdefault("url", url)
        with contextlib.suppress(UnicodeEncodeError):  # a file's name that is not UTF-8 makes no text
            set_option(config, "sqlalchemy.url", url.render_as_string(hide_password=False))
    return config


def set_option(config: Config, name: str, value: str) -> None:
    """Set a main option to a value that may hold `%`, which configparser would interpolate."""
    config.set_main_option(name, value.replace("%", "%%"))


def load_metadata(metadata: MetaData | str | None) -> MetaData | None:
    """Return a MetaData, importing it where it is given as `module:attribute`."""
    if not isinstance(metadata, str):
        return metadata
    module, _, attribute = metadata.partition(":")
    return cast(MetaData, getattr(importlib.import_module(module), attribute))


def require_revisions(script_location: StrPath) -> None:
    """Raise BrokenInstallation where a migrations directory has nothing to upgrade to.

    Alembic succeeds with an empty or missing `versions/`, and leaves a database without tables.
    """
    names = manifests.files(script_location)
    if "env.py" not in names:
        raise BrokenInstallation(f"there are no migrations in {os.path.abspath(script_location)}")
    if not any(name.startswith("versions/") for name in names):
        raise BrokenInstallation(f"there are no revisions in {os.path.abspath(script_location)}")
