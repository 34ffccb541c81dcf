"""Benchmark rows about large data: import, extract, and copy to a server."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

import _freezing
from _bundle import EXE, PROBE
from _csv_files import CHANNELS, START, long_csv, many_channels_csv, wide_csv
from _environment import WINDOWS, bench_environment
from _measuring import Bench, Missing, Result, Rows, Side, command, interleaved, memory_mb
from _postgres import Server, running

READINGS = 1_000_000

_KEYS = "INSERT INTO runs (id, title, started_at) VALUES (1, 'wide', 0);" + "".join(
    f"INSERT INTO channels (id, name, unit) VALUES ({number}, '{name}', '');"
    for number, name in enumerate(CHANNELS, 1)
)
"""SQL for the run and the channels of the readings in a long CSV file."""


def import_rows(bench: Bench) -> Iterator[Result]:
    """Import a wide CSV file, against tools that import the same readings in long form."""
    data = _Data(bench, "import", bench.size(READINGS))
    yield from _against_shell(bench, data)
    yield from _against_sqlite_utils(data)
    yield _against_duckdb(bench, data)
    yield _with_overview(bench, data)
    yield _of_many_channels(bench, data)
    yield _memory(bench, data)


def extract_rows(bench: Bench) -> Iterator[Result]:
    """Extract half of a document, by time and by run, against SQL that copies the same rows."""
    data = _Data(bench, "extract", bench.size(5 * READINGS))
    middle = START + data.rows // 2
    end = datetime.fromtimestamp(middle, UTC).isoformat()
    one = data.document("one.myapp", data.wide)
    yield _extract(bench, data, one, "time", ["--to", end], f"time < {middle * 1_000_000}")
    half = data.rows // 2
    first = wide_csv(data.folder / "first.csv", 0, half)
    second = wide_csv(data.folder / "second.csv", half, data.rows)
    two = data.document("two.myapp", first, second)
    yield _extract(bench, data, two, "run", ["--run", "1"], "run_id = 1")


def copy_rows(bench: Bench) -> Iterator[Result]:
    """Copy a document to PostgreSQL, as the owner of the tables and as another role."""
    data = _Data(bench, "copy", bench.size(READINGS))
    document = data.document("document.myapp", data.wide)
    with running() as server:
        yield _copy(bench, data, document, server, server.owner, "owner")
        yield _copy(bench, data, document, server, server.other, "another role")


ROWS: dict[str, Rows] = {"import": import_rows, "extract": extract_rows, "copy": copy_rows}


@dataclass
class _Data:
    """Readings as a wide and a long CSV file and as documents, in a folder of their own."""

    bench: Bench
    name: str
    readings: int

    @property
    def rows(self) -> int:
        return self.readings // len(CHANNELS)

    @cached_property
    def folder(self) -> Path:
        return self.bench.new_folder(self.name)

    @cached_property
    def program(self) -> Path:
        return self.bench.bundle / ("myapp.exe" if WINDOWS else "myapp")

    @cached_property
    def blank(self) -> Path:
        path = self.folder / "blank.myapp"
        command(self.program, "new", path)()
        return path

    @cached_property
    def wide(self) -> Path:
        return wide_csv(self.folder / "wide.csv", 0, self.rows)

    @cached_property
    def long(self) -> Path:
        return long_csv(self.folder / "long.csv", self.rows)

    def document(self, name: str, *files: Path) -> Path:
        """Import files into a new document."""
        path = self.folder / name
        shutil.copyfile(self.blank, path)
        command(self.program, "import", path, *files, "--json")()
        return path

    def for_peer(self, path: Path, keys: str = "") -> None:
        """Make a document without readings and without triggers: what they note would slow the peer down."""
        shutil.copyfile(self.blank, path)
        with closing(sqlite3.connect(path)) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            connection.executescript("".join(f"DROP TRIGGER {name};" for (name,) in triggers) + keys)


def _importing(data: _Data) -> Side:
    path = data.folder / "imported.myapp"
    importing = command(data.program, "import", path, data.wide, "--json")
    return Side("myapp", importing, partial(shutil.copyfile, data.blank, path))


def _against_shell(bench: Bench, data: _Data) -> Iterator[Result]:
    path = data.folder / "shell.myapp"
    arguments = (path.name, ".mode csv", f".import --skip 1 {data.long.name} readings")
    peer = Side(
        "sqlite3", command(_shell(), *arguments, cwd=data.folder), partial(data.for_peer, path, _KEYS)
    )
    ours, theirs = interleaved([_importing(data), peer], bench.rounds(7))
    _demand_same(data.folder / "imported.myapp", path)
    name, against = f"import: {_count(data.readings)} from a wide CSV", "sqlite3 `.import`, long CSV by key"
    yield Result(name, against, ours / theirs, 1.5, _seconds(ours, theirs))


def _against_sqlite_utils(data: _Data) -> Iterator[Result]:
    path = data.folder / "utils.myapp"
    arguments = ("-m", "sqlite_utils", "insert", path, "readings", data.long, "--csv", "--silent")
    peer = Side("sqlite-utils", command(bench_environment(), *arguments), partial(data.for_peer, path, _KEYS))
    ours, theirs = interleaved([_importing(data), peer], 1)
    _demand_same(data.folder / "imported.myapp", path)
    against = "`sqlite-utils insert --csv`, long CSV by key"
    yield Result("import: how many times faster", against, theirs / ours, 15, _seconds(ours, theirs), True)


_DUCKDB = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute(
    "CREATE TABLE readings AS SELECT channel, epoch_us(time) AS time, value FROM "
    "(UNPIVOT (FROM read_csv(?)) ON COLUMNS(* EXCLUDE time) INTO NAME channel VALUE value) "
    "ORDER BY channel, time",
    [sys.argv[2]],
)
"""


