"""Packs a folder into a zip; the same folder and time give the same bytes."""

from __future__ import annotations

import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

UNIX = 3
"""The system whose modes an entry has, for what unpacks it on macOS and Linux."""


def pack(folder: Path, target: Path, time: int) -> Path:
    """Write a folder, with its name, sorted, of one time (seconds since 1970); links stay links."""
    date = datetime.fromtimestamp(max(time, 315_532_800), UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or path.is_file():
                _add(archive, path, path.relative_to(folder.parent).as_posix(), date)
    target.chmod(0o644)
    return target


def _add(archive: zipfile.ZipFile, path: Path, name: str, date: tuple[int, int, int, int, int, int]) -> None:
    entry = zipfile.ZipInfo(name, date)
    entry.create_system = UNIX
    entry.compress_type = zipfile.ZIP_DEFLATED
    mode = stat.S_IFREG | (0o755 if path.stat().st_mode & 0o100 else 0o644)
    entry.external_attr = (stat.S_IFLNK | 0o777 if path.is_symlink() else mode) << 16
    archive.writestr(entry, os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes())
