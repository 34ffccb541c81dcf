"""Fills a kept document with the readings of tests/data, and with tags, notes and an attachment."""

import hashlib
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from myapp.notebook.importing import import_csv
from myapp.notebook.models import metadata

DATA = Path(__file__).resolve().parent.parent / "data"

TAGS = {"seattle-weather": ["weather", "Seattle"], "sf-temps": ["weather", "hourly"], "co2": ["CO₂"]}
NOTES = {"seattle-weather": "rain gauge on the roof", "co2": "weekly; NOAA"}
ATTACHED = "co2", "photo.raw", bytes(range(256)) * 8
ADDED_AT = 1_700_000_000_000_000


def fill(connection: Connection) -> None:
    """Write all that this release knows into an empty document; called by build_scripts/new_fixture.py."""
    for file in sorted(DATA.glob("*.csv")):
        import_csv(connection, file, now_us=ADDED_AT)
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