def _against_duckdb(bench: Bench, data: _Data) -> Result:
    path, script = data.folder / "duck.db", data.folder / "duck.py"
    script.write_text(_DUCKDB, encoding="utf-8")
    peer = command(bench_environment(), script, path, data.wide)
    sides = [_importing(data), Side("duckdb", peer, partial(path.unlink, missing_ok=True))]
    ours, theirs = interleaved(sides, bench.rounds(5))
    against = "DuckDB, the same file into a long table, sorted"
    return Result(f"import: {_count(data.readings)}", against, ours / theirs, 2.5, _seconds(ours, theirs))


_WITHOUT_OVERVIEW = """
import sys
from myapp.document.format import DocumentFormat
from myapp.__main__ import run
DocumentFormat.settle = lambda *_, **__: None
run()
"""


def _with_overview(bench: Bench, data: _Data) -> Result:
    """Compare with a program that sums nothing up."""
    script = data.folder / "without.py"
    script.write_text(_WITHOUT_OVERVIEW, encoding="utf-8")
    path = data.folder / "without.myapp"
    probe = _freezing.PROBE_BUNDLE / f"{PROBE}{EXE}"
    peer = command(probe, script, "import", path, data.wide, "--json")
    sides = [_importing(data), Side("without", peer, partial(shutil.copyfile, data.blank, path))]
    ours, theirs = interleaved(sides, bench.rounds(7))
    against = "the same without the overview"
    return Result(f"import: {_count(data.readings)}", against, ours / theirs, 1.1, _seconds(ours, theirs))


