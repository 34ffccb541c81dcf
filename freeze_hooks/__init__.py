"""What the freezer cannot find out by itself: one module a dependency, merged into `build_exe` options.

A module here has one function, `needs(root)`, which gets the repository's folder and returns a `Needs`.
To freeze another dependency, add a module; nothing else names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


class FreezeError(Exception):
    """The bundle would not be whole; the text names what is missing and what asks for it."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What one dependency needs; the first four are options of `build_exe` under their own names."""

    packages: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    """Modules that are loaded by name; the build imports each of them in the finished bundle."""
    excludes: list[str] = field(default_factory=list)
    include_files: list[tuple[str, str]] = field(default_factory=list)
    system_libraries: list[str] = field(default_factory=list)
    """Libraries outside the C library that are taken from the system that builds (Linux)."""
    shared_libraries: list[str] = field(default_factory=list)
    """Libraries that the freezer's wheel and another one vendor: the other's copy serves both (Linux)."""
    aborting_libraries: list[str] = field(default_factory=list)
    """Libraries that are called only when the program is lost: it aborts instead of linking them (Linux)."""
    documented: list[str] = field(default_factory=list)
    """Files of packages whose docstrings a person is shown; all others are without."""
    optional: list[str] = field(default_factory=list)
    """Modules and packages that it tries to import and does without, as it does without `excludes`."""


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
