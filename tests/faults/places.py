"""Temporary file systems of a test: small ones, and ones whose power can be cut."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.program import Program

SHUTDOWN = 0x8004587D
"""EXT4_IOC_SHUTDOWN of linux/fs/ext4/ext4.h: _IOR('X', 125, __u32)."""

NO_LOG_FLUSH = 2
"""Loses everything in memory, with the file system's own journal, as a power cut does."""

HOLD = 'set -e; folder=$1; shift; mount "$@" "$folder"; echo mounted; read -r end'
SECONDS = 60


@dataclass(frozen=True)
class Place:
    """A mount that only the processes of one namespace see; `folder` is its name there."""

    holder: int
    folder: Path
    mount: tuple[str, ...]

    @property
    def outside(self) -> Path:
        """The path of the same folder for processes outside of the namespace."""
        return Path(f"/proc/{self.holder}/root{self.folder}")

    def inside(self, program: Program) -> Program:
        """Return the same program, to be started in the namespace."""
        return replace(program, command=[*self._enter(), *program.command])

    def run(self, *command: str | os.PathLike[str]) -> None:
        """Run a command in the namespace."""
        words = [*self._enter(), *map(os.fspath, command)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=SECONDS)
        assert done.returncode == 0, f"{command}: {done.stderr}"

    def cut_power(self) -> None:
        """Lose everything that is not on the disk yet, and all later writes."""
        import fcntl

        descriptor = os.open(self.outside, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def power_on(self) -> None:
        """Mount the disk again, as the system does after a power cut."""
        self.run("umount", self.folder)
        self.run("mount", *self.mount, self.folder)

    def _enter(self) -> list[str]:
        options = [f"--target={self.holder}", "--mount"]
        return ["nsenter", *options, *([] if _is_root() else ["--user", "--preserve-credentials"]), "--"]


@contextmanager
def tmpfs(folder: Path, size: str) -> Iterator[Place]:
    """Give a small file system in memory, or skip the test if this machine cannot mount one."""
    with _mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "tmpfs") as place:
        yield place


@contextmanager
def disk(folder: Path, image: Path, size: int) -> Iterator[Place]:
    """Give an ext4 of `size` bytes on a loop device, or skip the test if this machine cannot mount one."""
    needs = "needs root, loop devices and mkfs.ext4"
    if sys.platform != "linux" or not _is_root() or not shutil.which("mkfs.ext4", path=_path()):
        pytest.skip(needs)
    with image.open("wb") as stream:
        stream.truncate(size)
    command = ["mkfs.ext4", "-q", "-F", "-m", "0", os.fspath(image)]
    subprocess.run(command, check=True, timeout=SECONDS, env={**os.environ, "PATH": _path()})
    with _mounted(folder, "-t", "ext4", "-o", "loop", os.fspath(image), needs=needs) as place:
        yield place


@contextmanager
def _mounted(folder: Path, *mount: str, needs: str = "needs mount namespaces") -> Iterator[Place]:
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("nsenter"):
        pytest.skip("needs Linux with unshare and nsenter of util-linux")
    folder.mkdir(exist_ok=True)
    namespaces = "-m" if _is_root() else "-Urm"
    holder = subprocess.Popen(
        ["unshare", namespaces, "sh", "-c", HOLD, "sh", os.fspath(folder), *mount],
        env={**os.environ, "PATH": _path()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if holder.stdout is None or holder.stdout.readline() != "mounted\n":
        pytest.skip(f"{needs}: {holder.communicate(timeout=SECONDS)[1].strip()}")
    try:
        yield Place(holder.pid, folder, mount)
    finally:
        holder.communicate("end\n", timeout=SECONDS)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
