"""Which in-process tests run a line of the sources, and what each takes, noted as a plugin of pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COVERAGE = ".coverage"
TIMES = "times.json"
TESTS = ("tests/unit", "tests/window")

_seconds: Counter[str] = Counter()
_failed: set[str] = set()


@dataclass(frozen=True)
class Touching:
    """The tests by the lines of each module, named as pytest does, and the seconds of each test."""

    lines: dict[str, dict[int, frozenset[str]]]
    seconds: dict[str, float]

    def of_lines(self, module: str, lines: Iterable[int], most: float) -> list[str]:
        """Return tests that run one of the lines, or the module where none does, of `most` seconds together.

        Those that run lines which few others run come first: they are about the module.
        """
        by_line = self.lines.get(module, {})
        worth = Counter[str]()
        for tests in by_line.values():
            worth.update(dict.fromkeys(tests, 1 / max(1, len(tests))))
        running = frozenset[str]().union(*(by_line.get(line, ()) for line in lines)) or worth.keys()
        ordered = sorted(running, key=lambda test: -worth[test] / (0.05 + self.seconds[test]))
        return list(self._within(ordered, most))

    def _within(self, tests: Iterable[str], most: float) -> Iterator[str]:
        for test in tests:
            if (left := most - self.seconds[test]) >= 0:
                most = left
                yield test


def measured(tree: Path) -> Touching:
    """Run the in-process tests of a copy of the sources; those that fail there by themselves are left out."""
    command = [sys.executable, "-sB", "-m", "pytest", "-q", "-n", str(os.cpu_count()), *TESTS]
    command += ["--cov=myapp", "--cov-context=test", "--cov-report=", "-p", "_touching"]
    environment = {**os.environ, "PYTHONPATH": os.fspath(Path(__file__).parent)}
    subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, check=False)
    times = json.loads((tree / TIMES).read_text(encoding="utf-8"))
    return Touching(dict(_lines(tree, times.keys())), times)


def _lines(tree: Path, usable: Iterable[str]) -> Iterator[tuple[str, dict[int, frozenset[str]]]]:
    from coverage import CoverageData  # type: ignore[import-not-found]  # in another environment

    data = CoverageData(os.fspath(tree / COVERAGE))
    data.read()
    for name in data.measured_files():
        lines: dict[int, frozenset[str]] = {}
        for line, contexts in data.contexts_by_lineno(name).items():
            tests = {context.rpartition("|")[0] for context in contexts}
            lines[line] = frozenset(tests & set(usable))
        yield Path(name).relative_to(tree).as_posix(), lines


def pytest_runtest_logreport(report: Any) -> None:
    """Note what a test took, and whether it failed."""
    _seconds[report.nodeid] += report.duration
    if report.failed:
        _failed.add(report.nodeid)


def pytest_sessionfinish(session: Any) -> None:
    """Write the times of the tests that did not fail, once for all processes of the run."""
    if not hasattr(session.config, "workerinput"):
        times = {test: seconds for test, seconds in _seconds.items() if test not in _failed}
        Path(TIMES).write_text(json.dumps(times), encoding="utf-8")
