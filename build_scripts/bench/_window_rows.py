"""Benchmark rows about the frozen window, on an X server without a screen.

The scripts run in the bundle's own interpreter: ours as a double-click starts it, and the peer, which is the
prototype of the window, a table and no more, on the same Qt and library.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import _freezing
from _bundle import EXE, PROBE
from _environment import clean
from _measuring import Bench, Missing, Result, Rows, Side, command, interleaved, memory_mb, milliseconds
from _overview_rows import READINGS, document
from _peers import SCRIPTS

PROBES = Path(__file__).with_name("probes")
"""Scripts that drive our window."""

RUNS, CHANNELS, READINGS_OF_RUN = 1000, 3, 10
ROUNDS, PICTURES = 15, 9

_RUNS = """
    WITH RECURSIVE run (number) AS (SELECT 2 UNION ALL SELECT number + 1 FROM run WHERE number <= :runs)
    INSERT INTO runs (id, title, started_at) SELECT number, 'run ' || number, number * 3600000000 FROM run
"""
_READINGS = """
    WITH RECURSIVE line (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM line WHERE number + 1 < :lines)
    INSERT INTO readings SELECT runs.id, channels.id, runs.started_at + number * 1000000, number / 10.0
    FROM runs, channels, line WHERE runs.id > 1 AND channels.id <= :channels
"""


def listed(bench: Bench) -> Iterator[Result]:
    """Start with a document of 1,000 runs, until its list is painted."""
    path = _with_runs(bench, "runs", RUNS, 1000)
    with _display():
        ours, peer = (_probe(script, path) for script in (PROBES / "listed.py", SCRIPTS / "window.py"))
        seconds = interleaved([Side("ours", ours), Side("window", peer)], bench.rounds(ROUNDS))
    name = f"window: the list of {RUNS} runs"
    yield Result(
        name, "a table in a window, by the library", seconds[0] / seconds[1], 1.3, milliseconds(*seconds)
    )


def zoomed(bench: Bench) -> Iterator[Result]:
    """Click a run of ten million readings, and turn the wheel over its plot."""
    path = _with_runs(bench, "zoomed", 1, bench.size(READINGS))
    count = f"{bench.size(READINGS) / 1e6:.3g} million readings"
    with _display():
        line = [str(each) for each in (_script_command(), PROBES / "zoomed.py", path, bench.rounds(PICTURES))]
        done = subprocess.run(line, env=clean(), check=True, stdout=subprocess.PIPE)
        measured = {
            name: statistics.median(values) * 1000 for name, values in json.loads(done.stdout).items()
        }
        worst = max(json.loads(done.stdout)["exact"]) * 1000
        memory = memory_mb(*line)
    for name, what, mark in (
        ("first", "first picture after a click", 100),
        ("steps", "a step of the wheel", 50),
    ):
        milli = measured[name]
        yield Result(f"window: {what}, {count}", "ms", milli, mark, f"{milli:.3g} ms")
    figures = f"{worst:.3g} ms; {measured['exact']:.3g} ms in the median"
    yield Result(f"window: the exact picture after a step, the slowest, {count}", "ms", worst, 500, figures)
    yield Result(f"window: memory, {count}", "MB", memory, 250, f"{memory:.0f} MB")


ROWS: dict[str, Rows] = {"window": listed, "zoom": zoomed}


@contextmanager
def _display() -> Iterator[None]:
    """Have a display of the benchmark's own in the environment, and an own home for settings."""
    from tests.displays import running_display

    if sys.platform != "linux" or not shutil.which("Xvfb"):
        raise Missing("Xvfb")
    before = dict(os.environ)
    with running_display() as name:
        os.environ["DISPLAY"] = name
        os.environ.pop("WAYLAND_DISPLAY", None)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def _script_command() -> Path:
    return _freezing.PROBE_BUNDLE / f"{PROBE}{EXE}"


def _probe(script: Path, path: Path) -> Callable[[], None]:
    return command(_script_command(), script, path)


def _with_runs(bench: Bench, name: str, runs: int, readings: int) -> Path:
    """Make a document with a run of so many readings in five channels, and others of a few."""
    from myapp.application import context
    from myapp.document.open import open_document
    from myapp.notebook.overview import keeping
    from myapp.notebook.sql import Sql

    _freezing.ensure_bundle()
    path = document(bench.new_folder(name) / "lab.myapp", readings)
    with open_document(path, context()) as opened, opened.writing() as connection:
        sql = Sql(connection)
        with keeping.noting(sql):
            sql(_RUNS, runs=runs)
            sql("UPDATE runs SET started_at = (SELECT max(started_at) + 1 FROM runs) WHERE id = 1")
            sql(_READINGS, lines=READINGS_OF_RUN, channels=CHANNELS)
        keeping.note(sql, dict.fromkeys(range(2, runs + 2), READINGS_OF_RUN))
    return path
