"""Another application on the same parts: recipes, with documents, models and migrations of its own.

It uses `myapp.schema` and `myapp.document` as they are; this folder holds everything of its own.
"""

from __future__ import annotations

import os
from pathlib import Path

from myapp.document.format import DocumentFormat
from myapp.schema.manifest import Manifest
from myapp.schema.order import revision_order

APPLICATION_ID = 0x52435045
"""`RCPE`"""

MIGRATIONS = Path(__file__).parent / "migrations"


def recipe_format(migrations: Path = MIGRATIONS) -> DocumentFormat:
    """Return the format of its documents, at the newest revision of a folder."""
    manifest = Manifest.of(migrations, revision_order(migrations), complete=False)
    return DocumentFormat(
        name="recipes",
        program=f"recipes {len(manifest.order)}.0",
        suffix=".recipes",
        application_id=APPLICATION_ID,
        migrations=os.fspath(migrations),
        manifest=manifest,
        blank=None,
    )
