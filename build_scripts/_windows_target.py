"""Freezes the program for Windows under Wine, in a copy of this checkout, and runs the suite on it there."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

import _archive
import _windows_python
import _wine
from _environment import ROOT, locked, say
from myapp.product import NAME

CHECKOUT = _wine.DRIVE / "Programme ü" / NAME
"""Where the checkout is copied to: a folder as it is found among Germans."""

COPIED = ("build_scripts", "freeze_hooks", "migrations", NAME, "tests")
LEFT_OUT = ("__pycache__", "build", "dist")

FREEZE = """
import os, sys
sys.path[:0] = [os.path.abspath("build_scripts"), os.getcwd()]
import _freezing
_freezing.ensure_bundle()
"""

FREEZE_SECONDS = 900
SUITE_SECONDS = 2400
"""Limits for a loaded machine: three times, and more, what either takes on two idle cores."""


def ensure_bundle() -> Path:
    """Return the folder of the Windows bundle; freeze it first if a source changed.

    Raise WineError where that fails, or Wine cannot be had.
    """
    _wine.install()
    if reason := _wine.missing():
        raise _wine.WineError(reason)
    python = _windows_python.ensure_python()
    with locked("windows"):
        copy_checkout()
        command: list[str | Path] = [python, "-sB", "-c", FREEZE]
        epoch = {"SOURCE_DATE_EPOCH": str(_archive.source_time())}
        _wine.run(command, cwd=CHECKOUT, seconds=FREEZE_SECONDS, variables=epoch, show=True)
    return CHECKOUT / "dist" / NAME


def copy_checkout() -> None:
    """Make the copy's sources those of this checkout; what was built in it stays."""
    for name in COPIED:
        _mirror(ROOT / name, CHECKOUT / name)
    for file in ROOT.iterdir():
        if file.is_file():
            _mirror_file(file, CHECKOUT / file.name)


def _mirror(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    names = {entry.name for entry in source.iterdir()} - set(LEFT_OUT)
    for entry in target.iterdir():
        if entry.name not in names:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in names:
        mirror = _mirror if (source / name).is_dir() else _mirror_file
        mirror(source / name, target / name)


def _mirror_file(source: Path, target: Path) -> None:
    if not target.exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copyfile(source, target)


def run_suite(arguments: Sequence[str], report: Path) -> int:
    """Run tests on the Windows bundle and return pytest's exit code; `report` gets their counts.

    Without the name of a test or file, they are those of tests/on_windows.py.
    """
    from tests.on_windows import LONG_ON_WINDOWS, ON_WINDOWS
    from tests.postgres import NONE, VARIABLE

    python = _wine.DRIVE / _windows_python.FOLDER / "python.exe"
    inside = CHECKOUT / "build" / "reports" / report.name
    for file in (inside, report):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
    chosen = any(argument.startswith("tests") for argument in arguments)
    names = (*ON_WINDOWS, *(LONG_ON_WINDOWS if "--long" in arguments else ()))
    tests = [] if chosen else [f"tests/{name}" for name in names]
    options = ["--target=frozen", f"--report={_named(inside)}", "--durations=10", *arguments, *tests]
    command: list[str | Path] = [python, "-sB", "-m", "pytest", *options]
    alone = {VARIABLE: NONE}  # the server's own library asks what Wine cannot answer
    try:
        code, _text = _wine.call(command, cwd=CHECKOUT, seconds=SUITE_SECONDS, variables=alone, show=True)
    except _wine.WineError as error:
        say(str(error))
        return 1
    finally:
        _wine.stop()
    if inside.exists():
        shutil.copyfile(inside, report)
    return code


def _named(path: Path) -> str:
    """Return the name that a Windows program has for a path on the drive C:."""
    return "C:\\" + "\\".join(path.relative_to(_wine.DRIVE).parts)
