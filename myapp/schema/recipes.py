"""One call for a program that wants its database at head and nothing else."""

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

    Works with any migrations directory whose env.py runs on the connection that is handed over in
    `config.attributes["connection"]`. Touches neither logging nor `sys.path`, environment or current
    directory, and never succeeds without having reached the target. Errors are those of Migrations.
    """
    return Migrations(script_location, as_url(dsn), manifest=manifest).upgrade(target)
