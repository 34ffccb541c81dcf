"""Writes new revisions and a merge into a copy of the shipped migrations directory."""

import json
import shutil
import sys
from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, Text

from myapp import paths
from myapp.notebook.models import metadata
from myapp.schema.migrations import Migrations

location, database = sys.argv[1:]
shutil.copytree(paths.migrations_dir(), location, ignore=shutil.ignore_patterns("__pycache__"))
models = MetaData(naming_convention=metadata.naming_convention)
for table in metadata.tables.values():
    table.to_metadata(models)
Table("places", models, Column("id", Integer, primary_key=True), Column("name", Text, nullable=False))

migrations = Migrations(location, database, metadata=models)
migrations.upgrade()
made = migrations.new_revision("places", autogenerate=True, rev_id="0008")
migrations.upgrade()
after = migrations.compare()
other = migrations.new_revision("another branch", rev_id="0009", head="0007", splice=True)
heads = migrations.heads()
branches = [revision.revision for revision in migrations.branches()]
merged = migrations.merge("together again", rev_id="0010")
print(
    json.dumps(
        {
            "file": Path(made.path).name,
            "creates": "create_table" in Path(made.path).read_text(encoding="utf-8"),
            "differences after": after,
            "heads": sorted(heads),
            "branches": branches,
            "merged": merged.down_revisions,
            "is_merge_point": merged.is_merge_point,
            "head": Migrations(location, database).heads(),
            "other": other.down_revisions,
        }
    )
)
