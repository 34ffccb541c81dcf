"""Runs, for each mutation of some modules, the tests that run its lines; prints those that survive."""

from __future__ import annotations

import argparse
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import _guards
from _touching import Touching, measured

LOADED = ("pytest", "pytest_alembic", "hypothesis", "alembic.command", "alembic.autogenerate", "psycopg")
"""What the tests load that no mutation changes: a fork spares its import."""

TIMES = 5
"""How many times as long as without a mutation the tests may take; then it has made them hang."""


class Mutation(NamedTuple):
    """One change of a module: the lines that it touches, what it changes, and the module afterwards."""

    lines: range
    text: str
    changed: str


def main() -> int:
    """Measure which tests run which lines; then sweep. The working directory is a copy of the sources."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    sys.path.insert(0, os.fspath(Path.cwd()))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored, by tests too
    from tests.postgres import VARIABLE, running_server

    with running_server() as url:
        os.environ[VARIABLE] = url
        print("the tests are run once, to see which run what …", flush=True)
        touching = measured(Path.cwd())
        for name in LOADED:
            importlib.import_module(name)
        counts = [_swept(module, touching, options.sample, options.seconds) for module in options.modules]
    print(f"{sum(counts)} mutations survived in {len(counts)} modules")
    return 0


def _swept(module: str, touching: Touching, sample: int | None, seconds: float) -> int:
    """Run the tests of each mutation of a module; print and count those that no test sees."""
    path = Path(module)
    code = path.read_text(encoding="utf-8")
    mutations = list(_mutations(code))
    if sample is not None:
        mutations = random.Random(0).sample(mutations, min(sample, len(mutations)))
    print(f"{module}: {len(mutations)} mutations …", flush=True)
    survived = 0
    for each in mutations:
        tests = touching.of_lines(module, each.lines, seconds)
        path.write_text(each.changed, encoding="utf-8")
        try:
            seen = tests and _failing(tests, 60 + TIMES * seconds)
        finally:
            path.write_text(code, encoding="utf-8")
            _drop_databases()
        if not seen:
            survived += 1
            print(f"{module}:{each.lines.start}: {each.text} ({len(tests)} tests)", flush=True)
    return survived


def _drop_databases() -> None:
    """Drop what the tests made: thousands of runs would fill the disk."""
    import psycopg

    from tests.postgres import VARIABLE

    with psycopg.connect(os.environ[VARIABLE], autocommit=True) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall()
        for (name,) in names:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _mutations(code: str) -> Iterator[Mutation]:
    from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-not-found]  # in another environment
    from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]

    tree = get_ast(code)
    for name, operator in _guards.operators().items():
        positions = [each for node in ast_nodes(tree) for each in operator.mutation_positions(node)]
        for occurrence, ((first, start), (last, end)) in enumerate(positions):
            line = code.splitlines()[first - 1]
            text = f"{name}: {line[start : end if last == first else None].strip()}"
            yield Mutation(range(first, last + 1), text, mutate_code(code, operator, occurrence))


def _failing(tests: Sequence[str], seconds: float) -> bool:
    """Run tests in a fork, which spares imports; return whether one fails, or they do not end in time."""
    child = os.fork()
    if not child:
        _become_pytest(tests)
    deadline = time.monotonic() + seconds
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
            break
        time.sleep(0.05)
    return os.waitstatus_to_exitcode(done[1]) != 0


def _become_pytest(tests: Sequence[str]) -> NoReturn:
    """Be `pytest TESTS` in a session of its own, in silence, up to the first that fails."""
    import pytest

    code = 1
    try:
        os.setsid()
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        loaded_before = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main(["-x", "-q", "-n", "0", *loaded_before, *tests])
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
