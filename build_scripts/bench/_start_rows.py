"""Benchmark rows about starts: the version, a document at head, its runs, a document six revisions behind."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import _peers
from _environment import ROOT
from _measuring import Bench, Result, Rows, Side, command, interleaved, milliseconds
from _pyinstaller import frozen_by_pyinstaller
from myapp.product import NAME, PACKAGE

ROUNDS = 41
DOCUMENTS = ROOT / "tests" / "documents"
NAIVE = "the naive frozen open"


def version(bench: Bench) -> Iterator[Result]:
    """Compare `--version` with a frozen program that prints one line."""
    ours, hello = _timed(bench, [command(_program(bench), "--version"), command(_peers.frozen("hello"))])
    yield Result("start: `--version`", "frozen hello world", ours / hello, 0.6, milliseconds(ours, hello))


def info(bench: Bench) -> Iterator[Result]:
    """Compare `info` of a document at head with the naive open, and with importing sqlite3."""
    document = _copy(bench, "0006.myapp")
    bare = command(sys.executable, "-I", "-c", "import sqlite3")
    naive = [command(_peers.frozen("naive"), document), command(_naive_by_pyinstaller(), document)]
    sides = [command(_program(bench), "info", document), bare, *naive]
    ours, unfrozen, open_, other = _timed(bench, sides)
    name = "open at head: `info`"
    moved = "; the mark was 0.05"
    yield Result(name, NAIVE, ours / open_, 0.06, milliseconds(ours, open_) + moved)
    yield Result(name, f"{NAIVE}, by PyInstaller", ours / other, 0.06, milliseconds(ours, other) + moved)
    figures = f"{milliseconds(ours, unfrozen)}; the mark was 1.5"
    yield Result(name, '`python -I -c "import sqlite3"`', ours / unfrozen, 1.7, figures)


def runs(bench: Bench) -> Iterator[Result]:
    """Compare `runs` of a document at head with the naive open."""
    document = _copy(bench, "0006.myapp")
    sides = [command(_program(bench), "runs", document), command(_peers.frozen("naive"), document)]
    ours, naive = _timed(bench, sides)
    yield Result("list at head: `runs`", NAIVE, ours / naive, 0.6, milliseconds(ours, naive))


def behind(bench: Bench) -> Iterator[Result]:
    """Compare opening a small document of the oldest release; only ours makes a backup and checks."""
    folder = bench.new_folder("behind")
    document = folder / "old.myapp"

    def renew() -> None:
        for file in folder.iterdir():
            file.unlink()
        shutil.copyfile(DOCUMENTS / "0001.myapp", document)

    sides = [
        Side("ours", command(_program(bench), "info", document), renew),
        Side("naive", command(_peers.frozen("naive"), document), renew),
    ]
    ours, naive = interleaved(sides, bench.rounds(ROUNDS))
    yield Result("open six revisions behind", NAIVE, ours / naive, 0.9, milliseconds(ours, naive))


ROWS: dict[str, Rows] = {"version": version, "info": info, "runs": runs, "behind": behind}


def _naive_by_pyinstaller() -> Path:
    options = ["--collect-submodules", "myapp.schema", "--hidden-import", "myapp.product"]
    options += ["--hidden-import", "sqlalchemy.dialects.sqlite", "--hidden-import", "logging.config"]
    data = {ROOT / "migrations": "migrations", ROOT / PACKAGE / "manifest.sha256": f"lib/{PACKAGE}"}
    sources = [ROOT / PACKAGE]
    folder = frozen_by_pyinstaller(_peers.SCRIPTS / "naive.py", "naive", options, data, sources)
    return folder / _peers.file_name("naive")


def _timed(bench: Bench, commands: list[Callable[[], None]]) -> list[float]:
    sides = [Side(str(number), run) for number, run in enumerate(commands)]
    return interleaved(sides, bench.rounds(ROUNDS))


def _program(bench: Bench) -> Path:
    return bench.bundle / _peers.file_name(NAME)


def _copy(bench: Bench, name: str) -> Path:
    return Path(shutil.copyfile(DOCUMENTS / name, bench.new_folder("start") / name))
