"""Alembic: its templates are files, and its command line prints docstrings."""

import importlib.util
from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the templates of `alembic init` as plain files, and the module whose docstrings are kept."""
    return Needs(
        excludes=["alembic.templates", "alembic.testing"],
        include_files=_templates(),
        documented=["alembic/command.py"],
        optional=["tomli"],  # a part of Python since 3.11
    )


def _templates() -> list[tuple[str, str]]:
    spec = importlib.util.find_spec("alembic")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    files = [file for file in sorted(package.glob("templates/**/*")) if file.is_file()]
    return [
        (str(file), f"lib/alembic/{file.relative_to(package).as_posix()}")
        for file in files
        if "__pycache__" not in file.parts
    ]
