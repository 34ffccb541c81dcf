"""A root directory that holds the bundle, the C library and a folder to work in, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.frozen.halves import is_of_window

NOBODY = 65534
C_LIBRARY = re.compile(r"(ld-linux[\w.-]*|lib(c|dl|m|pthread|resolv|rt|util))\.so\.\d+$")

MOUNT = """
set -e
mount --bind "$1" "$1"; mount -o remount,bind,ro,nosuid,nodev "$1"
mount --bind "$2" "$1/app"; mount -o remount,bind,ro,nosuid,nodev "$1/app"
mount --bind "$3" "$1/home"
"""
AS_NOBODY = f'root=$1; shift 3; exec chroot --userspec={NOBODY}:{NOBODY} --groups= "$root" "$@"'
AS_ORDINARY = 'root=$1; shift 3; exec unshare --user --map-user=1000 --map-group=1000 --root="$root" "$@"'


@dataclass(frozen=True)
class BareRoot:
    """Runs the bundle with nothing around it: no Python, no network, no /proc, nothing writable but `work`.

    `how` is "root", which makes mounts and then becomes nobody, or "user", which does the same within a
    user namespace of its own.
    """

    folder: Path
    bundle: Path
    work: Path
    how: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the executable; files in `work` are `/home/NAME` to it."""
        namespaces, finish = ("-mn", AS_NOBODY) if self.how == "root" else ("-Urmn", AS_ORDINARY)
        command = [
            "unshare",
            namespaces,
            "sh",
            "-c",
            MOUNT + finish,
            "sh",
            self.folder,
            self.bundle,
            self.work,
        ]
        return _run([*map(os.fspath, command), "/app/myapp", *arguments], self.how)

    def files(self) -> list[str]:
        """Return the name of everything in the root that is not the bundle or the work folder."""
        return [file.name for file in self.folder.rglob("*") if file.is_file()]


@contextmanager
def bare_root(bundle: Path, how: str) -> Iterator[BareRoot]:
    """Make a bare root, or skip the test where this machine does not let us."""
    _demand_namespaces(how)
    # outside pytest's own folder, into which only its owner may look
    with tempfile.TemporaryDirectory(prefix="bare-", ignore_cleanup_errors=True) as place:
        root, work, app = (Path(place) / name for name in ("root", "work", "app"))
        for folder in (root / "app", root / "home", work):
            folder.mkdir(parents=True)
        shutil.copytree(bundle, app, symlinks=True)
        for library in c_library(app):
            target = root / library.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
        for folder in (Path(place), work):
            folder.chmod(0o755)
        yield BareRoot(root, app, work, how)


def c_library(bundle: Path) -> set[Path]:
    """Return the libraries that the bundle's loader takes from the system for the command line."""
    libraries: set[Path] = set()
    files = [file for file in bundle.rglob("*.so*") if not is_of_window(file, bundle)]
    for file in [bundle / "myapp", *files]:
        listed = subprocess.run(["ldd", file], capture_output=True, text=True, check=True).stdout
        assert "not found" not in listed, f"{file}: {listed}"
        libraries |= {Path(path) for path in re.findall(r"(?:=> |^\s*)(/\S+) \(0x", listed, re.MULTILINE)}
    return {path for path in libraries if not path.resolve().is_relative_to(bundle.resolve())}


def give(root: BareRoot, document: Path) -> Path:
    """Put a copy of a document into the work folder, owned by the user who runs the program."""
    copy = root.work / document.name
    shutil.copyfile(document, copy)
    if os.geteuid() == 0:
        for path in (root.work, copy):
            os.chown(path, NOBODY, NOBODY)
    return copy


def ways() -> list[str]:
    """Return the ways in which this user can make a bare root: in a user namespace, as root also directly."""
    return ["user", *(["root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]


def _demand_namespaces(how: str) -> None:
    needs = "needs Linux with unshare(1) of util-linux 2.38 and user namespaces for ordinary users"
    if not shutil.which("unshare"):
        pytest.skip(needs)
    allowed = _run(["unshare", "-mn" if how == "root" else "-Urmn", "true"], how)
    if allowed.returncode:
        pytest.skip(f"{needs}: {allowed.stderr.strip()}")


def _run(command: list[str], how: str) -> subprocess.CompletedProcess[str]:
    ordinary = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return subprocess.run(
        command,
        **(ordinary if how == "user" and os.geteuid() == 0 else {}),
        cwd="/",
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/home", "TMPDIR": "/home", "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
