"""Alembic: registers its dialects by importing them, and reads its templates as files."""

import importlib.util
from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return what Alembic needs, with the templates of `alembic init` as the plain files they are."""
    return Needs(
        packages=["alembic.autogenerate", "alembic.ddl"],
        includes=["alembic.command", "alembic.config", "alembic.context", "alembic.op"],
        excludes=["alembic.templates", "alembic.testing"],
        include_files=_templates(),
        documented=["alembic/command.py"],  # the help of its command line is made of them
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
