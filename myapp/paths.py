"""Where the program's shipped files are, from source, wheel and bundle: the only reader of `sys.frozen`.

Every answer is absolute and independent of the current directory and of the environment.
"""

import sys
from pathlib import Path
from typing import Literal

Target = Literal["source", "wheel", "frozen"]


def target() -> Target:
    """Return how this program was shipped: a checkout, an installed wheel or a frozen bundle."""
    if getattr(sys, "frozen", False):
        return "frozen"
    return "wheel" if (_package() / "migrations").is_dir() or not _in_checkout() else "source"


def bundle_dir() -> Path:
    """Return the frozen program's folder: the executable's own, links followed.

    The freezer's start-up code puts it into `sys.prefix`; `sys.executable` may be what the variable
    PYTHONEXECUTABLE says.
    """
    return Path(sys.prefix).resolve()


def migrations_dir() -> Path:
    """Return the migrations directory, whether or not it still exists.

    It lies beside the executable in the bundle, inside the package in a wheel, and beside the package
    in a checkout.
    """
    match target():
        case "frozen":
            return bundle_dir() / "migrations"
        case "wheel":
            return _package() / "migrations"
        case "source":
            return _package().parent / "migrations"


def shipped(name: str) -> Path:
    """Return the path of a data file of the package, such as `manifest.sha256`."""
    if target() == "frozen":
        return bundle_dir() / "lib" / "myapp" / name
    return _package() / name


def _package() -> Path:
    return Path(__file__).resolve().parent


def _in_checkout() -> bool:
    return (_package().parent / "setup.py").is_file()
