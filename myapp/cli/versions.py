"""The versions of all that a bug report must name."""

import sqlite3
import sys

from myapp.application import document_format
from myapp.product import VERSION


def versions() -> list[tuple[str, str]]:
    """Return (name, version) of the program, Python, SQLite, SQLAlchemy, Alembic and the schema's head."""
    kind = document_format()
    known = kind.manifest.facts
    return [
        (kind.name, VERSION),
        ("Python", ".".join(map(str, sys.version_info[:3]))),
        ("SQLite", sqlite3.sqlite_version),
        ("SQLAlchemy", known.get("sqlalchemy") or _installed("sqlalchemy")),
        ("Alembic", known.get("alembic") or _installed("alembic")),
        ("head", kind.head),
    ]


def _installed(distribution: str) -> str:
    from importlib.metadata import version  # slow; the builds write versions into the manifest

    return version(distribution)
