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
"""Where peers that must be built are kept between runs."""

GROWTH = PEERS / "growth.json"

Curves = dict[str, list[tuple[int, float]]]
"""Seconds by how much there was, for each thing that the program does."""


class Missing(Exception):
    """A peer is not on this machine; the text names it."""


@dataclass(frozen=True)
class Result:
    """One row of the table.

    `ratio` is ours to the peer's: seconds, bytes or MB. `reach` is the mark; a row with `at_least` is
    better the higher it is. `detail` says the figures behind the ratio; None for `ratio` was not measured,
    and `detail` says why.
    """

    what: str
    against: str
    ratio: float | None
    reach: float
    detail: str = ""
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the mark is reached."""
        if self.ratio is None:
            return False
        return self.ratio >= self.reach if self.at_least else self.ratio <= self.reach


@dataclass(frozen=True)
class Side:
    """One of the things that are compared: `run` is timed, `before` prepares each round of it, untimed."""

    name: str
    run: Callable[[], object]
    before: Callable[[], object] = lambda: None


@dataclass
class Bench:
    """A run of the benchmark: where it works and how thorough it is."""

    folder: Path
    quick: bool = False

    def size(self, full: int) -> int:
        """Return how much data to measure with: a fiftieth for `--quick`."""
        return full // 50 if self.quick else full

    def rounds(self, full: int) -> int:
        """Return how many rounds to run."""
        return min(full, 3) if self.quick else full

    @cached_property
    def bundle(self) -> Path:
        """The frozen program's folder, frozen anew where a source changed."""
        import _freezing

        return _freezing.ensure_bundle()

    def new_folder(self, name: str) -> Path:
        """Return a new empty folder."""
        folder = self.folder / f"{name}-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        return folder


Rows = Callable[[Bench], Iterator[Result]]
"""What a module `_SUBJECT_rows` offers as `ROWS`, a dict by the names that the command line takes."""


def grown() -> dict[str, Curves]:
    """Return what was last measured of how times grow, by the axis: readings, revisions."""
    read: dict[str, Curves] = json.loads(GROWTH.read_text(encoding="utf-8")) if GROWTH.is_file() else {}
    return read


def interleaved(sides: Sequence[Side], rounds: int) -> list[float]:
    """Return the median seconds of each side, timed in turn, in changing order, after one round unmeasured.

    In turn, because what else the machine does comes and goes: it then strikes all sides alike.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for number in range(rounds + 1):
        order = range(len(sides)) if number % 2 else reversed(range(len(sides)))
        for index in order:
            seconds = once(sides[index])
            if number:
                taken[index].append(seconds)
    return [statistics.median(times) for times in taken]


def once(side: Side) -> float:
    """Return the seconds that a side takes, after its preparation."""
    side.before()
    started = time.perf_counter()
    side.run()
    return time.perf_counter() - started


def command(*arguments: str | os.PathLike[str], cwd: Path | None = None) -> Callable[[], None]:
    """Return what runs a command to its end; it raises RuntimeError where that fails."""
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
    """Run a command and return the most memory (resident set) that it had, in MB (POSIX only).

    A small process starts it: Linux counts to a program's peak what the process had that became it.
    """
    line = [sys.executable, "-ISc", _MEASURED, *(os.fspath(argument) for argument in arguments)]
    done = subprocess.run(line, env=clean(), check=True, stdout=subprocess.PIPE)
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024) / 1e6


def milliseconds(*seconds: float) -> str:
    """Return times as they stand in a row: `12 ms : 480 ms`."""
    return " : ".join(f"{second * 1000:.3g} ms" for second in seconds)
