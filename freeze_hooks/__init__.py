"""Adds to the freezer what it cannot detect: one module for each dependency, merged into one `Needs`.

A module here has one function, `needs(root)`, which gets the repository's folder and returns a `Needs`.
To freeze another dependency, add a module; nothing else names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


class FreezeError(Exception):
    """The bundle would be incomplete; the message names the missing part and the file that needs it."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Needs of a dependency. The first four fields are options of cx_Freeze's `build_exe`."""

    packages: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    """Modules that are loaded by name; the build imports each of them in the finished bundle."""
    excludes: list[str] = field(default_factory=list)
    include_files: list[tuple[str, str]] = field(default_factory=list)
    system_libraries: list[str] = field(default_factory=list)
    """Libraries outside the C library to copy from the building system (Linux)."""
    runtime_libraries: list[str] = field(default_factory=list)
    """Libraries beside the building interpreter that a system may lack (Windows)."""
    shared_libraries: list[str] = field(default_factory=list)
    """Libraries that the freezer's wheel and another one vendor: the other's copy serves both (Linux)."""
    aborting_libraries: list[tuple[str, str]] = field(default_factory=list)
    """Patterns of files, each with a library that they do without: a function of it is called only after a
    fatal error, and aborts (Linux)."""
    kept_files: list[tuple[str, str]] = field(default_factory=list)
    """Folders of the bundle, each with a pattern in it: only such files are kept there, and the libraries
    that they are linked to."""
    licenses: list[tuple[str, str]] = field(default_factory=list)
    """Distributions whose wheels have no license in them, each with a file that goes beside its metadata."""
    desktop_libraries: list[str] = field(default_factory=list)
    """Beginnings of the names of libraries that every desktop has, and that its own drivers need (Linux)."""
    documented: list[str] = field(default_factory=list)
    """Files of packages whose docstrings users read; all other modules lose theirs."""
    optional: list[str] = field(default_factory=list)
    """Modules that a dependency tries to import and can do without, besides `excludes`."""


def merged(root: Path) -> Needs:
    """Return the needs of all hooks together."""
    every = list(_all_needs(root))
    names = [one.name for one in fields(Needs)]
    return Needs(**{name: [item for needs in every for item in getattr(needs, name)] for name in names})


def _all_needs(root: Path) -> Iterator[Needs]:
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        needs = import_module(f"{__name__}.{module.name}").needs(root)
        assert isinstance(needs, Needs), module.name
        yield needs
