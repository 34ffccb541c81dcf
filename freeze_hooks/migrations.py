"""The migrations: shipped as plain files, so that the freezer does not scan their imports."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from freeze_hooks import FreezeError, Needs
from myapp.errors import BrokenInstallation
from myapp.schema.data_files import data_files


def needs(root: Path) -> Needs:
    """Return the directory's files and all modules that they import.

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
    """Return the files of a migrations directory to ship: scripts, data files that they name, templates.

    Raise FreezeError for a data file that is missing, naming it and the revision.
    """
    scripts = [*folder.glob("*.py"), *folder.glob("versions/*.py")]
    data = {file for script in scripts for file in _data_files(script)}
    return sorted([*scripts, *data, *folder.glob("*.mako")])


def imports(folder: Path) -> dict[str, Path]:
    """Return all modules that a migrations directory imports, each with a file that imports it."""
    importers: dict[str, Path] = {}
    for file in files(folder):
        for name in _imported(file) if file.suffix in (".py", ".mako") else ():
            if not _exists(name):
                raise FreezeError(f"{file} imports {name}, which is not installed")
            importers.setdefault(name, file)
    return importers


def _data_files(script: Path) -> Iterator[Path]:
    try:
        names = data_files(script)
    except BrokenInstallation as error:
        raise FreezeError(error.detail) from error
    for name in names:
        if not script.with_name(name).is_file():
            raise FreezeError(f"{script} names the data file {name}, which is missing")
        yield script.with_name(name)


def _imported(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".mako":  # a template is not Python, but its import lines are
        text = "\n".join(line for line in text.splitlines() if line.startswith(("import ", "from ")))
    for node in ast.walk(ast.parse(text, str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            submodules = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in submodules if _exists(name))


def _exists(name: str) -> bool:
    """Return whether a module can be found, without the slow import of the packages around it."""
    if name in sys.modules:  # os.path, for example, is not found in a package
        return True
    known, *rest = name.split(".")
    spec = importlib.util.find_spec(known)
    for part in rest:
        known = f"{known}.{part}"
        inside = spec.submodule_search_locations if spec else None
        spec = PathFinder.find_spec(known, inside) if inside else None
    return spec is not None
