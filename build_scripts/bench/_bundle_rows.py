"""Benchmark rows about the bundle: its size, the C library that it needs, the time to freeze it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import _archive
import _elf
import _pyinstaller
from _environment import ROOT
from _measuring import Bench, Missing, Result, Rows, Side, command, interleaved, once
from _pyinstaller import pyinstaller_bundle
from myapp.product import NAME

PEER = "PyInstaller, the same program"
FLOOR = 17
"""The minor version of the C library that manylinux2014 wheels are made for, 2.17."""


def size(bench: Bench) -> Iterator[Result]:
    """Compare folders and archives with PyInstaller's, as it makes them, and stripped as ours are."""
    ours = _sizes(bench, bench.bundle)
    for peer, folder, mark in (
        (PEER, pyinstaller_bundle(), 0.5),
        (f"{PEER}, its libraries stripped", _stripped(bench, pyinstaller_bundle()), 1),
    ):
        theirs = _sizes(bench, folder)
        for name, size in ours.items():
            figures = f"{size / 1e6:.1f} MB : {theirs[name] / 1e6:.1f} MB"
            yield Result(f"bundle, {name}", peer, size / theirs[name], mark, figures)
    archive = ours["tar.gz"] / 1e6
    yield Result("bundle with its window, tar.gz", "MB", archive, 55, f"{archive:.1f} MB")


def glibc(bench: Bench) -> Iterator[Result]:
    """Compare the newest needed symbol version of the GNU C library with 2.17, by their minor numbers."""
    if sys.platform != "linux":
        raise Missing("the GNU C library (Linux only)")
    ours, peers = (
        max(_minor(file) for file in _files(folder)) for folder in (bench.bundle, pyinstaller_bundle())
    )
    figures = f"GLIBC_2.{ours} (PyInstaller's: GLIBC_2.{peers})"
    yield Result("highest GLIBC symbol in the bundle", f"GLIBC_2.{FLOOR}", ours / FLOOR, 1, figures)


def freezing(bench: Bench) -> Iterator[Result]:
    """Time a freeze from scratch with all checks of the bundle; PyInstaller's cache is empty too."""
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
    figures = " : ".join(f"{second:.1f} s" for second in seconds)
    yield Result("freezing", PEER, seconds[0] / seconds[1], 0.5, figures)


ROWS: dict[str, Rows] = {"size": size, "glibc": glibc, "freezing": freezing}


def _sizes(bench: Bench, folder: Path) -> dict[str, int]:
    """Return the bytes of a folder's files, and of its archive."""
    archive = bench.folder / "bundle.tar.gz"
    _archive.pack(folder, archive, 0)
    return {"folder": sum(file.stat().st_size for file in _files(folder)), "tar.gz": archive.stat().st_size}


def _stripped(bench: Bench, bundle: Path) -> Path:
    """Return a copy with stripped libraries; the executable stays, because its modules are appended to it."""
    if sys.platform != "linux" or not shutil.which("strip"):
        raise Missing("strip, of binutils")
    copy = Path(shutil.copytree(bundle, bench.new_folder("stripped") / bundle.name, symlinks=True))
    _elf.strip(copy)
    shutil.copy2(bundle / NAME, copy / NAME)
    return copy


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and not file.is_symlink()]


def _minor(file: Path) -> int:
    content = file.read_bytes()
    versions = re.findall(rb"\0GLIBC_2\.(\d+)", content) if content.startswith(b"\x7fELF") else []
    return max(map(int, versions), default=0)
