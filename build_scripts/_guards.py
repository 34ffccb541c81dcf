"""Mutations for cosmic-ray, which it does not have itself: they remove a check from the source.

Each has the form of cosmic-ray's Operator: where a node of parso's syntax tree is changed, and how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Position = tuple[int, int]

CORE = ("ExceptionReplacer", "ZeroIterationForLoop", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue")
"""Mutations of cosmic-ray's own that are run too."""


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


def operators() -> dict[str, Any]:
    """Return the mutations by name, in the form in which cosmic-ray applies them."""
    from cosmic_ray.operators.provider import (  # type: ignore[import-not-found]  # in another environment
        OperatorProvider,
    )

    core = OperatorProvider()
    own: dict[str, Any] = {each.__name__: each() for each in (NeverIf, OtherValue, NoCall, NoOperand)}
    return own | {name: core[name]() for name in CORE}


def _parsed(code: str) -> Any:
    import parso  # type: ignore[import-not-found]

    return parso.parse(code)
