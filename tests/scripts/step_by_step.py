"""Recipe 4: prints the results of every method of Migrations on one database."""

import io
import json
import sys

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from myapp import paths
from myapp.errors import NotFound, UpgradeFailed
from myapp.schema.connections import create_migration_engine, exclusive
from myapp.schema.migrations import Migrations

METADATA = "myapp.notebook.models:metadata"


def outcome(action):
    """Return the name of the error that an action raises."""
    try:
        action()
    except (NotFound, UpgradeFailed) as error:
        return type(error).__name__
    return None


migrations = Migrations(paths.migrations_dir(), sys.argv[1], metadata=METADATA)
results = {
    "current at first": migrations.current(),
    "heads": migrations.heads(),
    "bases": migrations.bases(),
    "branches": migrations.branches(),
    "history": [r.revision for r in migrations.history()],
    "part of history": [r.revision for r in migrations.history("0002", "0004")],
    "message": migrations.revision("0002").message,
    "plan": [step.revision.revision for step in migrations.plan("0003")],
    "upgraded": [str(step) for step in migrations.upgrade("0003")],
    "current": migrations.current(),
    "compare finds differences": bool(migrations.compare()),
    "rest of plan": [step.revision.revision for step in migrations.plan()],
    "downgraded": [str(step) for step in migrations.downgrade("0001")],
}
migrations.upgrade()
results |= {
    "nothing left": migrations.upgrade(),
    "compare at head": migrations.compare(),
    "produce at head": migrations.produce().upgrade_ops.is_empty(),
    "losses": migrations.losses("0004"),
    "unknown revision": outcome(lambda: migrations.upgrade("0999")),
    "relative": [str(step) for step in migrations.downgrade("-1")],
    "stamped": [str(step) for step in migrations.stamp("0007")],
    "stamped back": [str(step) for step in migrations.stamp("0005")],
}
up, down = io.StringIO(), io.StringIO()
migrations.sql(up, "0003")
migrations.sql(down, "0001", "0003", down=True)
results |= {"sql up": "CREATE TABLE tags" in up.getvalue(), "sql down": "DROP TABLE tags" in down.getvalue()}

# Alembic's own objects, and a connection whose transaction stays the caller's
engine = create_migration_engine(migrations.url)
with exclusive(engine) as connection:
    nested = Migrations(paths.migrations_dir(), connection)
    nested.stamp("0004")
    results["inside the caller's transaction"] = nested.current()
results["after its commit"] = migrations.current()
results["objects"] = [
    isinstance(migrations.config, Config),
    isinstance(migrations.script, ScriptDirectory),
    migrations.run(lambda context: isinstance(context, MigrationContext)),
    migrations.run(lambda context: context.get_current_heads()),
]
print(json.dumps(results))
