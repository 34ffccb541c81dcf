"""Trims packages of a bundle to named files and the libraries that these are linked to."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import _elf
from freeze_hooks import FreezeError


def keep_only(bundle: Path, kept: Iterable[tuple[str, str]]) -> None:
    """Remove from each folder every file that fits none of its patterns and that no kept file is linked to.

    On other systems than Linux, all libraries of the folder stay. Raise FreezeError where nothing fits.
    """
    patterns: dict[str, list[str]] = {}
    for package, pattern in kept:
        patterns.setdefault(package, []).append(pattern)
    for name, wanted in patterns.items():
        folder: Path = bundle / name
        named = {file for pattern in wanted for file in folder.glob(pattern) if file.is_file()}
        if not named:
            raise FreezeError(f"nothing in {folder} fits {', '.join(wanted)}")
        _remove_others(folder, named | _linked(bundle, named))


def _linked(bundle: Path, files: set[Path]) -> set[Path]:
    """Return the libraries in the bundle that files are linked to, and those that these are linked to."""
    if sys.platform != "linux":
        return {file for file in bundle.rglob("*") if file.suffix in (".dll", ".dylib")}
    places = {file.name: file for file in bundle.rglob("*.so*")}
    linked: set[Path] = set()
    waiting = list(files)
    while waiting:
        found = {places[name] for name in _elf.needed(waiting.pop()) if name in places} - linked
        linked |= found
        waiting += found
    return linked


def _remove_others(folder: Path, kept: set[Path]) -> None:
    for file in sorted(folder.rglob("*"), reverse=True):
        if file.is_dir() and not file.is_symlink():
            if not any(file.iterdir()):
                file.rmdir()
        elif file not in kept:
            file.unlink()
