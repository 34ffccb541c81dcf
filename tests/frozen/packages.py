"""Builds the packages of a release for the tests, and installs what dpkg installs into a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.program import ROOT, Program

SCRIPTS = ROOT / "build_scripts"

FOLDERS = [os.fspath(folder) for folder in (ROOT, SCRIPTS, SCRIPTS / "packages")]
IN_SCRIPTS = f"import sys; sys.path[:0] = {FOLDERS!r}; "

OLDER = "import _deb; from pathlib import Path; _deb.build(Path(sys.argv[1]), Path(sys.argv[2]), 0, '0.0.9')"
DESKTOP = "import _desktop_files; from pathlib import Path; _desktop_files.write(Path(sys.argv[1]), 0)"

Run = Callable[..., str]


ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LOGNAME": "somebody"}
"""Another builder's environment, whose umask keeps files to himself."""


def script(name: str, *arguments: str | Path, elsewhere: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one of the build scripts, as another builder would with `elsewhere`."""
    command = [sys.executable, "-sB", os.fspath(SCRIPTS / name), *map(os.fspath, arguments)]
    return subprocess.run(
        command,
        env={**os.environ, **(ELSEWHERE if elsewhere else {})},
        umask=0o077 if elsewhere else -1,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )


def built(folder: Path, *kinds: str, windows: Path | None = None, elsewhere: bool = False) -> list[Path]:
    """Build kinds of packages into a folder, little compressed, and return their files."""
    more = ["--windows", windows] if windows else []
    done = script("package.py", *kinds, "--quick", "--output", folder, *more, elsewhere=elsewhere)
    assert done.returncode == 0, done.stderr
    *files, sums = map(Path, done.stdout.splitlines())
    assert (len(files), sums.name) == (len(kinds), "SHA256SUMS")
    return files


def older_deb(folder: Path) -> Path:
    """Build the Debian package of a release before, which has another executable and a file of its own."""
    bundle = folder / "bundle"
    (bundle / "lib").mkdir(parents=True)
    (bundle / "lib" / "old.txt").touch()
    (bundle / "myapp").write_text("#!/bin/sh\necho an older release\n", encoding="utf-8")
    (bundle / "myapp").chmod(0o755)
    in_scripts(OLDER, bundle, folder)
    (package,) = folder.glob("*.deb")
    return package


def desktop_files(folder: Path) -> Path:
    """Write the files for a desktop into a folder `share`, and return that."""
    in_scripts(DESKTOP, folder / "share")
    return folder / "share"


def runner(environment: Mapping[str, str]) -> Run:
    """Return what runs a command that must succeed, and returns all that it printed."""

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [*map(os.fspath, command)],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done
        return done.stdout

    return run


def started_by(entry: Path, document: str) -> list[str]:
    """Return the words that a desktop entry starts for a document, read as the specification says."""
    (line,) = [line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("Exec=")]
    match = re.fullmatch(r'Exec="((?:[^"\\]|\\.)*)" %f', line.replace("\\\\", "\\"))
    assert match, line
    return [re.sub(r"\\(.)", r"\1", match[1]).replace("%%", "%"), document]


@dataclass(frozen=True)
class DebianRoot:
    """A folder into which dpkg installs, where there is nothing else, not even what a package depends on."""

    folder: Path
    program: Program

    def __post_init__(self) -> None:
        for name in ("info", "updates"):
            (self.folder / "var" / "lib" / "dpkg" / name).mkdir(parents=True)
        (self.folder / "var" / "lib" / "dpkg" / "status").touch()

    def dpkg(self, action: str, what: str | Path) -> str:
        """Install, verify or purge."""
        options = [f"--root={self.folder}", "--force-depends,not-root", "--log=/dev/null"]
        return runner({**os.environ, "LC_ALL": "C.UTF-8"})("dpkg", *options, action, what)

    def field(self, name: str) -> str:
        """Return a field of the installed package."""
        run = runner(dict(os.environ))
        return run("dpkg-query", f"--root={self.folder}", "--show", f"--showformat=${{{name}}}", "myapp")

    def run(self, *arguments: str | Path) -> str:
        """Run the installed program."""
        return runner(self.program.environment())(self.folder / "usr" / "bin" / "myapp", *arguments)


@dataclass(frozen=True)
class BareDebian:
    """The root of a Debian, in which commands run."""

    folder: Path

    def take(self, *files: Path) -> None:
        """Copy files into its folder for temporary files."""
        for file in files:
            shutil.copy(file, self.folder / "tmp")

    def missing_libraries(self) -> str:
        """Return the lines of ldd about libraries that the installed program does not find."""
        listed = "find /usr/lib/myapp -name '*.so*' -type f -exec ldd {} + 2>/dev/null | grep 'not found'"
        return self.run("sh", "-c", f"{listed} || true")

    def run(self, *command: str) -> str:
        """Run a command in it, which must succeed; return what it prints."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        return runner(environment)("chroot", self.folder, *command)


@contextmanager
def bare_debian(*more: str) -> Iterator[BareDebian]:
    """Make a root with the essential packages of Debian 12 and more; skip the test where that cannot be."""
    if not shutil.which("mmdebstrap") or os.geteuid():
        pytest.skip("needs root and mmdebstrap (Debian: mmdebstrap)")
    with tempfile.TemporaryDirectory(prefix="bare-debian-", ignore_cleanup_errors=True) as place:
        folder = Path(place) / "root"
        command = ["mmdebstrap", "--quiet", "--variant=essential", "--mode=root"]
        command += [f"--include={','.join(more)}"] if more else []
        done = subprocess.run(
            [*command, "bookworm", os.fspath(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if re.search("Could not (resolve|connect)|Temporary failure|Failed to fetch", done.stderr):
            pytest.skip("needs a server of Debian's packages, which was not reached")
        assert done.returncode == 0, done.stderr
        yield BareDebian(folder)


def in_scripts(code: str, *arguments: Path) -> None:
    """Run code that imports the modules of the build scripts."""
    command = [sys.executable, "-sBc", IN_SCRIPTS + code, *map(os.fspath, arguments)]
    subprocess.run(command, check=True)
