"""A third application: a reading list whose revisions have hash ids and whose record has names of its own.

Its revisions' files begin with dates, and their ids sort otherwise than they follow each other.
"""

from __future__ import annotations

import os
from pathlib import Path

from myapp.document.format import DocumentFormat, Record
from myapp.schema.manifest import Manifest

APPLICATION_ID = 0x53484C46
"""`SHLF`"""

MIGRATIONS = Path(__file__).parent / "migrations"

ORDER = ("c3d0f8b1e6a2", "9a7b2e4d1c05", "e1f2a3b4c5d6", "5c1e0a4f9b27")
"""Its revisions, oldest first."""


def shelf_format(migrations: Path = MIGRATIONS, blank: Path | None = None) -> DocumentFormat:
    """Return the format of its documents; the manifest lies in the directory. Imports no Alembic."""
    manifest = Manifest.read(migrations / "manifest.sha256")
    return DocumentFormat(
        name="shelf",
        program=f"shelf {len(manifest.order)}.0",
        suffix=".shelf",
        application_id=APPLICATION_ID,
        migrations=os.fspath(migrations),
        manifest=manifest,
        blank=os.fspath(blank) if blank else None,
        record=Record("about", created_by="made with", written_by="changed with"),
    )
