"""Measures each revision's cost on a large document, for COSTS in myapp/product.py."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from _environment import ROOT, enter, say

INSTRUCTIONS = 10_000
RUNS = 6


def main() -> int:
    """Upgrade a large document of the oldest release, and print a line of COSTS for each revision."""
    arguments = _parser().parse_args()
    enter()
    from _large_document import large_document
    from myapp import paths, product
    from myapp.schema.migrations import Migrations

    with tempfile.TemporaryDirectory() as folder:
        document = large_document(Path(folder) / f"large{product.SUFFIX}", "0001", arguments.readings, RUNS)
        say(f"{document.stat().st_size / 1e6:.0f} MB at revision 0001")
        for step in Migrations(paths.migrations_dir(), document).plan():
            print(_measure(document, step.revision.revision), flush=True)
        print(_measure(document, None))
    return 0


def _measure(document: Path, revision: str | None) -> str:
    """Upgrade to a revision, or verify if it is None; return a line of COSTS."""
    from myapp.application import context
    from myapp.document.connect import connect
    from myapp.schema.connections import create_migration_engine, exclusive, sqlite_url
    from myapp.schema.migrations import Migrations

    size, ticks = document.stat().st_size / 1e6, 0

    def count() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    with closing(connect(os.fspath(document), "rw", context())) as raw:
        raw.set_progress_handler(count, INSTRUCTIONS)
        engine = create_migration_engine(sqlite_url(document), creator=lambda: raw)
        with exclusive(engine) as connection:
            started = time.monotonic()
            if revision:
                Migrations(ROOT / "migrations", connection).upgrade(revision)
                if revision == context().format.head:
                    context().format.settle(raw)
            else:
                connection.exec_driver_sql("PRAGMA integrity_check").all()
            seconds = time.monotonic() - started
    with closing(sqlite3.connect(document)) as plain:
        plain.execute("VACUUM")  # each is measured on a document without free pages
    after = document.stat().st_size / 1e6 / size
    cost = f"({seconds / size:.3f}, {ticks * INSTRUCTIONS / 1e6 / size:.2f}, {after:.2f})"
    return f'"{revision or "verify"}": {cost},  # {seconds:.1f} s on {size:.0f} MB'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=int, default=3_000_000, help="of the document (3000000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
