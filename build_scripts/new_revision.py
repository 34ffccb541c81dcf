"""Writes the next revision from the differences between the models and the newest revision."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _environment import ROOT, enter

CHECKLIST = """
Before it is released:
  - describe in its docstring how it changes the data, and by which rule
  - fill in `keeps` (queries with equal results before and after), `drops` (parts of the schema that go
    on purpose) and `loses` (data that a downgrade throws away)
  - write literal names, and SQL for SQLite and PostgreSQL; import nothing of the program
  - recreate by hand the parts that a rebuilt table loses: triggers, views, collations, DESC
  - test its effect on data in tests/unit/test_revisions.py
  - measure its cost: build_scripts/measure.py prints its line of COSTS in myapp/product.py
To release it: name it in myapp/product.py (RELEASES), run build_scripts/manifest.py, and keep a
document with build_scripts/new_fixture.py. From then on it never changes."""


def main() -> int:
    """Write migrations/versions/NNNN_message.py and print the steps that remain to be done by hand."""
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
    _print_findings(Path(made.path))
    return 0


def _print_findings(revision: Path) -> None:
    """Print the rules that the new file breaks as it is."""
    from _guard_rails import findings
    from myapp import paths
    from myapp.schema.manifest import Manifest

    released = Manifest.read(paths.shipped("manifest.sha256"))
    lines = findings(ROOT / "migrations", ROOT / "tests" / "documents", released)
    broken = [line for line in lines if line.startswith(revision.name)]
    if broken:
        print("The suite refuses it as it is:", *broken, sep="\n  ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", help="the change, in a few words")
    return parser


if __name__ == "__main__":
    sys.exit(main())
