"""Options, fixtures and the report of the suite, which is the same for every target."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.forks import ForkServer
from tests.on_wheel import ON_WHEEL
from tests.postgres import NONE, VARIABLE, new_database, running_server
from tests.program import BUNDLE, ROOT, WINDOWS, Program, start_commands, tree_digest

ONLY_ON = {"unit": "source", "window": "source", "frozen": "frozen"}
"""Folders of tests that make sense on one target only."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("myapp")
    group.addoption("--target", choices=["source", "wheel", "frozen"], default="source", help="what to test")
    group.addoption("--long", action="store_true", help="also run the tests that take minutes")
    both = "the executable is tested too: only in-process tests, and those of the list for the wheel"
    group.addoption("--with-executable", action="store_true", help=both)
    group.addoption("--report", type=Path, help="write counts, and what was not run and why, to this file")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(signal, "SIGHUP"):  # under nohup it is ignored, and so by every program that is started
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    config.addinivalue_line("markers", "long: takes minutes; runs only with --long")
    if config.getoption("--report"):
        config.pluginmanager.register(Report(config))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path.parent != ROOT / "tests":
        return None
    if collection_path.name == "windows" and not WINDOWS:
        return True
    only = ONLY_ON.get(collection_path.name)
    return True if only and config.getoption("--target") != only else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--target") == "wheel" or config.getoption("--with-executable"):
        items[:] = [item for item in items if is_in_process(item.nodeid) or runs_on_wheel(item.nodeid)]
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


def is_in_process(test: str) -> bool:
    """Tell whether a test calls modules in its own process, which is done from source alone."""
    return test.startswith(("tests/unit/", "tests/window/"))


def runs_on_wheel(test: str) -> bool:
    """Tell whether a test, named as pytest does, is in the table of those for the wheel."""
    file, _, name = test.removeprefix("tests/").partition("::")
    return name.startswith(tuple(ON_WHEEL.get(file, ())))


class Report:
    """Counts of a run and the reason for every test that it left out, as JSON for the summary."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.started = time.monotonic()
        self.left_out: dict[str, list[str]] = defaultdict(list)
        self.faults: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            self.counts[report.outcome] += 1
        if report.skipped:
            reason = getattr(report, "wasxfail", "") or report.longrepr[2]
            self.left_out[reason.removeprefix("Skipped: ")].append(report.nodeid)
        if report.when == "teardown":
            tried = dict(report.user_properties).get("faults", 0)
            self.faults[report.nodeid.partition("[")[0]] += int(str(tried))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.counts["failed"] += report.failed
        if report.skipped:
            self.counts["skipped"] += 1
            self.left_out[report.longrepr[2].removeprefix("Skipped: ")].append(report.nodeid)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        for item in items:
            reason = "long: run with --long" if item.get_closest_marker("long") else "deselected"
            self.left_out[reason].append(item.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what one of several processes left out; each of them collects the whole suite."""
        self.left_out |= getattr(node, "workeroutput", {}).get("left_out", {})

    def pytest_sessionfinish(self) -> None:
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["left_out"] = dict(self.left_out)
            return
        file = self.config.getoption("--report")
        file.parent.mkdir(parents=True, exist_ok=True)
        seconds, faults = time.monotonic() - self.started, dict(+self.faults)
        written = {**self.counts, "seconds": seconds, "left_out": self.left_out, "faults": faults}
        file.write_text(json.dumps(written), encoding="utf-8")


@pytest.fixture(scope="session")
def started(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program as a person starts it; a frozen one is the same at the end, byte for byte, as before."""
    target = pytestconfig.getoption("--target")
    command, script_command = start_commands(target)
    if not Path(command[0]).exists():
        pytest.exit(f"{command[0]} is missing: build_scripts/test.py makes it", returncode=4)
    before = tree_digest(BUNDLE) if target == "frozen" else ""
    yield Program(target, command, script_command, tmp_path_factory.mktemp("home"))
    assert not before or tree_digest(BUNDLE) == before, "the bundle wrote into itself"


@pytest.fixture(scope="session")
def forked(started: Program) -> Iterator[Program]:
    """The program for many cases of one kind: forks of one process, but on the wheel and on Windows."""
    if started.target == "wheel" or WINDOWS:
        yield started
        return
    server = ForkServer(started)
    yield server.forked_program()
    server.stop()


@pytest.fixture
def program(started: Program, forked: Program, request: pytest.FixtureRequest) -> Program:
    """The program under test: in forks from source and frozen, each a start where that is what may fail."""
    return started if started.target != "source" and _needs_a_start(request.node.nodeid) else forked


def _needs_a_start(test: str) -> bool:
    """Tell whether a test is of the bundle, or of what an installation could break."""
    return test.startswith("tests/frozen/") or runs_on_wheel(test)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Make empty databases on a real PostgreSQL server: each call returns the URL of a new one."""
    if os.environ.get(VARIABLE) == NONE:
        pytest.skip("needs a PostgreSQL server, which cannot be run here")
    with running_server() as url:
        yield lambda: new_database(url)


@pytest.fixture(scope="session")
def documents() -> Path:
    """The folder of the kept documents: one of each released schema, never edited."""
    return ROOT / "tests" / "documents"


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether the tests may take minutes, for those that can do a part or the whole."""
    return bool(pytestconfig.getoption("--long"))