def _of_many_channels(bench: Bench, data: _Data) -> Result:
    many = many_channels_csv(data.folder / "many.csv", 1000, data.readings // 1000)
    path = data.folder / "many.myapp"
    importing = command(data.program, "import", path, many, "--json")
    sides = [Side("many", importing, partial(shutil.copyfile, data.blank, path)), _importing(data)]
    ours, theirs = interleaved(sides, bench.rounds(5))
    name = f"import: {_count(data.readings)} of 1,000 channels"
    return Result(name, "as many of 5 channels", ours / theirs, 2, _seconds(ours, theirs))


def _memory(bench: Bench, data: _Data) -> Result:
    more = _Data(bench, "more", 5 * data.readings)
    megabytes = []
    for each in (data, more):
        path = each.folder / "imported.myapp"
        shutil.copyfile(each.blank, path)
        megabytes.append(memory_mb(each.program, "import", path, each.wide, "--json"))
    figures = f"{megabytes[0]:.0f} MB at {_count(data.readings)}"
    return Result(f"import: memory, {_count(more.readings)}", "MB", megabytes[1], 60, figures)


def _extract(
    bench: Bench, data: _Data, document: Path, by: str, selection: list[str], condition: str
) -> Result:
    part, raw = data.folder / "part.myapp", data.folder / "raw.myapp"
    extracting = command(data.program, "extract", document, *selection, "-o", part)
    ours = Side("myapp", extracting, partial(part.unlink, missing_ok=True))
    sql = f"""
        ATTACH '{document.name}' AS whole;
        BEGIN;
        INSERT INTO runs SELECT * FROM whole.runs WHERE id = 1;
        INSERT INTO channels SELECT * FROM whole.channels;
        INSERT INTO sources SELECT * FROM whole.sources WHERE run_id = 1;
        INSERT INTO readings SELECT * FROM whole.readings WHERE {condition};
        COMMIT
    """
    copying = command(_shell(), raw.name, sql, cwd=data.folder)
    peer = Side("ATTACH", copying, partial(data.for_peer, raw))
    extract, copy = interleaved([ours, peer], bench.rounds(7))
    _demand_same(part, raw)
    name = f"extract: half of {_count(data.readings)}, by {by}"
    return Result(name, "raw ATTACH + INSERT … SELECT", extract / copy, 1.15, _seconds(extract, copy))


def _copy(bench: Bench, data: _Data, document: Path, server: Server, role: str, description: str) -> Result:
    """Copy into an empty notebook as a role, and the same readings by psql into another one."""
    urls: dict[str, str] = {}

    def notebook(side: str) -> None:
        url = urls[side] = server.new_database()
        command(data.program, "new", url)()
        command(data.program, "schema", "grant", url, "--writer", role)()

    def ready() -> None:
        notebook("psql")
        server.psql(urls["psql"], _KEYS)

    def copying() -> None:
        command(data.program, "copy", document, server.as_role(urls["myapp"], role))()

    def peer() -> None:
        server.psql(server.as_role(urls["psql"], role), f"\\copy readings FROM '{data.long}' CSV HEADER")

    sides = [Side("myapp", copying, partial(notebook, "myapp")), Side("psql", peer, ready)]
    ours, theirs = interleaved(sides, bench.rounds(5))
    name = f"copy: {_count(data.readings)} to PostgreSQL, as {description}"
    return Result(name, r"`psql \copy`, long CSV by key", ours / theirs, 1.3, _seconds(ours, theirs))


def _shell() -> str:
    shell = shutil.which("sqlite3")
    if shell is None:
        raise Missing("the sqlite3 command line")
    return shell


def _demand_same(ours: Path, theirs: Path) -> None:
    """Exit if two documents hold different readings: their times would not be comparable."""
    query = "SELECT count(*), min(time), max(time), round(sum(value), 3) FROM readings"
    contents = []
    for path in (ours, theirs):
        with closing(sqlite3.connect(path)) as connection:
            contents.append(connection.execute(query).fetchone())
    if contents[0] != contents[1]:
        raise SystemExit(f"{ours.name} holds {contents[0]}, {theirs.name} {contents[1]}")


def _count(readings: int) -> str:
    return f"{readings / READINGS:.3g} million readings"


def _seconds(*seconds: float) -> str:
    return " : ".join(f"{second:.3g} s" for second in seconds)
