"""Trims packages of a bundle to named files and the libraries that these are linked to."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import _elf
from _environment import WINDOWS
from freeze_hooks import FreezeError

END = {"linux": ".so", "win32": ".dll"}.get(sys.platform, ".dylib")
"""What the names of libraries have in them on this system."""


def keep_only(bundle: Path, kept: Iterable[tuple[str, str]]) -> None:
    """Remove from each folder every file that fits none of its patterns and that no kept file is linked to.

    On macOS all libraries of the folder stay. Raise FreezeError where nothing fits.
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
    """Return the libraries in the bundle that files are linked to, and those that these are linked to.

    Of several with one name, that is the one beside the file.
    """
    libraries = {file for file in bundle.rglob("*") if END in file.name.lower()}
    if sys.platform == "darwin":
        return libraries
    linked: set[Path] = set()
    waiting = list(files)
    while waiting:
        file = waiting.pop()
        needed = _needed(file)
        found = {each for each in libraries if each.name.lower() in needed}
        beside = {each.name for each in found if each.parent == file.parent}
        found = {each for each in found if each.parent == file.parent or each.name not in beside} - linked
        linked |= found
        waiting += found
    return linked


def _needed(file: Path) -> list[str]:
    """Return the names of the libraries that a file is linked to, in small letters."""
    if not WINDOWS:
        return [name.lower() for name in _elf.needed(file)]
    import lief

    if file.suffix.lower() not in (".dll", ".pyd", ".exe"):
        return []
    with file.open("rb") as stream:  # by its name LIEF opens no file in a folder with an umlaut
        binary = lief.PE.parse(stream)
    if not isinstance(binary, lief.PE.Binary):
        raise FreezeError(f"{file} cannot be read")
    return [str(each.name).lower() for each in (*binary.imports, *binary.delay_imports)]


def _remove_others(folder: Path, kept: set[Path]) -> None:
    for file in sorted(folder.rglob("*"), reverse=True):
        if file.is_dir() and not file.is_symlink():
            if not any(file.iterdir()):
                file.rmdir()
        elif file not in kept:
            file.unlink()
