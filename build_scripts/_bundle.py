"""Finishes a frozen folder for shipping: removes unread files, adds licenses, checks that it is complete."""

from __future__ import annotations

import importlib.metadata
import marshal
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from _environment import ROOT, clean
from freeze_hooks import FreezeError
from myapp.product import NAME, PACKAGE

PROBE = f"{PACKAGE}_probe"  # an identifier: for any other name the freezer loads `string`, and so `re`
EXE = ".exe" if sys.platform == "win32" else ""

COMPILING = {"PYTHONHASHSEED": "0", "PYTHONNODEBUGRANGES": "1"}
"""Variables for reproducible bytecode, without columns: a traceback without sources shows lines only."""

TZPATH = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"
"""Folders that `zoneinfo` searches before the shipped zones: CPython's default."""


def missing_modules(report: str) -> dict[str, str]:
    """Return the missing modules in a report of the freezer, each with its importers."""
    return dict(re.findall(r"^\? (\S+) imported from (.+)$", report, re.MULTILINE))


def demand_no_missing(report: str, expected: Iterable[str]) -> None:
    """Raise FreezeError naming each missing module, unless it or its package is expected."""
    unexpected = [
        f"{name} (imported from {importers})"
        for name, importers in missing_modules(report).items()
        if not any(name == root or name.startswith(f"{root}.") for root in expected)
    ]
    if unexpected:
        raise FreezeError(
            "the bundle lacks modules that no freeze hook calls optional: " + ", ".join(unexpected)
        )


def trim(bundle: Path) -> None:
    """Remove what the freezer copies and nothing reads: installers' records, pages, translators' files."""
    for pattern in ("*.md", "*.ts"):
        for file in (bundle / "lib" / PACKAGE).rglob(pattern):
            file.unlink()
    for folder in bundle.glob("lib/*.dist-info"):
        for file in folder.iterdir():
            if file.name != "METADATA":  # psycopg and SQLAlchemy read versions from it
                file.unlink()


def add_licenses(bundle: Path, texts: Iterable[tuple[str, str]]) -> None:
    """Put the license of each bundled distribution beside its metadata, and ours into the bundle's folder.

    `texts` are files for distributions whose wheels have none.
    """
    shutil.copyfile(ROOT / "LICENSE", bundle / "LICENSE")
    for folder in bundle.glob("lib/*.dist-info"):
        distribution = importlib.metadata.distribution(folder.name.split("-")[0])
        for file in distribution.files or []:
            if re.match(r"(licen[sc]e|copying|notice|authors)", file.name, re.IGNORECASE):
                target = folder / "licenses" / file.name
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(str(distribution.locate_file(file)), target)
    for name, text in texts:
        (folder,) = bundle.glob(f"lib/{name}-*.dist-info")
        (folder / "licenses").mkdir(exist_ok=True)
        shutil.copy(text, folder / "licenses")


def forget_the_builder(bundle: Path, documented: Iterable[str]) -> None:
    """Remove this build's times, paths and host name from the bytecode, and how its Python was compiled.

    The modules named in `documented` get their docstrings back.
    """
    for name, text in (("BUILD_CONSTANTS", f"__EXECUTABLES__ = {NAME + EXE!r}"), *_configuration(bundle)):
        code = compile(text, f"{name}.py", "exec")
        (bundle / "lib" / f"{name}.pyc").write_bytes(b"\0" * 16 + marshal.dumps(code))
    sources = [f"{name}={_source(name)}" for name in documented]
    command = [sys.executable, "-sB", os.fspath(Path(__file__).with_name("_bytecode.py")), os.fspath(bundle)]
    subprocess.run([*command, *sources], env=clean() | COMPILING, check=True)


def _configuration(bundle: Path) -> Iterator[tuple[str, str]]:
    """Return the module that `sysconfig` reads (POSIX), with the only value that is read at run time."""
    for file in bundle.glob("lib/_sysconfigdata*.pyc"):
        yield file.stem, f"build_time_vars = {{'TZPATH': {TZPATH!r}}}"


def _source(name: str) -> Path:
    """Return the source of a module such as `alembic/command.py`, without importing its package."""
    package, inside = name.split("/", 1)
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.origin is not None, package
    return Path(spec.origin).parent / inside


def without_probe(bundle: Path, target: Path) -> None:
    """Copy a bundle without the executable that runs any script, which is not shipped."""
    unwanted = shutil.ignore_patterns(PROBE + EXE, f"__main__{PROBE}.pyc", f"__init__{PROBE}.pyc")
    shutil.copytree(bundle, target, symlinks=True, ignore=unwanted)


def run_script(bundle: Path, script: str, *arguments: str) -> str:
    """Run a script inside the bundle and return its output; raise FreezeError if it fails."""
    file = bundle.parent / "script.py"
    file.write_text(script, encoding="utf-8")
    command = [os.fspath(bundle / (PROBE + EXE)), os.fspath(file), *arguments]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False, encoding="utf-8")
    file.unlink()
    if done.returncode:
        raise FreezeError(f"the bundle failed at {script!r}:\n{done.stderr}")
    return done.stdout
