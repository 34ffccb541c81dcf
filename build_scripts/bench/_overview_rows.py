"""Benchmark rows about large documents at a glance, against passes over their readings.

The peers run in the bundle's own interpreter, on the SQLite that is shipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import _freezing
from _bundle import EXE, PROBE
from _measuring import Bench, Missing, Result, Rows, Side, command, interleaved, memory_mb

READINGS, MOST = 10_000_000, 50_000_000
CHANNELS = 5

_ONE_PASS = (
    "SELECT channel_id, count(*), min(value), max(value), avg(value) FROM readings GROUP BY channel_id"
)
_BINS = "SELECT channel_id, time / :bin, min(value), max(value) FROM readings GROUP BY 1, 2"
_PEER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute(sys.argv[2], {"bin": 2_000_000_000}).fetchall()
"""

_FILL = """
    WITH RECURSIVE line (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM line WHERE number + 1 < :lines)
    INSERT INTO readings SELECT 1, :channel, number * 1000000, (number * 7919 % 1999) / 100.0 FROM line
"""


def overview_rows(bench: Bench) -> Iterator[Result]:
    """Show and draw ten million readings; list fifty million."""
    program, folder = bench.bundle / f"myapp{EXE}", bench.new_folder("overview")
    large = document(folder / "large.myapp", bench.size(READINGS))
    one_pass, bins = (_peer(folder, large, statement) for statement in (_ONE_PASS, _BINS))
    picture = folder / "large.svg"
    plotting = command(program, "plot", large, "1", "-o", picture, "--force")
    count = f"{bench.size(READINGS) / 1e6:.3g} million readings"
    for name, side, peer, mark, against in (
        ("show", command(program, "show", large, "1", "--json"), one_pass, 0.1, "one SQL pass over them"),
        (
            "show `--exact`",
            command(program, "show", large, "1", "--json", "--exact"),
            one_pass,
            2.5,
            "one SQL pass over them",
        ),
        ("plot, SVG", plotting, bins, 0.1, "one pass by smallest and largest"),
    ):
        ours, theirs = interleaved([Side(name, side), peer], bench.rounds(3))
        yield Result(f"{name}: {count}", against, ours / theirs, mark, f"{ours:.3g} s : {theirs:.3g} s")
    yield from _exported(bench, program, folder, large, count)
    places = [[str(large), "1", "-o", str(folder / name)] for name in ("a.svg", "a.png", "a.csv")]
    svg, png, csv = places
    for arguments, mark in (
        (["show", str(large), "1"], 60),
        (["plot", *svg], 60),
        (["plot", *png], 110),
        (["export", *csv], 60),
    ):
        memory = memory_mb(program, *arguments)
        name = f"{arguments[0]}: memory, {count}{', PNG' if arguments[-1].endswith('png') else ''}"
        yield Result(name, "MB", memory, mark, f"{memory:.0f} MB")
    yield from _listed(bench, program, folder)
    yield _size(large, count)


_ROWS = """
    SELECT time, max(value) FILTER (WHERE channel_id = 1), max(value) FILTER (WHERE channel_id = 2),
        max(value) FILTER (WHERE channel_id = 3), max(value) FILTER (WHERE channel_id = 4),
        max(value) FILTER (WHERE channel_id = 5) FROM readings WHERE run_id = 1 GROUP BY time ORDER BY time
"""
_READINGS_BY_TIME = "SELECT time, channel_id, value FROM readings WHERE run_id = 1 ORDER BY time"


def _exported(bench: Bench, program: Path, folder: Path, large: Path, count: str) -> Iterator[Result]:
    """Export as a wide CSV file, against SQLite's shell: the same lines, and the readings one by one."""
    shell = shutil.which("sqlite3")
    if shell is None:
        raise Missing("the sqlite3 command line")
    exporting = command(program, "export", large, "1", "-o", folder / "large.csv", "--force")
    for query, against in ((_ROWS, "the same lines"), (_READINGS_BY_TIME, "readings in the order of time")):
        output = folder / "shell.csv"
        peer = command(shell, "-csv", "-cmd", f".output {output}", large, query)
        ours, theirs = interleaved([Side("export", exporting), Side("sqlite3", peer)], bench.rounds(3))
        figures = f"{ours:.3g} s : {theirs:.3g} s"
        yield Result(f"export: {count}", f"`sqlite3 -csv`, {against}", ours / theirs, 1.5, figures)


def _listed(bench: Bench, program: Path, folder: Path) -> Iterator[Result]:
    most = document(folder / "most.myapp", bench.size(MOST))
    few = document(folder / "few.myapp", 1000)
    sides = [Side(path.stem, command(program, "runs", path, "--json")) for path in (most, few)]
    ours, theirs = interleaved(sides, bench.rounds(7))
    name = f"runs: {bench.size(MOST) / 1e6:.3g} million readings"
    yield Result(name, "the same of 1,000 readings", ours / theirs, 1.2, f"{ours:.3g} s : {theirs:.3g} s")


def _size(path: Path, count: str) -> Result:
    """Compare the pages of the overview with those of the readings."""
    import sqlite3

    query = "SELECT count(*) FROM overview"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(query).fetchone()[0]
        connection.execute("VACUUM")
        whole = path.stat().st_size
        connection.execute("DELETE FROM overview")
        connection.commit()
        connection.execute("VACUUM")
    made = whole - path.stat().st_size
    return Result(
        f"size of the overview: {count}", "of the readings", made / path.stat().st_size, 0.01, f"{rows} rows"
    )


def _peer(folder: Path, path: Path, statement: str) -> Side:
    script = folder / "peer.py"
    script.write_text(_PEER, encoding="utf-8")
    return Side("SQL", command(_freezing.PROBE_BUNDLE / f"{PROBE}{EXE}", script, path, statement))


def document(path: Path, readings: int) -> Path:
    """Make a document at head with one run of five channels, by this program's own transaction."""
    from myapp.application import context
    from myapp.document.create import create
    from myapp.document.open import open_document
    from myapp.notebook.overview import keeping
    from myapp.notebook.sql import Sql

    create(path, context())
    with open_document(path, context()) as opened, opened.writing() as connection:
        sql = Sql(connection)
        sql("INSERT INTO runs (id, title, started_at) VALUES (1, 'large', 0)")
        with keeping.noting(sql):
            for channel in range(1, CHANNELS + 1):
                sql(
                    "INSERT INTO channels (id, name, unit) VALUES (:id, :name, 'V')",
                    id=channel,
                    name=f"c{channel}",
                )
                sql(_FILL, channel=channel, lines=readings // CHANNELS)
        keeping.note(sql, {1: readings // CHANNELS})
    return path


ROWS: dict[str, Rows] = {"overview": overview_rows}
