"""Makes a release's kept document, tests/documents/NNNN.myapp, with today's program from real files."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _environment import ROOT, enter

if TYPE_CHECKING:
    from sqlalchemy import Connection

DOCUMENTS = ROOT / "tests" / "documents"
DATA = ROOT / "tests" / "data"

TAGS = {"seattle-weather": ["weather", "Seattle"], "sf-temps": ["weather", "hourly"], "co2": ["CO₂"]}
NOTES = {"seattle-weather": "rain gauge on the roof", "co2": "weekly; NOAA"}
ATTACHED = "co2", "photo.raw", bytes(range(256)) * 8
ADDED_AT = 1_700_000_000_000_000


def main() -> int:
    """Make the document of the head; refuse if it exists, or if the head belongs to no release."""
    enter()
    from myapp.application import document_format
    from myapp.product import RELEASES, SUFFIX

    head = document_format().head
    document = DOCUMENTS / f"{head}{SUFFIX}"
    if head not in RELEASES.values():
        print(f"revision {head} is of no release: name it in myapp/product.py", file=sys.stderr)
        return 1
    if document.exists():
        print(f"{document} is kept already, and a kept document never changes", file=sys.stderr)
        return 1
    _make(document)
    print(f"{document}: if this release knows more than is in it, add that to {Path(__file__).name} first")
    return 0


def _make(document: Path) -> None:
    """Write a document with the readings of tests/data, and tags, notes and an attachment."""
    from myapp.application import context
    from myapp.document import files
    from myapp.document.create import create
    from myapp.document.open import open_document
    from myapp.notebook.importing import import_csv

    temporary = files.temporary_name(os.fspath(document))
    try:
        create(temporary, context())
        with open_document(temporary, context()) as opened, opened.writing() as connection:
            for file in sorted(DATA.glob("*.csv")):
                import_csv(connection, file, now_us=ADDED_AT)
            _add(connection)
        files.place_new(temporary, os.fspath(document))
    finally:
        files.remove(temporary)


def _add(connection: Connection) -> None:
    from sqlalchemy import insert, select, update

    from myapp.notebook.models import metadata

    runs, tags = metadata.tables["runs"], metadata.tables["tags"]
    ids = {title: number for number, title in connection.execute(select(runs.c.id, runs.c.title))}
    names = dict.fromkeys(name for tagged in TAGS.values() for name in tagged)
    numbers = {name: number for number, name in enumerate(names, 1)}
    connection.execute(insert(tags), [{"id": number, "name": name} for name, number in numbers.items()])
    links = [(ids[title], numbers[name]) for title, tagged in TAGS.items() for name in tagged]
    connection.execute(insert(metadata.tables["run_tags"]).values(links))
    for title, notes in NOTES.items():
        connection.execute(update(runs).filter_by(title=title).values(notes=notes))
    title, name, content = ATTACHED
    about = {"run_id": ids[title], "name": name, "size": len(content), "added_at": ADDED_AT}
    digest = hashlib.sha256(content).hexdigest()
    connection.execute(insert(metadata.tables["attachments"]).values(**about, sha256=digest, content=content))


if __name__ == "__main__":
    sys.exit(main())
