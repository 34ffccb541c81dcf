"""The migrations: shipped as plain files, so that no scan of the freezer sees what they import."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from freeze_hooks import FreezeError, Needs


def needs(root: Path) -> Needs:
    """Return the directory's files and every module that they import.

    Raise FreezeError for an import that is not installed, naming it and the file.
    """
    folder = root / "migrations"
    return Needs(
        includes=sorted(imports(folder)),
        include_files=[
            (str(file), f"migrations/{file.relative_to(folder).as_posix()}") for file in files(folder)
        ],
    )


def files(folder: Path) -> list[Path]:
    """Return what is shipped of a migrations directory: the scripts and the template of new ones."""
    return sorted([*folder.glob("*.py"), *folder.glob("versions/*.py"), *folder.glob("*.mako")])


def imports(folder: Path) -> dict[str, Path]:
    """Return the modules that the files of a migrations directory import, each with one that does."""
    found: dict[str, Path] = {}
    for file in files(folder):
        for name in _imported(file):
            if not _exists(name):
                raise FreezeError(f"{file} imports {name}, which is not installed")
            found.setdefault(name, file)
    return found


def _imported(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".mako":  # Python only by half: what counts is its import lines
        text = "\n".join(line for line in text.splitlines() if line.startswith(("import ", "from ")))
    for node in ast.walk(ast.parse(text, str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            submodules = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in submodules if _exists(name))


def _exists(name: str) -> bool:
    """Tell whether a module can be found, without importing the packages that it is in: that takes time."""
    if name in sys.modules:  # such as os.path, which is in no package
        return True
    known, *rest = name.split(".")
    spec = importlib.util.find_spec(known)
    for part in rest:
        known = f"{known}.{part}"
        inside = spec.submodule_search_locations if spec else None
        spec = PathFinder.find_spec(known, inside) if inside else None
    return spec is not None
