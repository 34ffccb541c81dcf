"""An application with two databases: what readers may see is in one, what they must not is in the other."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL

from myapp.schema.migrations import Migrations

MIGRATIONS = Path(__file__).parent / "migrations"


def migrations(catalogue: URL, accounts: URL) -> Migrations:
    """Return the migrations of both databases."""
    return Migrations(MIGRATIONS, {"catalogue": catalogue, "accounts": accounts})
