"""Installs a package as its kind is installed, and removes it again."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import _wheel
from _environment import WINDOWS, clean
from _main_job import Command
from myapp.product import NAME

EXE = f"{NAME}.exe"
UNATTENDED = {"WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}
"""Wine without its messages, and without the question whether to fetch .NET and a browser."""


class NotHere(Exception):
    """This system cannot run the package; the message says what is missing."""


class Refused(Exception):
    """The package could not be installed or removed; the message has the reason."""


def installed(package: Path, place: Path) -> AbstractContextManager[Command]:
    """Install a package below an empty folder, give what starts the program, and remove it at the end.

    Raise NotHere where this system cannot run it, Refused where its installation or removal fails.
    """
    for end, install in KINDS.items():
        if package.name.endswith(end):
            return install(package, place)
    raise Refused("no kind of package")


@contextmanager
def _unpacked(package: Path, place: Path) -> Iterator[Command]:
    if sys.platform != "linux":
        raise NotHere("it needs Linux")
    with tarfile.open(package) as archive:
        archive.extractall(place / "unpacked ü", filter="data")
    yield Command([os.fspath(place / "unpacked ü" / NAME / NAME)])


@contextmanager
def _by_dpkg(package: Path, place: Path) -> Iterator[Command]:
    """Install into a root of its own, in which nothing else is, not even what the package depends on."""
    if not shutil.which("dpkg"):
        raise NotHere("it needs dpkg")
    root = place / "root"
    for folder in ("info", "updates"):
        (root / "var" / "lib" / "dpkg" / folder).mkdir(parents=True)
    (root / "var" / "lib" / "dpkg" / "status").touch()
    dpkg = ["dpkg", f"--root={root}", "--force-depends,not-root,script-chrootless", "--log=/dev/null"]
    _demand([*dpkg, "--install", os.fspath(package)])
    yield Command([os.fspath(root / "usr" / "bin" / NAME)])
    name = _demand(["dpkg-deb", "--field", os.fspath(package), "Package"]).strip()
    _demand([*dpkg, "--purge", name])
    left = sorted((root / "usr").rglob("*")) if (root / "usr").exists() else []
    if left:
        raise Refused(f"{left[0]} is left after the removal")


@contextmanager
def _by_pip(package: Path, place: Path) -> Iterator[Command]:
    """Install into a new environment, with the pinned dependencies."""
    pinned = place / "requirements.txt"
    pinned.write_text(_wheel.runtime_requirements() + _wheel.building_requirements(), encoding="utf-8")
    outside = getattr(sys, "_base_executable", sys.executable)
    _demand([outside, "-Im", "venv", os.fspath(place / "environment")])
    tools = place / "environment" / ("Scripts" if WINDOWS else "bin")
    pip = [os.fspath(tools / "python"), "-Im", "pip", "--disable-pip-version-check", "--no-input"]
    _demand([*pip, "install", "--require-hashes", "-r", os.fspath(pinned)])
    _demand([*pip, "install", "--no-deps", "--no-build-isolation", os.fspath(package)])
    yield Command([os.fspath(tools / (EXE if WINDOWS else NAME))])
    _demand([*pip, "uninstall", "--yes", NAME])
    if (tools / NAME).exists() or (tools / EXE).exists():
        raise Refused("the command is left after the removal")


@contextmanager
def _unzipped(package: Path, place: Path) -> Iterator[Command]:
    with _windows(place) as started:
        shutil.unpack_archive(package, place / "unzipped", "zip")
        yield started(place / "unzipped" / NAME / EXE)


@contextmanager
def _by_installer(package: Path, place: Path) -> Iterator[Command]:
    """Install without questions, into a folder that is named, and remove it with its own uninstaller."""
    with _windows(place) as started:
        setup, target = started(package), place / "installed"
        folder = f"{setup.prefix}{target}".replace("/", "\\")
        # the folder comes last, and never in quotes: so NSIS reads it
        _demand([*setup.words, "/S", f"/D={folder}"], setup.variables)
        if not (target / EXE).is_file():
            raise Refused(f"the installer ended, and there is no {EXE}")
        yield started(target / EXE)
        _demand([*started(target / "uninstall.exe").words, "/S", f"_?={folder}"], setup.variables)
        left = sorted(
            path.name for path in target.rglob("*") if path.name != "uninstall.exe"
        )  # it runs there
        if left:
            raise Refused(f"{left[0]} is left after the removal")


@contextmanager
def _application(package: Path, place: Path) -> Iterator[Command]:
    if platform.system() != "Darwin":
        raise NotHere("it needs macOS")
    _demand(["ditto", "-xk", os.fspath(package), os.fspath(place / "unzipped")])
    yield Command([os.fspath(place / "unzipped" / f"{NAME}.app" / "Contents" / "MacOS" / NAME)])


@contextmanager
def _windows(place: Path) -> Iterator[Callable[[Path], Command]]:
    """Give what makes the command that starts an executable of Windows: there, or in a Wine of its own."""
    if WINDOWS:
        yield lambda file: Command([os.fspath(file)])
        return
    tool, server = shutil.which("wine"), shutil.which("wineserver")
    if not tool or not server:
        raise NotHere("it needs Windows, or Wine")
    variables = {**UNATTENDED, "WINEPREFIX": os.fspath(place / "wine")}
    # Wine's services would keep a pipe open that their first start had for its output
    _silently([tool, "wineboot", "--init"], variables)
    try:
        yield lambda file: Command([tool, os.fspath(file)], variables, "Z:")
    finally:
        _silently([server, "--kill"], variables)


def _silently(command: list[str], variables: Mapping[str, str]) -> None:
    nothing = subprocess.DEVNULL
    environment = clean() | dict(variables)
    subprocess.run(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing, check=False)


def _demand(command: list[str], variables: Mapping[str, str] | None = None) -> str:
    environment = clean() | dict(variables or {})
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise Refused(
            f"`{' '.join(command[:4])} …` ended with {done.returncode}: {done.stdout.strip()[-800:]}"
        )
    return done.stdout


KINDS: dict[str, Callable[[Path, Path], AbstractContextManager[Command]]] = {
    ".deb": _by_dpkg,
    ".whl": _by_pip,
    "-setup.exe": _by_installer,
    ".app.zip": _application,
    ".zip": _unzipped,
    "linux-x86_64.tar.gz": _unpacked,
    "linux-aarch64.tar.gz": _unpacked,
    ".tar.gz": _by_pip,
}
"""How a file's name ends, the longer ends first, and what installs it."""
