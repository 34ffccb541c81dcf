"""Prints the versions that a bug report must name."""

from myapp.application import versions
from myapp.cli import output


def show() -> None:
    """Print the versions of the program, Python, SQLite, SQLAlchemy and Alembic, and the schema's head."""
    output.facts(versions())
