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
"""Exit codes that can report a fault; never 1, a bug, and never a signal."""

AT_ONE_START = 50
"""How many documents one start of the program opens."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Scene:
    """An operation on a document: the folder it starts in, the contents allowed afterwards, its calls.

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
        """Whether the next start of the program does to an old document the same as this operation."""
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
        """Return the digest of the document's content , without changing it: old, new, or wrong."""
        return digest(self.document, self.scene.ignoring)

    def backups(self) -> dict[str, str]:
        """Return the digests of the backups beside the document, by name; each must be whole."""
        files = sorted(self.folder.glob(f"{NAME}.backup-*"))
        contents = {file.name: digest(file, self.scene.ignoring) for file in files}
        broken = {name: content for name, content in contents.items() if content not in self.scene.backups}
        assert not broken, f"{self.folder}: broken backups: {broken}"
        return contents

    def demand_old_or_new(self) -> str:
        """Return "old" or "new", the content of the document to the last row; backups must be whole."""
        scene = self.scene
        content = self.state()
        assert content in (scene.old, scene.new), f"{self.folder}: neither old nor new: {content}"
        kept = self.backups().values()
        if content == scene.old:
            return "old"
        needless = scene.old == ABSENT or scene.arguments[0] == "import"
        assert needless or scene.old in kept, f"{self.folder}: the new document has no backup of the old one"
        return "new"

    def demand_settled(self, content: str, several: bool = False) -> None:
        """Demand that the folder holds the document, whole backups and nothing else after the next start.

        `content` was "old" or "new" before that start.
        """
        scene = self.scene
        expected = scene.new if scene.makes_head or content == "new" else scene.old
        assert self.state() == expected, f"{self.folder}: the next start did not keep the {content} document"
        backups = self.backups()
        names = sorted(file.name for file in self.folder.iterdir())
        assert names == sorted([NAME, *backups]), f"{self.folder}: {names}"
        if scene.makes_head and not several:
            assert len(backups) == (scene.old != ABSENT), f"{self.folder}: {names}"


def settle(
    program: Program, cases: Sequence[tuple[Case, str]], seen: Path | None = None, several: bool = False
) -> None:
    """Open every document by the next start of the program and demand that nothing is missing or left over.

    Each case comes with its content before, "old" or "new". `seen` is the path of the folder for this
    process, where the program has another one. With `several`, there may be several backups.
    """
    visible = [(replace(case, folder=seen) if seen else case, content) for case, content in cases]
    for (case, _content), (visible_case, _same) in zip(cases, visible, strict=True):
        if not visible_case.document.exists():
            again = program.run(*case.arguments)
            assert again.returncode == 0, f"{case.folder}: {again.stderr}"
    for first in range(0, len(cases), AT_ONE_START):
        some = [case.document for case, _content in cases[first : first + AT_ONE_START]]
        done = program.run("upgrade", *some, timeout=1200)
        assert done.returncode == 0, done.stderr
    for case, content in visible:
        case.demand_settled(content, several)


def demand_report(case: Case, done: subprocess.CompletedProcess[str], fault: str) -> str:
    """Demand that a program reported a fault truthfully, in one line; return the content, "old" or "new"."""
    message = f"{case.folder}: {fault}: exit {done.returncode}: {done.stderr}"
    content = case.demand_old_or_new()
    assert "Traceback" not in done.stderr, message
    if done.returncode == 0:
        assert content == "new", message
        return content
    assert done.returncode in REFUSED, message
    remarks = [line for line in done.stderr.splitlines() if "was upgraded from" in line]
    assert (done.stderr.count("\n") - len(remarks), done.stdout) == (1, ""), message
    assert content == "old" or "unchanged" not in done.stderr, message
    assert content == "new" or not remarks, message
    return content


def digest(path: Path, ignoring: Sequence[str] = ()) -> str:
    """Return a digest of all rows of all tables, the schema and the header's numbers.

    It is taken of a copy, in which SQLite rolls back a journal that is beside the document.
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
    hasher = hashlib.sha256()
    for pragma in ("application_id", "user_version", "foreign_key_check"):
        hasher.update(repr(connection.execute(f"PRAGMA {pragma}").fetchall()).encode())
    objects = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    for type_, name, sql in objects:
        hasher.update(repr((type_, name, sql)).encode())
        # a virtual table's rows are those of its shadow tables
        if type_ == "table" and not str(sql).startswith("CREATE VIRTUAL"):
            for row in _rows(connection, name, ignoring):
                hasher.update(repr(row).encode())
    return hasher.hexdigest()


def _rows(connection: sqlite3.Connection, table: str, ignoring: Sequence[str]) -> sqlite3.Cursor:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info('{table}')")]
    kept = ", ".join(f'"{name}"' for name in columns if name not in ignoring)
    return connection.execute(f'SELECT {kept} FROM "{table}"')


def sample(points: Sequence[Item], number: int) -> list[Item]:
    """Return at most `number` of the points, evenly spread from the first to the last."""
    if len(points) <= number:
        return list(points)
    if number == 1:
        return [points[len(points) // 2]]
    return [points[index * (len(points) - 1) // (number - 1)] for index in range(number)]


TRIED: list[int] = []
"""How many faults the test that runs has tried, each time that it tried some: the report has their sum."""


def at_once(
    function: Callable[[Item], Result], items: Iterable[Item], *, faults: bool = True
) -> list[Result]:
    """Return the function's results for all items, as many at a time as there are processors.

    All are tried, also after one fails. With `faults` they are counted as such.
    """
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        tried = [pool.submit(function, each) for each in items]
        TRIED.append(len(tried) if faults else 0)
        errors = [error for error in (each.exception() for each in tried) if error]
    if errors:
        shown = "\n".join(str(error) or repr(error) for error in errors[:8])
        raise AssertionError(f"{len(errors)} of {len(tried)} failed:\n{shown}") from errors[0]
    return [each.result() for each in tried]


def halves(items: Sequence[Item]) -> list[Sequence[Item]]:
    """Return the items in as many parts as there are processors, none of them empty."""
    parts = os.cpu_count() or 2
    return [part for part in (items[index::parts] for index in range(parts)) if part]
