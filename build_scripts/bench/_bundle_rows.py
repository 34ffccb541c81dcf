"""Benchmark rows about the bundle: its size, the C library that it needs, the time to freeze it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import _archive
import _pyinstaller
from _environment import ROOT
from _measuring import Bench, Missing, Result, Rows, Side, command, interleaved, once
from _pyinstaller import pyinstaller_bundle
from myapp.product import NAME

PEER = "PyInstaller, the same program"
FLOOR = 17
"""The minor version of the C library that manylinux2014 wheels are made for, 2.17."""


def size(bench: Bench) -> Iterator[Result]:
    """Compare the folders by the bytes of their files, and the archives that `_archive` packs of them."""
    folders = (bench.bundle, pyinstaller_bundle())
    archives = [_packed(folder, bench.folder / f"{number}.tar.gz") for number, folder in enumerate(folders)]
    for what, sizes in (
        ("bundle, folder", [_bytes(folder) for folder in folders]),
        ("bundle, tar.gz", [archive.stat().st_size for archive in archives]),
    ):
        detail = " : ".join(f"{size / 1e6:.1f} MB" for size in sizes)
        yield Result(what, PEER, sizes[0] / sizes[1], 0.5, detail)


def glibc(bench: Bench) -> Iterator[Result]:
    """Compare the newest symbol of the GNU C library that is needed with 2.17, by their minor numbers."""
    if sys.platform != "linux":
        raise Missing("the GNU C library, which is of Linux")
    ours, peers = (
        max(_minor(file) for file in _files(folder)) for folder in (bench.bundle, pyinstaller_bundle())
    )
    detail = f"GLIBC_2.{ours} (PyInstaller's: GLIBC_2.{peers})"
    yield Result("highest GLIBC symbol in the bundle", f"GLIBC_2.{FLOOR}", ours / FLOOR, 1, detail)


def freezing(bench: Bench) -> Iterator[Result]:
    """Time a freeze from nothing, all checks of the bundle included; PyInstaller's cache is empty too."""
    script, data = ROOT / "myapp" / "__main__.py", _pyinstaller.program_data()
    freeze = [sys.executable, os.fspath(ROOT / "build_scripts" / "freeze.py")]
    sides = [
        Side("ours", command(*freeze, "--output", bench.folder / "ours")),
        Side(
            "PyInstaller",
            lambda: _pyinstaller.freeze(script, NAME, bench.folder / "peer", _pyinstaller.OPTIONS, data),
        ),
    ]
    seconds = [once(side) for side in sides] if bench.quick else interleaved(sides, bench.rounds(3))
    detail = " : ".join(f"{second:.1f} s" for second in seconds)
    yield Result("freezing", PEER, seconds[0] / seconds[1], 0.5, detail)


ROWS: dict[str, Rows] = {"size": size, "glibc": glibc, "freezing": freezing}


def _packed(folder: Path, target: Path) -> Path:
    _archive.pack(folder, target, 0)
    return target


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in _files(folder))


def _minor(file: Path) -> int:
    content = file.read_bytes()
    found = re.findall(rb"\0GLIBC_2\.(\d+)", content) if content.startswith(b"\x7fELF") else []
    return max(map(int, found), default=0)
