"""Writes the next revision, numbered, from what differs between the models and the newest revision."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _environment import ROOT, enter

CHECKLIST = """
Before it is released:
  - say in its docstring what becomes of the data, and by which rule
  - fill in `keeps` (what must be equal before and after), `drops` (what the schema loses on purpose)
    and `loses` (what a downgrade throws away)
  - write literal names, and SQL for SQLite and PostgreSQL; import nothing of the program
  - recreate by hand what a rebuilt table loses: triggers, views, collations, DESC
  - test what it does to data in tests/unit/test_revisions.py
  - keep a document: build_scripts/new_fixture.py
  - name it in myapp/product.py (RELEASES) and run build_scripts/manifest.py"""


def main() -> int:
    """Write migrations/versions/NNNN_message.py and say what is left to do by hand."""
    arguments = _parser().parse_args()
    enter()
    from myapp import paths, product
    from myapp.schema.migrations import Migrations

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "head.db"
        migrations = Migrations(ROOT / "migrations", database, metadata=product.METADATA)
        migrations.upgrade()
        number = f"{int(migrations.heads()[0]) + 1:04d}"
        made = migrations.new_revision(arguments.message, autogenerate=True, rev_id=number)
    assert Path(made.path).is_relative_to(paths.migrations_dir())
    print(f"{made.path}\n{CHECKLIST}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", help="what the revision does, in a few words")
    return parser


if __name__ == "__main__":
    sys.exit(main())
