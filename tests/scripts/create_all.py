"""Recipe 5: `create_all` and stamp make the same schema as the migrations."""

import json
import sys
from pathlib import Path

from sqlalchemy import text

from myapp import paths
from myapp.notebook.models import metadata
from myapp.schema import fingerprint
from myapp.schema.connections import as_url, create_migration_engine, exclusive, reading
from myapp.schema.migrations import Migrations

OBJECTS = {
    "sqlite": fingerprint.SQLITE_OBJECTS,
    "postgresql": Path(__file__).with_name("postgresql_objects.sql").read_text(encoding="utf-8"),
}

fingerprints = []
for database, create in zip(sys.argv[1:], [True, False], strict=True):
    engine = create_migration_engine(as_url(database))
    migrations = Migrations(paths.migrations_dir(), database, metadata=metadata)
    if create:
        with exclusive(engine) as connection:
            metadata.create_all(connection)
        migrations.stamp("head")
    else:
        migrations.upgrade()
    with reading(engine) as connection:
        fingerprints.append(fingerprint.of_rows(connection.execute(text(OBJECTS[engine.dialect.name]))))
    assert migrations.current() == ("0007",)
    assert migrations.compare() == []
print(json.dumps({"objects": len(fingerprints[0]), "differences": fingerprint.differences(*fingerprints)}))
