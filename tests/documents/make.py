"""Made the kept documents 0001.myapp … 0006.myapp, each by its own revision, filled as its release did.

They are never made again: a change of a revision must not change what its release once wrote. The
script stays so that a reader sees their content; it refuses to replace a document.
"""

import csv
import hashlib
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
DATA = HERE.parent / "data"

sys.path.insert(0, str(CHECKOUT))

from myapp.product import RELEASES  # noqa: E402  (the checkout is on the path only now)
from myapp.schema.migrations import Migrations  # noqa: E402

UNITS = {"precipitation": "mm", "temp_max": "°C", "temp_min": "°C", "wind": "m/s", "temp": "°F", "co2": "ppm"}
TAGS = {1: ["weather", "Seattle"], 2: ["weather", "hourly"], 3: ["Mauna Loa", "CO₂"]}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Run = tuple[int, str, datetime | None, str | None]
Reading = tuple[int, str, datetime, float]


def weather() -> list[Reading]:
    """Return the first year of daily weather in Seattle: four channels, a text column left out."""
    rows = list(csv.DictReader((DATA / "seattle-weather.csv").open(encoding="utf-8")))[:366]
    names = ["precipitation", "temp_max", "temp_min", "wind"]
    return [(1, n, _time(row["date"], "%Y/%m/%d"), float(row[n])) for row in rows for n in names]


def temperatures() -> list[Reading]:
    """Return the first thousand hours of temperature in San Francisco."""
    rows = list(csv.DictReader((DATA / "sf-temps.csv").open(encoding="utf-8")))[:1000]
    return [(2, "temp", _time(row["date"], "%Y/%m/%d %H:%M:%S"), float(row["temp"])) for row in rows]


def carbon() -> list[Reading]:
    """Return all weekly CO₂ at Mauna Loa, from 1958 on, without its gaps."""
    rows = csv.DictReader((DATA / "co2.csv").open(encoding="utf-8"))
    return [(3, "co2", _time(row["date"], "%Y%m%d"), float(row["co2"])) for row in rows if row["co2"]]


def odd() -> list[Reading]:
    """Return fractions of a second, before 1970 too, and the extreme values of a double."""
    start = datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
    values = [0.0, -0.0, 1e308, -5e-324, 0.1, 2**53 + 1.0]
    return [(4, "Größe µ'\"", start + timedelta(microseconds=250_001 * i), v) for i, v in enumerate(values)]


def twice() -> list[Reading]:
    """Return readings of one key, which releases before 0.4.0 could write; none may be dropped."""
    start = datetime(2020, 10, 25, 2, 30, tzinfo=UTC)
    moved = start + timedelta(microseconds=1)
    return [
        (5, "temp", start, 10.5),
        (5, "temp", start, 10.5),
        (5, "temp", start, 11.0),
        (5, "temp", moved, 12.0),
    ]


RUNS: list[Run] = [
    (1, "Seattle, Wetter", datetime(2012, 1, 1, tzinfo=UTC), "rain gauge on the roof"),
    (2, "San Francisco", datetime(2010, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC), None),
    (3, "Mauna Loa CO₂ 🌋", datetime(1958, 3, 29, tzinfo=UTC), "weekly; NOAA"),
    (4, 'it\'s "odd"; DROP TABLE runs --', None, ""),
    (5, "the doubled hour", datetime(2020, 10, 25, 2, 30, tzinfo=UTC), None),
    (6, "planned, never started", None, None),
]


def fill(connection: sqlite3.Connection, revision: int) -> None:
    """Write all runs and readings into an empty document of one revision, as its release did."""
    release = next(version for version, head in RELEASES.items() if int(head) == revision)
    program = f"myapp {release}"
    connection.execute("INSERT INTO document VALUES (1, ?, ?)", (program, program))
    for run in RUNS:
        _insert_run(connection, revision, run)
    readings = weather() + temperatures() + carbon() + odd()
    readings += twice() if revision < 4 else twice()[-2:]
    _insert_readings(connection, revision, readings)
    if revision >= 3:
        _insert_tags(connection)
    if revision >= 5:
        _insert_files(connection)


def _insert_run(connection: sqlite3.Connection, revision: int, run: Run) -> None:
    number, title, start, notes = run
    if revision >= 4:
        start = start or EPOCH
    values = [number, title, start and _written(start, revision)]
    connection.execute("INSERT INTO runs (id, title, started_at) VALUES (?, ?, ?)", values)
    if revision >= 3:
        connection.execute("UPDATE runs SET notes = ? WHERE id = ?", (notes, number))


def _insert_readings(connection: sqlite3.Connection, revision: int, readings: list[Reading]) -> None:
    names = sorted({name for _run, name, _time, _value in readings})
    channel: dict[str, str | int] = {name: name for name in names}
    if revision >= 2:
        channel = {name: number for number, name in enumerate(names, 1)}
        rows = [(channel[name], name, UNITS.get(name, "")) for name in names]
        connection.executemany("INSERT INTO channels (id, name, unit) VALUES (?, ?, ?)", rows)
    column = "channel" if revision == 1 else "channel_id"
    connection.executemany(
        f"INSERT INTO readings (run_id, {column}, time, value) VALUES (?, ?, ?, ?)",
        [(run, channel[name], _written(time, revision), value) for run, name, time, value in readings],
    )


def _insert_tags(connection: sqlite3.Connection) -> None:
    names = sorted({name for tags in TAGS.values() for name in tags})
    connection.executemany("INSERT INTO tags (id, name) VALUES (?, ?)", enumerate(names, 1))
    pairs = [(run, names.index(name) + 1) for run, tags in TAGS.items() for name in tags]
    connection.executemany("INSERT INTO run_tags (run_id, tag_id) VALUES (?, ?)", pairs)


def _insert_files(connection: sqlite3.Connection) -> None:
    imported = 1_700_000_000_000_000
    for run, name in [(1, "seattle-weather.csv"), (2, "sf-temps.csv"), (3, "co2.csv")]:
        content = (DATA / name).read_bytes()
        row = (run, name, hashlib.sha256(content).hexdigest(), len(content), imported)
        connection.execute(
            "INSERT INTO sources (run_id, file_name, sha256, size, imported_at) VALUES (?, ?, ?, ?, ?)", row
        )
    content = bytes(range(256)) * 8
    row = (3, "photo.raw", hashlib.sha256(content).hexdigest(), len(content), imported, content)
    connection.execute(
        "INSERT INTO attachments (run_id, name, sha256, size, added_at, content) VALUES (?, ?, ?, ?, ?, ?)",
        row,
    )


def _time(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern).replace(tzinfo=UTC)


def _written(time: datetime, revision: int) -> str | int:
    if revision >= 3:
        return (time - EPOCH) // timedelta(microseconds=1)
    return time.replace(tzinfo=None).isoformat(" ")


def main() -> int:
    """Make the documents that are not there yet."""
    for revision in range(1, 7):
        path = HERE / f"{revision:04d}.myapp"
        if path.exists():
            continue
        Migrations(CHECKOUT / "migrations", path).upgrade(f"{revision:04d}")
        connection = sqlite3.connect(path)
        with connection:
            fill(connection, revision)
        connection.close()
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
