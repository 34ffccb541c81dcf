"""Recipe 3: `run_migrations(script_location, dsn)`; prints the parts of the process that it changed."""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from myapp import paths
from myapp.schema.connections import sqlite_url
from myapp.schema.recipes import run_migrations


def loggers() -> dict[str, tuple[list[str], int, bool, bool]]:
    """Return handlers, level, `disabled` and `propagate` of every logger."""
    known = {"root": logging.getLogger(), **logging.Logger.manager.loggerDict}
    return {
        name: ([repr(handler) for handler in each.handlers], each.level, each.disabled, each.propagate)
        for name, each in known.items()
        if isinstance(each, logging.Logger)
    }


def process() -> dict[str, Any]:
    """Return the state of the process that a library must not change."""
    return {
        "path": list(sys.path),
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "logging": loggers(),
    }


logging.basicConfig(level=logging.WARNING)
logging.getLogger("host").setLevel(logging.DEBUG)
logging.getLogger("host.quiet").disabled = True
logging.getLogger("alembic").addHandler(logging.StreamHandler())

location, dsn = sys.argv[1:]
before = process()
steps = run_migrations(
    paths.migrations_dir() if location == "shipped" else location, dsn if "://" in dsn else sqlite_url(dsn)
)
after = process()
new = {name: after["logging"].pop(name) for name in set(after["logging"]) - set(before["logging"])}
assert not any(handlers or disabled for handlers, _level, disabled, _propagate in new.values()), new
changed = [key for key in before if before[key] != after[key]]
print(json.dumps({"steps": [str(step) for step in steps], "changed": changed}))
