"""Scenes: an operation on a document, the contents allowed after a fault, and the check by the next start."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tests.faults.strace import Point
from tests.program import Program

NAME = "my trip.myapp"
ABSENT = "no file"
DAMAGED = "damaged"
REFUSED = (3, 5, 6, 7, 8, 130)
"""Exit codes that can be the truth about a fault; never 1, a bug, and never a signal."""

AT_ONE_START = 50
"""How many documents one start of the program opens."""

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Scene:
    """An operation on a document: the folder it starts in, what may be found afterwards, its calls.

    In `arguments` the document is named by NAME. `ignoring` names columns that hold the time of day.
    """

    name: str
    folder: Path
    arguments: tuple[str, ...]
    ignoring: tuple[str, ...] = ()
    old: str = ABSENT
    new: str = ABSENT
    backups: frozenset[str] = frozenset()
    points: tuple[Point, ...] = ()

    @property
    def makes_head(self) -> bool:
        """Tell whether the next start brings the old document to where this operation does."""
        return self.arguments[0] in ("runs", "new")

    def prepare(self, folder: Path) -> Case:
        """Return a fresh case in a folder that is made here."""
        shutil.copytree(self.folder, folder)
        return Case(self, folder)


@dataclass(frozen=True)
class Case:
    """One start of a scene's operation, in a folder of its own."""

    scene: Scene
    folder: Path

    @property
    def document(self) -> Path:
        """The document."""
        return self.folder / NAME

    @property
    def arguments(self) -> list[str]:
        """The program's arguments."""
        return [os.fspath(self.document) if word == NAME else word for word in self.scene.arguments]

    def state(self) -> str:
        """Return the digest of what the document holds, without touching it: old, new, or wrong."""
        return digest(self.document, self.scene.ignoring)

    def backups(self) -> dict[str, str]:
        """Return the digests of the backups that lie beside the document by name; each must be whole."""
        files = sorted(self.folder.glob(f"{NAME}.backup-*"))
        found = {file.name: digest(file, self.scene.ignoring) for file in files}
        strange = {name: content for name, content in found.items() if content not in self.scene.backups}
        assert not strange, f"{self.folder}: no whole backups: {strange}"
        return found

    def demand_old_or_new(self) -> str:
        """Return "old" or "new", whichever the document holds to the last row; backups must be whole."""
        scene = self.scene
        found = self.state()
        assert found in (scene.old, scene.new), f"{self.folder}: neither old nor new: {found}"
        kept = self.backups().values()
        if found == scene.old:
            return "old"
        needless = scene.old == ABSENT or scene.arguments[0] == "import"
        assert needless or scene.old in kept, f"{self.folder}: the new document has no backup of the old one"
        return "new"

    def demand_settled(self, found: str, several: bool = False) -> None:
        """Demand what there must be after the next start: the document, whole backups, nothing else."""
        scene = self.scene
        wanted = scene.new if scene.makes_head or found == "new" else scene.old
        assert self.state() == wanted, f"{self.folder}: the next start did not keep the {found} document"
        backups = self.backups()
        names = sorted(file.name for file in self.folder.iterdir())
        assert names == sorted([NAME, *backups]), f"{self.folder}: {names}"
        if scene.makes_head and not several:
            assert len(backups) == (scene.old != ABSENT), f"{self.folder}: {names}"


def settle(
    program: Program, cases: Sequence[tuple[Case, str]], seen: Path | None = None, several: bool = False
) -> None:
    """Open every document by the next start of the program and demand that nothing is missing or left.

    Each case comes with what it was found to hold before, "old" or "new". `seen` is where a folder
    lies that has another name for the program than for us. With `several`, there may be several backups.
    """
    looked_at = [(replace(case, folder=seen) if seen else case, found) for case, found in cases]
    for (case, _found), (look, _same) in zip(cases, looked_at, strict=True):
        if not look.document.exists():
            again = program.run(*case.arguments)
            assert again.returncode == 0, f"{case.folder}: {again.stderr}"
    for first in range(0, len(cases), AT_ONE_START):
        some = [case.document for case, _found in cases[first : first + AT_ONE_START]]
        done = program.run("upgrade", *some, timeout=1200)
        assert done.returncode == 0, done.stderr
    for case, found in looked_at:
        case.demand_settled(found, several)


