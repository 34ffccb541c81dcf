"""An application in a database that another one has too: its tables and its version have names of its own."""

from __future__ import annotations

from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"
