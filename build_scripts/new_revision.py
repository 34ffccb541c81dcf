"""Writes the next revision from the differences between the models and the newest revision."""

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
  - measure what it costs: build_scripts/measure.py prints its line of COSTS in myapp/product.py
To release it: name it in myapp/product.py (RELEASES), run build_scripts/manifest.py, and keep a
document with build_scripts/new_fixture.py. From then on it never changes."""


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
    _print_findings(Path(made.path))
    return 0


def _print_findings(revision: Path) -> None:
    """Say what the suite will refuse about the new file as it is."""
    from _guard_rails import findings
    from myapp import paths
    from myapp.schema.manifest import Manifest

    released = Manifest.read(paths.shipped("manifest.sha256"))
    found = findings(ROOT / "migrations", ROOT / "tests" / "documents", released)
    lines = [line for line in found if line.startswith(revision.name)]
    if lines:
        print("The suite refuses it as it is:", *lines, sep="\n  ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", help="what the revision does, in a few words")
    return parser


if __name__ == "__main__":
    sys.exit(main())
