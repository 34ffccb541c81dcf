"""Writes the next revision from the differences between the models and the newest revision."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import ROOT, enter
from manifest import MIGRATIONS, manifest_file, ordered, write

if TYPE_CHECKING:
    from myapp.schema.manifest import Manifest

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
    """Write a revision and its place in the order; print the steps that remain to be done by hand."""
    arguments = _parser().parse_args()
    enter()
    from myapp import paths, product
    from myapp.schema.manifest import Manifest
    from myapp.schema.migrations import Migrations

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "head.db"
        migrations = Migrations(MIGRATIONS, database, metadata=product.METADATA)
        manifest = Manifest.read(manifest_file())
        if manifest.order:
            migrations.upgrade()
        rev_id = _next_id(manifest)
        made = migrations.new_revision(arguments.message, autogenerate=True, rev_id=rev_id)
    assert made is not None
    subprocess.run([sys.executable, "-sBm", "ruff", "format", "--quiet", made.path], cwd=ROOT, check=True)
    write(ordered())
    assert Path(made.path).is_relative_to(paths.migrations_dir())
    print(f"{made.path}\n{CHECKLIST}")
    _print_findings(Path(made.path))
    return 0


def _next_id(manifest: Manifest) -> str | None:
    """Return the next number where the revisions are numbered; None for an id of Alembic's."""
    numbers = [f"{number:04d}" for number in range(1, len(manifest.order) + 2)]
    return numbers[-1] if [*manifest.order] == numbers[:-1] else None


def _print_findings(revision: Path) -> None:
    """Print the rules that the new file breaks as it is."""
    from _guard_rails import findings
    from myapp.schema.manifest import Manifest

    lines = findings(MIGRATIONS, ROOT / "tests" / "documents", Manifest.read(manifest_file()))
    broken = [line for line in lines if line.startswith(revision.name)]
    if broken:
        print("The suite refuses it as it is:", *broken, sep="\n  ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", help="the change, in a few words")
    return parser


if __name__ == "__main__":
    sys.exit(main())
