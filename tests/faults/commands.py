"""Scenes of the commands that write beside the upgrade, the restore and the import: folders, old and new.

A folder's state is the content of each of its files. After a fault each file must be as it was or as it
should become, and where the document has become new, so has all that the command writes before it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.faults.making import edit
from tests.faults.scenes import NAME, REFUSED, digest
from tests.faults.strace import CHANGING, Point, points
from tests.program import Program

TIMES = ("imported_at", "added_at")
"""Columns that hold the time of day."""

COPY = "copy.myapp"
LEFT_OUT = ("--report", "./left-out.csv")
SKIP = ("--on-error", "skip-all", "--report", "./report.csv")
BESIDE = ("-journal", "-wal", "-shm", ".tmp")
"""Endings of the files that a killed program may leave until the next start."""

State = dict[str, str]


@dataclass(frozen=True)
class CommandScene:
    """A command, the folder it starts in, its states before and after, and its calls on that folder.

    `outputs` names files that the command makes and never replaces; `later` one that it makes after the
    document is new, so that a kill may leave it out; `again` are further arguments for a second start;
    `last` is the command that opens the document where nothing is left to do.
    """

    name: str
    arguments: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    later: str = ""
    again: tuple[str, ...] = ()
    last: tuple[str, ...] = ("upgrade",)
    folder: Path = Path()
    old: State | None = None
    new: State | None = None
    points: tuple[Point, ...] = ()

    def words(self, folder: Path) -> list[str]:
        """Return the arguments, with the files of a folder by their paths."""
        return [os.fspath(folder / word[2:]) if word.startswith("./") else word for word in self.arguments]

    def prepare(self, folder: Path) -> Path:
        """Return a fresh copy of the folder, which is made here."""
        return Path(shutil.copytree(self.folder, folder))

    def demand_allowed(self, folder: Path) -> str:
        """Return "old", "new" or "between", the state of a folder after a fault."""
        old, new, now = self.old or {}, self.new or {}, state(folder)
        if now in (old, new):
            return "old" if now == old else "new"
        for name in {*old, *new, *now}:
            allowed = (old.get(name), new.get(name))
            assert now.get(name) in allowed, f"{folder}: {name} is neither old nor new: {now.get(name)}"
        missing = [name for name in new if now.get(name) != new[name] and name != self.later]
        is_new = old.get(NAME) != new.get(NAME) and now.get(NAME) == new.get(NAME)
        assert not (is_new and missing), f"{folder}: the document is new, and not {missing}"
        return "new" if is_new else "between"

    def settle(self, program: Program, folder: Path) -> None:
        """Start the program again: it must make the folder new, and remove all that a killed one left."""
        reached = self.demand_allowed(folder)
        for name in self.outputs:
            (folder / name).unlink(missing_ok=True)
        if self.outputs or reached != "new":
            arguments = [*self.words(folder), *(self.again if reached == "between" else ())]
        else:
            arguments = [*self.last, os.fspath(folder / NAME)]
        done = program.run(*arguments)
        assert done.returncode == 0, f"{folder}: {arguments}: {done.stderr}"
        changed = {name for name, _content in set(state(folder).items()) ^ set((self.new or {}).items())}
        different = changed - {self.later}
        assert not different, (
            f"{folder}: the next start did not settle {different} ({reached}, {arguments[0]})"
        )
        rest = sorted({file.name for file in folder.iterdir()} - {*(self.new or {})})
        assert rest == [], f"{folder}: {rest} are left over"


def state(folder: Path) -> State:
    """Return the digests of a folder's files by name, without what the next start removes."""
    contents = {}
    for file in sorted(folder.iterdir()):
        if not file.name.endswith(BESIDE):
            is_document = ".myapp" in file.name
            contents[file.name] = digest(file, TIMES) if is_document else _of_bytes(file, folder)
    return contents


def demand_report(scene: CommandScene, folder: Path, exit_code: int, errors: str) -> None:
    """Demand that a command told truthfully, by its exit code and without a traceback, how it ended."""
    message = f"{folder}: exit {exit_code}: {errors}"
    reached = scene.demand_allowed(folder)
    assert "Traceback" not in errors, message
    if exit_code == 0:
        assert reached == "new", message
    else:
        assert exit_code in REFUSED, message
        assert errors.strip(), message
        assert reached == "old" or "unchanged" not in errors, message


