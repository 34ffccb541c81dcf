"""Benchmark rows about upgrades: a large document, many documents, a document at head, a new document."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from _environment import ROOT, clean
from _large_document import DOCUMENTS, large_document
from _many_revisions import application
from _measuring import Bench, Result, Rows, Side, interleaved, memory_mb, milliseconds
from myapp.document.context import Context

READINGS = 5_000_000
"""Of the large documents, which have six runs, as the kept ones do."""
RUNS = 6


def rebuild(bench: Bench) -> Iterator[Result]:
    """Upgrade a large document whose readings are rebuilt, once and three times, against the same SQL."""
    for revision, times in (("0001", "three times"), ("0003", "once")):
        folder = bench.new_folder(f"rebuild-{revision}")
        kept = large_document(folder / "kept.myapp", revision, bench.size(READINGS), RUNS)
        yield from _rebuild(bench, folder, kept, f"upgrade of {_readings(kept)}, rebuilt {times}")


def _rebuild(bench: Bench, folder: Path, kept: Path, name: str) -> Iterator[Result]:
    from myapp.application import context
    from myapp.document.upgrade import upgrade

    document, by_hand, packed = (folder / f"{name}.myapp" for name in ("ours", "by-hand", "packed"))
    statements, peak = _statements(kept), _Peak(folder)

    def ours() -> None:
        with peak:
            upgrade(os.fspath(document), context())

    sides = [
        Side("ours", ours, lambda: _copied(kept, document)),
        Side("by hand", lambda: _by_hand(by_hand, statements), lambda: _copied(kept, by_hand)),
        Side("packed", lambda: _by_hand(packed, statements, "VACUUM"), lambda: _copied(kept, packed)),
    ]
    mine, plain, vacuumed = interleaved(sides, 1)  # a round takes minutes, and one more is not measured
    fresh = _fresh(document, folder / "fresh.myapp")
    sizes = (
        f"{_mb(kept):.0f} MB before, {_mb(document):.0f} after, {min(peak.megabytes):.0f} more at the peak"
    )
    figures = f"{mine:.1f} s : {plain:.1f} s; {sizes}"
    yield Result(name, "by hand: the revisions' own statements, backup API", mine / plain, 1.15, figures)
    figures = f"{mine:.1f} s : {vacuumed:.1f} s"
    mark = 1.6 if name.endswith("once") else 1.15
    yield Result(name, "the same and VACUUM, as ours does", mine / vacuumed, mark, figures)
    yield Result("its file afterwards", "a fresh one", _mb(document) / fresh, 1.1, f"{fresh:.0f} MB fresh")
    _copied(kept, document)
    memory = memory_mb(sys.executable, "-c", _UPGRADE, document)
    yield Result("its memory", "100 MB", memory / 100, 1, f"{memory:.0f} MB")


_UPGRADE = f"""
import sys
sys.path.insert(0, {os.fspath(ROOT)!r})
from myapp.application import context
from myapp.document.upgrade import upgrade
upgrade(sys.argv[1], context())
"""


def jobs(bench: Bench) -> Iterator[Result]:
    """Upgrade many small documents, two at a time and one after the other."""
    folder, number = bench.new_folder("jobs"), max(bench.size(200), 20)
    names = [folder / f"{n}.myapp" for n in range(number)]

    def prepare() -> None:
        for path in folder.iterdir():
            path.unlink()
        for name in names:
            shutil.copyfile(DOCUMENTS / "0001.myapp", name)

    program = bench.bundle / "myapp"

    def upgrade(number: int) -> None:
        line = [os.fspath(program), "upgrade", *map(os.fspath, names), "--jobs", str(number)]
        subprocess.run(line, env=clean(), check=True, capture_output=True)

    sides = [Side(f"--jobs {n}", partial(upgrade, n), prepare) for n in (1, 2)]
    one, two = interleaved(sides, bench.rounds(5))
    name = f"upgrade of {number} documents with `--jobs 2`, frozen"
    yield Result(name, "`--jobs 1`", one / two, 1.7, f"{two:.1f} s : {one:.1f} s", at_least=True)


def new(bench: Bench) -> Iterator[Result]:
    """Make a new document, a durable copy of the blank one, against all revisions run by Alembic."""
    from myapp.application import context
    from myapp.document.create import create
    from myapp.schema.migrations import Migrations

    folder, here = bench.new_folder("new"), context()
    ours, peers = folder / "ours.myapp", folder / "peers.myapp"
    create(folder / "first.myapp", here)  # a checkout makes its blank document now
    sides = [
        Side("create", lambda: create(ours, here), lambda: ours.unlink(missing_ok=True)),
        Side(
            "alembic",
            lambda: Migrations(here.format.migrations, peers).upgrade(),
            lambda: peers.unlink(missing_ok=True),
        ),
    ]
    mine, alembics = interleaved(sides, bench.rounds(50))
    figures = milliseconds(mine, alembics)
    yield Result("new document, durable, in-process", "Alembic base→head", mine / alembics, 1 / 40, figures)


def head(bench: Bench) -> Iterator[Result]:
    """Open a document at head, classified and checked, with ever more revisions in the directory."""
    from myapp.document.create import create

    numbers = (10, 100, 1000)
    sides = []
    for number in numbers:
        here = Context(application(bench.new_folder("head") / "migrations", number))
        document = create(bench.folder / f"{number}.grown", here)
        sides.append(Side(f"{number}", partial(_opened, document, here)))
    seconds = interleaved(sides, bench.rounds(200))
    figures = f"{milliseconds(*seconds)} with {', '.join(map(str, numbers))} revisions"
    ratio = max(seconds) / min(seconds)
    yield Result("open at head, in-process, the slowest", "the fastest", ratio, 1.3, figures)


def _opened(document: str, context: Context) -> None:
    from myapp.document.open import open_document

    with open_document(document, context) as opened, opened.driver_reading() as connection:
        connection.execute("SELECT written_by FROM document").fetchone()


def _readings(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        (number,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    return f"{number / 1e6:.1f} million readings"


def _statements(kept: Path) -> list[str]:
    """Return the SQL that the revisions' functions send if no two readings have the same key."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    from myapp import paths
    from myapp.schema.migrations import Migrations

    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    migrations = Migrations(paths.migrations_dir(), kept)
    (revision,), plan = migrations.current(), migrations.plan()
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    sent: list[str] = []
    with engine.connect() as connection:
        Migrations(paths.migrations_dir(), connection).upgrade(revision)
        raw.set_trace_callback(sent.append)
        with Operations.context(MigrationContext.configure(connection)):
            for step in plan:
                migrations.script.get_revision(step.revision.revision).module.upgrade()
        raw.set_trace_callback(None)
    return [text for text in sent if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "--"))]


