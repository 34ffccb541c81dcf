"""Prints the versions that a bug report must name."""

import sys

from myapp.application import document_format
from myapp.cli import output
from myapp.product import VERSION


def show() -> None:
    """Print the versions of the program, Python, SQLite, SQLAlchemy and Alembic, and the schema's head."""
    format = document_format()
    known = format.manifest.facts
    facts = [
        (format.name, VERSION),
        ("Python", ".".join(map(str, sys.version_info[:3]))),
        ("SQLite", known.get("sqlite") or _sqlite()),
        ("SQLAlchemy", known.get("sqlalchemy") or _installed("sqlalchemy")),
        ("Alembic", known.get("alembic") or _installed("alembic")),
        ("head", format.head),
    ]
    output.facts(facts)


def _sqlite() -> str:
    from sqlite3 import sqlite_version  # a build that has its own writes the version into the manifest

    return sqlite_version


def _installed(distribution: str) -> str:
    from importlib.metadata import version  # slow; the builds write versions into the manifest

    return version(distribution)
