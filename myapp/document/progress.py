"""What long work says of itself, and how far an upgrade has come."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from myapp.document.estimate import MEGABYTE, amounts
from myapp.document.format import Cost

if TYPE_CHECKING:
    from myapp.schema.migrations import Step

INSTRUCTIONS = 100_000
"""SQLite's virtual machine instructions between two looks at Ctrl-C and the clock; a few ms."""

INTERVAL_SECONDS = 0.1


class Progress(Protocol):
    """Whom long work tells how it goes; the calls come from within SQLite and must be quick."""

    def step(self, words: str) -> None:
        """Take what begins now: `step 2 of 5: channels`."""

    def amount(self, done: int, total: int) -> None:
        """Take how many bytes of the whole are done; a total of 0 is not known."""

    def waiting(self) -> None:
        """Take that another program holds the document; called once."""


class Silent:
    """A Progress that says nothing."""

    def step(self, words: str) -> None:
        """Say nothing."""

    def amount(self, done: int, total: int) -> None:
        """Say nothing."""

    def waiting(self) -> None:
        """Say nothing."""


class Meter:
    """Tells a Progress how many bytes of a document a change has dealt with, within a revision too.

    It counts SQLite's instructions, of which it was measured how many a revision takes. The size of
    the file and of its journal would not do: both stand still while pages that an earlier revision has
    freed are filled again.
    """

    def __init__(
        self,
        progress: Progress,
        size: int,
        costs: Mapping[str, Cost],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._size = size
        self._costs = costs
        self._clock = clock
        self._amounts: list[Cost] = []
        self._index = 0
        self._instructions = 0
        self._said_at = clock()
        progress.amount(0, size)

    def begin(self, steps: "Sequence[Step]", index: int) -> None:
        """Take that a revision begins; its form is that of Migrations' `on_step`."""
        self._amounts = amounts([step.revision.revision for step in steps], self._costs, self._size)
        self._go_on(step_words(steps, index), index)

    def verify(self) -> None:
        """Take that the checks before the commit begin."""
        self._go_on("verifying", len(self._amounts) - 2)

    def pack(self) -> None:
        """Take that free pages are given back to the disk."""
        self._go_on("packing", len(self._amounts) - 1)

    def tick(self) -> int:
        """Take that SQLite has run INSTRUCTIONS more; 0 lets it go on."""
        self._instructions += INSTRUCTIONS
        now = self._clock()
        if self._amounts and now - self._said_at >= INTERVAL_SECONDS:
            self._said_at = now
            self._progress.amount(int(self._size * self._fraction()), self._size)
        return 0

    def _go_on(self, words: str, index: int) -> None:
        self._index, self._instructions = index, 0
        self._progress.step(words)
        if self._amounts:  # a stamp has no steps
            self._progress.amount(int(self._size * self._fraction()), self._size)

    def _fraction(self) -> float:
        now = self._amounts[self._index]
        before = sum(each.seconds for each in self._amounts[: self._index])
        within = _within(self._instructions / (now.instructions * MEGABYTE))
        return (before + within * now.seconds) / sum(each.seconds for each in self._amounts)


def step_words(steps: "Sequence[Step]", index: int) -> str:
    """Return what a step is called while it runs."""
    return f"step {index + 1} of {len(steps)}: {steps[index].revision.message}"


def _within(fraction: float) -> float:
    """Return how much of a step is done; the nearer to its end, the less an estimate of it is believed."""
    return fraction if fraction < 0.9 else 1 - 0.09 / fraction
