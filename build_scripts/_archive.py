"""Packs a bundle into a tar.gz; the same bundle and commit time give the same bytes."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from _environment import ROOT, clean

LEVEL = 9


def normalize(bundle: Path, time: int) -> None:
    """Set the modes and times of all files of a bundle, which otherwise depend on umask and clock."""
    for path in [*bundle.rglob("*"), bundle]:
        if not path.is_symlink():
            executable = path.is_dir() or bool(path.stat().st_mode & 0o100)
            path.chmod(0o755 if executable else 0o644)
            os.utime(path, (time, time))


def pack(bundle: Path, target: Path, time: int, level: int = LEVEL) -> None:
    """Write a folder as a tar.gz; replace an existing file."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=level, fileobj=raw, mtime=time) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        add(archive, bundle, bundle.name, time)
    target.chmod(0o644)


def add(archive: tarfile.TarFile, folder: Path, name: str, time: int, owner: str = "") -> None:
    """Add a folder under a name to an archive: its names sorted, with one owner and one time."""

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = owner
        entry.mtime = time
        return entry

    for path in [folder, *sorted(folder.rglob("*"))]:
        place = path.relative_to(folder).as_posix()
        archive.add(path, name if place == "." else f"{name}/{place}", recursive=False, filter=anonymous)


def source_time() -> int:
    """Return SOURCE_DATE_EPOCH, else the time of the commit, else 1980, in seconds since 1970.

    https://reproducible-builds.org/specs/source-date-epoch/
    """
    if time := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(time)
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "-C", os.fspath(ROOT), "log", "-1", "--format=%ct"]
        done = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return int(done.stdout)
    return 315_532_800