def demand_told(case: Case, done: subprocess.CompletedProcess[str], what: str) -> str:
    """Demand that a program that met a fault said one true line; return "old" or "new", what there is."""
    told = f"{case.folder}: {what}: exit {done.returncode}: {done.stderr}"
    found = case.demand_old_or_new()
    assert "Traceback" not in done.stderr, told
    if done.returncode == 0:
        assert found == "new", told
        return found
    assert done.returncode in REFUSED, told
    remarks = [line for line in done.stderr.splitlines() if "was upgraded from" in line]
    assert (done.stderr.count("\n") - len(remarks), done.stdout) == (1, ""), told
    assert found == "old" or "unchanged" not in done.stderr, told
    assert found == "new" or not remarks, told
    return found


def digest(path: Path, ignoring: Sequence[str] = ()) -> str:
    """Return a digest of all rows of all tables, the schema and the header's numbers, of a copy.

    SQLite itself rolls back, in the copy, what a journal beside the document asks for.
    """
    if not path.exists():
        return ABSENT
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for end in ("", "-journal"):
            if Path(f"{path}{end}").exists():
                shutil.copyfile(f"{path}{end}", f"{copy}{end}")
        try:
            with closing(sqlite3.connect(copy)) as connection:
                return _digest(connection, ignoring)
        except sqlite3.Error as error:
            return f"{DAMAGED}: {error}"


def _digest(connection: sqlite3.Connection, ignoring: Sequence[str]) -> str:
    problems = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
    if problems != ["ok"]:
        return f"{DAMAGED}: {problems}"
    found = hashlib.sha256()
    for pragma in ("application_id", "user_version", "foreign_key_check"):
        found.update(repr(connection.execute(f"PRAGMA {pragma}").fetchall()).encode())
    objects = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    for kind, name, sql in objects:
        found.update(repr((kind, name, sql)).encode())
        # a virtual table's rows are those of its shadow tables
        if kind == "table" and not str(sql).startswith("CREATE VIRTUAL"):
            for row in _rows(connection, name, ignoring):
                found.update(repr(row).encode())
    return found.hexdigest()


def _rows(connection: sqlite3.Connection, table: str, ignoring: Sequence[str]) -> sqlite3.Cursor:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
    kept = ", ".join(f'"{name}"' for name in columns if name not in ignoring)
    return connection.execute(f'SELECT {kept} FROM "{table}"')


def sample(points: Sequence[Given], number: int) -> list[Given]:
    """Return so many of the points, evenly spread from the first to the last."""
    if len(points) <= number:
        return list(points)
    if number == 1:
        return [points[len(points) // 2]]
    return [points[index * (len(points) - 1) // (number - 1)] for index in range(number)]


def at_once(function: Callable[[Given], Result], given: Iterable[Given]) -> list[Result]:
    """Return the results for all of the given, as many at a time as there are processors.

    All are tried, also after the first that fails.
    """
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        tried = [pool.submit(function, each) for each in given]
        errors = [error for error in (each.exception() for each in tried) if error]
    if errors:
        shown = "\n".join(str(error) or repr(error) for error in errors[:8])
        raise AssertionError(f"{len(errors)} of {len(tried)} failed:\n{shown}") from errors[0]
    return [each.result() for each in tried]


def halves(given: Sequence[Given]) -> list[Sequence[Given]]:
    """Return the given in as many parts as there are processors, none of them empty."""
    parts = os.cpu_count() or 2
    return [part for part in (given[index::parts] for index in range(parts)) if part]