def made(
    name: str, place: Path, documents: Path, program: Program, postgres: Callable[[], str]
) -> CommandScene:
    """Make a scene's folder, and run its command once without a fault."""
    start = place / "start"
    start.mkdir()
    shutil.copy(documents / "0007.myapp", start / NAME)
    _prepare(name, start, documents)
    arguments = SCENES[name].arguments
    if "URL" in arguments:
        url = postgres()
        program.run("copy", start / NAME, url, check=True)
        arguments = tuple(url if word == "URL" else word for word in arguments)
    scene = replace(SCENES[name], folder=start, arguments=arguments)
    warm = scene.prepare(place / "warm")
    done = program.run(*scene.words(warm))  # a checkout compiles its modules now
    assert done.returncode == 0, done.stderr
    folder = scene.prepare(place / "reference")
    done, calls = points(program, scene.words(folder), place / "calls.log", CHANGING, f"{folder}")
    assert done.returncode == 0, done.stderr
    changing = tuple(point for point in calls if point.changing)
    return replace(scene, old=state(start), new=state(folder), points=changing)


def _prepare(name: str, start: Path, documents: Path) -> None:
    """Put what a scene needs beside its document."""
    if name == "adopt":
        _forget(start / NAME)
    if name == "import with a report":
        rows = [f"2030-01-01 00:{minute:02d},{minute}\n" for minute in range(60)]
        (start / "logger.csv").write_text(
            "time,x\n" + "".join(rows) + "2030-01-01 01:00,?\n", encoding="utf-8"
        )
    if name == "attach":
        (start / "photo.raw").write_bytes(bytes(range(256)) * 400)
    if name in ("prune", "restore beside others"):
        for number in range(1, 8):
            backup = start / f"{NAME}.backup-{number:04d}"
            shutil.copy(documents / f"{number:04d}.myapp", backup)
            if number == 7:
                edit(backup)
            os.utime(backup, (1_700_000_000 + number, 1_700_000_000 + number))


def _forget(document: Path) -> None:
    """Take header and version table from a document, and write a table of it otherwise."""
    with closing(sqlite3.connect(document, isolation_level=None)) as connection:
        query = (
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'tags' AND sql <> '' ORDER BY type = 'trigger'"
        )
        table, *triggers = [sql for (sql,) in connection.execute(query)]
        connection.execute("PRAGMA application_id = 0")
        connection.execute("PRAGMA user_version = 0")
        connection.execute("DROP TABLE alembic_version")
        connection.execute("CREATE TEMP TABLE kept AS SELECT * FROM main.tags")
        connection.execute("DROP TABLE main.tags")
        connection.execute(table.replace("name", "Name"))
        connection.execute("INSERT INTO main.tags SELECT * FROM kept")
        for trigger in triggers:
            connection.execute(trigger)
        connection.execute("VACUUM")  # a rollback leaves unused pages as they are, and so a second backup


def _of_bytes(file: Path, folder: Path) -> str:
    """Return a digest of a file's content, wherever the folder lies that it may name."""
    return hashlib.sha256(file.read_bytes().replace(os.fsencode(folder), b"")).hexdigest()


def _scene(name: str, *arguments: str, **more: Any) -> CommandScene:
    words = tuple(f"./{word}" if word == NAME else word for word in arguments)
    return CommandScene(name, words, **more)


SCENES: Mapping[str, CommandScene] = {
    scene.name: scene
    for scene in (
        _scene("export", "export", NAME, "1", "-o", "./trip.csv", outputs=("trip.csv",)),
        _scene("plot", "plot", NAME, "1", "-o", "./trip.svg", outputs=("trip.svg",)),
        _scene("import with a report", "import", NAME, "./logger.csv", *SKIP, later="report.csv"),
        _scene("attach", "attach", NAME, "1", "./photo.raw"),
        _scene("detach", "detach", NAME, "3", "photo.raw", "-o", "./photo.out", again=("--force",)),
        _scene("save-as", "save-as", NAME, f"./{COPY}", "--for", "0005", outputs=(COPY,)),
        _scene("extract", "extract", NAME, "--run", "1", "-o", f"./{COPY}", outputs=(COPY,)),
        _scene("exec", "exec", NAME, "--run", "1", "--keep", f"./{COPY}", "--", "true", outputs=(COPY,)),
        _scene("rescue", "rescue", NAME, "-o", f"./{COPY}", *LEFT_OUT, outputs=(COPY, "left-out.csv")),
        _scene("copy from a server", "copy", "URL", f"./{COPY}", outputs=(COPY,)),
        _scene("adopt", "adopt", NAME),
        _scene("restore beside others", "restore", NAME, f"./{NAME}.backup-0007"),
        _scene("prune", "backups", NAME, "--prune", "2"),
        _scene("delete", "delete", NAME, "1", "--yes"),
        _scene("tag", "tag", NAME, "1", "wet", "cold"),
        _scene("note", "note", NAME, "1", "sensor 2 was wet"),
        _scene("rename", "rename", NAME, "1", "north face"),
        _scene("downgrade", "schema", "downgrade", NAME, "0005", last=("schema", "current")),
    )
}
