"""Measures for the benchmark's rows: commands timed in turn, medians, ratios, memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from _environment import BUILD, clean

PEERS = BUILD / "bench"
"""Folder of the frozen peers, kept between runs."""

GROWTH = Path(__file__).with_name("growth.json")

Curves = dict[str, list[tuple[int, float]]]
"""Pairs of a number (of readings, of revisions) and seconds, for each action of the program."""


class Missing(Exception):
    """A peer is not on this machine; the message names it."""


@dataclass(frozen=True)
class Result:
    """One row of the table.

    `ratio` is ours to the peer's, of seconds, bytes or MB; None if it was not measured. It reaches the
    mark if it is not above it, or with `at_least`, not below it. `figures` are the measured values, or
    the reason why there are none.
    """

    name: str
    against: str
    ratio: float | None
    mark: float
    figures: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the mark is reached."""
        if self.ratio is None:
            return False
        return self.ratio >= self.mark if self.at_least else self.ratio <= self.mark


@dataclass(frozen=True)
class Side:
    """One side of a comparison: `run` is timed; `before` prepares each round and is not timed."""

    name: str
    run: Callable[[], object]
    before: Callable[[], object] = lambda: None


@dataclass
class Bench:
    """A run of the benchmark: its working folder, and whether it is quick or thorough."""

    folder: Path
    quick: bool = False

    def size(self, full: int) -> int:
        """Return the amount of data to measure with: a fiftieth of the full one for `--quick`."""
        return full // 50 if self.quick else full

    def rounds(self, full: int) -> int:
        """Return the number of rounds: at most three for `--quick`."""
        return min(full, 3) if self.quick else full

    @cached_property
    def bundle(self) -> Path:
        """The folder of the bundle, frozen first if a source changed."""
        import _freezing

        return _freezing.ensure_bundle()

    def new_folder(self, name: str) -> Path:
        """Return a new empty folder."""
        folder = self.folder / f"{name}-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        return folder


Rows = Callable[[Bench], Iterator[Result]]
"""A function that measures rows; each module `_SUBJECT_rows` has a dict ROWS of them by command-line name."""


def growth_curves() -> dict[str, Curves]:
    """Return the last measured growth curves, by their axis: readings, revisions."""
    read: dict[str, Curves] = json.loads(GROWTH.read_text(encoding="utf-8")) if GROWTH.is_file() else {}
    return read


def interleaved(sides: Sequence[Side], rounds: int) -> list[float]:
    """Return the median seconds of each side, timed in turn, in changing order, after one unmeasured round.

    In turn, so that other load on the machine, which comes and goes, slows all sides alike.
    """
    times_of_sides: list[list[float]] = [[] for _ in sides]
    for number in range(rounds + 1):
        order = range(len(sides)) if number % 2 else reversed(range(len(sides)))
        for index in order:
            seconds = once(sides[index])
            if number:
                times_of_sides[index].append(seconds)
    return [statistics.median(times) for times in times_of_sides]


def once(side: Side) -> float:
    """Prepare and run a side once, and return the seconds of the run."""
    side.before()
    started = time.perf_counter()
    side.run()
    return time.perf_counter() - started


def command(*arguments: str | os.PathLike[str], cwd: Path | None = None) -> Callable[[], None]:
    """Return a function that runs a command to its end, and raises RuntimeError if it fails."""
    line, environment = [os.fspath(argument) for argument in arguments], clean()

    def run() -> None:
        done = subprocess.run(
            line, cwd=cwd, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True
        )
        if done.returncode:
            raise RuntimeError(f"{line} ended with {done.returncode}: {done.stderr.decode()}")

    return run


_MEASURED = """
import os, subprocess, sys
quiet = subprocess.DEVNULL
process = subprocess.Popen(sys.argv[1:], stdin=quiet, stdout=quiet, stderr=quiet)
_, status, usage = os.wait4(process.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def memory_mb(*arguments: str | os.PathLike[str]) -> float:
    """Run a command and return the peak of its resident set in MB (POSIX only).

    A small process starts it, because Linux counts the memory of the forking process to that peak.
    """
    line = [sys.executable, "-ISc", _MEASURED, *(os.fspath(argument) for argument in arguments)]
    done = subprocess.run(line, env=clean(), check=True, stdout=subprocess.PIPE)
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024) / 1e6


def milliseconds(*seconds: float) -> str:
    """Return times as text for a row: `12 ms : 480 ms`."""
    return " : ".join(f"{second * 1000:.3g} ms" for second in seconds)
