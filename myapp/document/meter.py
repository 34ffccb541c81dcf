"""Measures the progress of a schema change in bytes of the document, also within one revision."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from myapp.document.estimate import MEGABYTE, amounts
from myapp.document.format import Cost
from myapp.progress import Progress

if TYPE_CHECKING:
    from myapp.schema.migrations import Step

INSTRUCTIONS = 100_000
"""SQLite's virtual machine instructions between two looks at Ctrl-C and the clock; a few ms."""

INTERVAL_SECONDS = 0.1


class Meter:
    """Counts SQLite's instructions, since it was measured how many of them a revision takes.

    The size of the file and of its journal would not do: both stand still while pages that an earlier
    revision has freed are filled again.
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
        self._reported_at = clock()
        progress.amount(0, size)

    def begin(self, steps: "Sequence[Step]", index: int) -> None:
        """Begin a revision; has the form of Migrations' `on_step`."""
        self._amounts = amounts([step.revision.revision for step in steps], self._costs, self._size)
        self._go_on(step_description(steps, index), index)

    def verify(self) -> None:
        """Begin the checks before the commit."""
        self._go_on("verifying", len(self._amounts) - 2)

    def pack(self) -> None:
        """Begin to give free pages back to the disk."""
        self._go_on("packing", len(self._amounts) - 1)

    def tick(self) -> None:
        """Count another INSTRUCTIONS that SQLite has run."""
        self._instructions += INSTRUCTIONS
        now = self._clock()
        if self._amounts and now - self._reported_at >= INTERVAL_SECONDS:
            self._reported_at = now
            self._progress.amount(int(self._size * self._fraction()), self._size)

    def _go_on(self, description: str, index: int) -> None:
        self._index, self._instructions = index, 0
        self._progress.step(description)
        if self._amounts:  # a stamp has no steps
            self._progress.amount(int(self._size * self._fraction()), self._size)

    def _fraction(self) -> float:
        current = self._amounts[self._index]
        before = sum(each.seconds for each in self._amounts[: self._index])
        within = _within(self._instructions / (current.instructions * MEGABYTE))
        return (before + within * current.seconds) / sum(each.seconds for each in self._amounts)


def step_description(steps: "Sequence[Step]", index: int) -> str:
    """Return the description of a step for Progress: `step 2 of 5: channels`."""
    return f"step {index + 1} of {len(steps)}: {steps[index].revision.message}"


def _within(fraction: float) -> float:
    """Return the part of a step that is done; the nearer to its end, the less an estimate is trusted."""
    return fraction if fraction < 0.9 else 1 - 0.09 / fraction
