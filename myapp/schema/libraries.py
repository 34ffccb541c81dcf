"""Tells a program when it first uses the database libraries, which a start does not import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_waiting: list[Callable[[], object]] = []


def at_first_use(action: Callable[[], object]) -> None:
    """Call an action once, before the next engine is made: to set up logging, say."""
    _waiting.append(action)


def used() -> None:
    """Call what waits for the libraries; whoever makes an engine calls this first."""
    while _waiting:
        _waiting.pop()()
