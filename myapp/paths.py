"""Locates the files shipped with the program, in a checkout, a wheel or a bundle.

Every path is absolute and independent of the current directory and of the environment. Only this module
reads `sys.frozen`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Target = Literal["source", "wheel", "frozen"]


def target() -> Target:
    """Return how this program was shipped: a checkout, an installed wheel or a frozen bundle."""
    if getattr(sys, "frozen", False):
        return "frozen"
    return "wheel" if os.path.isdir(os.path.join(_PACKAGE, "migrations")) or not _checkout() else "source"


def bundle_dir() -> str:
    """Return the folder of the frozen program's executable, links followed.

    From `sys.prefix`, which the freezer's start-up code sets: the variable PYTHONEXECUTABLE can change
    `sys.executable`.
    """
    return os.path.realpath(sys.prefix)


def migrations_dir() -> str:
    """Return the migrations directory, whether or not it still exists.

    It is beside the executable in the bundle, inside the package in a wheel, and in a checkout beside the
    project's file, `pyproject.toml` or `setup.py`.
    """
    parents = {"frozen": bundle_dir(), "wheel": _PACKAGE, "source": _checkout()}
    return os.path.join(parents[target()], "migrations")


def shipped(name: str) -> str:
    """Return the path of a data file of the package, such as `manifest.sha256`."""
    folder = os.path.join(bundle_dir(), "lib", _NAME) if target() == "frozen" else _PACKAGE
    return os.path.join(folder, name)


_PACKAGE = os.path.dirname(os.path.realpath(__file__))
_NAME = __name__.partition(".")[0]


def _checkout() -> str:
    """Return the folder with the project's file, beside the package or beside its `src`; "" elsewhere."""
    beside = os.path.dirname(_PACKAGE)
    folders = [beside, os.path.dirname(beside)] if os.path.basename(beside) == "src" else [beside]
    files = [(folder, name) for folder in folders for name in ("pyproject.toml", "setup.py")]
    return next((folder for folder, name in files if os.path.isfile(os.path.join(folder, name))), "")
