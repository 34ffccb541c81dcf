"""Upgrades a database in one call, for a program that needs nothing else."""

from sqlalchemy import URL

from myapp.errors import StrPath
from myapp.schema.connections import as_url
from myapp.schema.manifest import Manifest
from myapp.schema.migrations import Migrations, Step


def run_migrations(
    script_location: StrPath,
    dsn: str | URL,
    target: str = "head",
    *,
    manifest: Manifest | None = None,
) -> list[Step]:
    """Upgrade the database at `dsn`, any SQLAlchemy URL, and return the steps taken.

    Works with any migrations directory whose env.py uses the connection in
    `config.attributes["connection"]`. Changes neither logging nor `sys.path`, the environment or the
    current directory, and never succeeds without reaching the target. Errors are those of Migrations.
    """
    return Migrations(script_location, as_url(dsn), manifest=manifest).upgrade(target)