def _by_hand(path: Path, statements: Sequence[str], last: str = "SELECT 1") -> None:
    """Upgrade by these statements and make the overview, after a backup, without any check."""
    from myapp.application import context

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with closing(sqlite3.connect(f"{path}.backup")) as backup:
            connection.backup(backup)
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("BEGIN EXCLUSIVE")
        for statement in statements:
            connection.execute(statement).fetchone()
        context().format.settle(connection)
        connection.execute("COMMIT")
        connection.execute(last)


def _copied(kept: Path, path: Path) -> None:
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copyfile(kept, path)
    os.sync()


def _fresh(path: Path, fresh: Path) -> float:
    """Return the MB of a new file with the content of a document."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (os.fspath(fresh),))
    return _mb(fresh)


def _mb(path: Path) -> float:
    return path.stat().st_size / 1e6


class _Peak:
    """Measures the peak of additional disk use, each time that it is entered."""

    def __init__(self, folder: Path) -> None:
        self.megabytes: list[float] = []
        self._folder = folder

    def __enter__(self) -> None:
        self.megabytes.append(0.0)
        self._ended = threading.Event()
        self._free = shutil.disk_usage(self._folder).free
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            used = (self._free - shutil.disk_usage(self._folder).free) / 1e6
            self.megabytes[-1] = max(self.megabytes[-1], used)


ROWS: dict[str, Rows] = {"rebuild": rebuild, "jobs": jobs, "new": new, "head": head}
