"""Mutations for cosmic-ray, which it does not have itself: they remove a check from the source.

Each has the form of cosmic-ray's Operator: where a node of parso's syntax tree is changed, and how.
"""

from __future__ import annotations

import importlib
import os
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any, NoReturn

Position = tuple[int, int]

CORE = ("ExceptionReplacer", "ZeroIterationForLoop", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue")
"""Mutations of cosmic-ray's own that are run too."""

_LOADED = ("pytest", "pytest_alembic", "hypothesis", "alembic.command", "alembic.autogenerate", "psycopg")
"""What the tests load that no mutation changes."""


class _Mutation:
    """What all mutations share."""

    @classmethod
    def arguments(cls) -> tuple[object, ...]:
        """Return the arguments that can be configured."""
        return ()

    @classmethod
    def examples(cls) -> tuple[object, ...]:
        """Return examples, for cosmic-ray's own tests."""
        return ()


class NeverIf(_Mutation):
    """`if A: …` and `while A: …` never hold."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield the condition of an `if` or a `while`."""
        if node.type in ("if_stmt", "while_stmt"):
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Return the statement with another condition."""
        node.children[1] = _parsed(" False")
        return node


class OtherValue(_Mutation):
    """`A if B else C` becomes `A if not (B) else C`."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield the condition between two values."""
        if node.type == "test":
            yield node.children[2].start_pos, node.children[2].end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Return the expression with its condition turned round."""
        node.children[2] = _parsed(f" not ({node.children[2].get_code().strip()})")
        return node


class NoCall(_Mutation):
    """A call whose result is not used is not made."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield a statement that is a call."""
        if node.type == "simple_stmt" and node.children[0].type == "atom_expr":
            call = node.children[0]
            if call.children[-1].type == "trailer" and call.children[-1].children[0].value == "(":
                yield call.start_pos, call.end_pos

    def mutate(self, node: Any, _index: int) -> Any:
        """Return the statement without the call."""
        node.children[0] = _parsed(node.children[0].get_first_leaf().prefix + "None")
        return node


class NoOperand(_Mutation):
    """One operand of `A or B`, `A and B` is left out."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Yield each operand."""
        if node.type in ("or_test", "and_test"):
            for operand in node.children[::2]:
                yield operand.start_pos, operand.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Return the expression without an operand and the word beside it."""
        first = max(2 * index - 1, 0)
        del node.children[first : first + 2]
        return node


class Provider:
    """The mutations by name, as cosmic-ray asks for them."""

    def __init__(self) -> None:
        from cosmic_ray.operators.provider import (  # type: ignore[import-not-found]  # in another environment
            OperatorProvider,
        )

        core = OperatorProvider()
        own: dict[str, Any] = {each.__name__: each for each in (NeverIf, OtherValue, NoCall, NoOperand)}
        self._by_name = own | {name: core[name] for name in CORE}

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __getitem__(self, name: str) -> Any:
        return self._by_name[name]


def run(arguments: list[str]) -> None:
    """Run cosmic-ray's command line with these mutations alone."""
    import cosmic_ray.mutating  # type: ignore[import-not-found]
    import cosmic_ray.plugins  # type: ignore[import-not-found]
    from cosmic_ray.cli import main  # type: ignore[import-not-found]

    cosmic_ray.plugins.OPERATOR_PROVIDERS.clear()
    cosmic_ray.plugins.OPERATOR_PROVIDERS["guards"] = Provider()
    if arguments[0] == "exec" and hasattr(os, "fork"):
        for name in _LOADED:
            importlib.import_module(name)
        cosmic_ray.mutating.run_tests = _run_forked
    main(arguments)


def _run_forked(command: str, seconds: float) -> tuple[Any, str]:
    """Run the tests in a fork, which spares their imports; return cosmic-ray's outcome and the output."""
    from cosmic_ray.work_item import TestOutcome  # type: ignore[import-not-found]

    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if not child:
            _become_pytest(shlex.split(command), output.fileno())
        code = _waited(child, seconds)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return (TestOutcome.KILLED if code else TestOutcome.SURVIVED), text


def _become_pytest(command: list[str], output: int) -> NoReturn:
    """Be `python … -m pytest ARGUMENTS` in a session of its own."""
    import pytest

    code = 1
    try:
        os.setsid()
        for stream in (1, 2):
            os.dup2(output, stream)
        loaded_before = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*command[command.index("pytest") + 1 :], *loaded_before])
    finally:
        sys.stdout.flush()
        os._exit(code)


def _waited(child: int, seconds: float) -> int:
    """Return the exit code of a process, which is killed with all that it started after a time."""
    deadline = time.monotonic() + seconds
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
            break
        time.sleep(0.05)
    return os.waitstatus_to_exitcode(done[1])


def _parsed(code: str) -> Any:
    import parso  # type: ignore[import-not-found]

    return parso.parse(code)
