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


def pack(bundle: Path, target: Path, time: int) -> None:
    """Write a folder as a tar.gz with sorted names, one owner and one time; replace an existing file."""

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = time
        return entry

    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=raw, mtime=time) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in [bundle, *sorted(bundle.rglob("*"))]:
            archive.add(path, path.relative_to(bundle.parent).as_posix(), recursive=False, filter=anonymous)
    target.chmod(0o644)


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
