"""Eight threads migrate eight databases at once, although Alembic has one context for the process."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from myapp import paths
from myapp.schema.migrations import Migrations

folder = Path(sys.argv[1])


def migrate(number: int) -> list[str]:
    """Upgrade and downgrade a database and return its revision."""
    migrations = Migrations(paths.migrations_dir(), folder / f"{number}.db")
    migrations.upgrade()
    migrations.downgrade("0003")
    return list(migrations.current())


with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(migrate, range(8)))))
