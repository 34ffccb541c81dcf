"""Progress of a worker's thread as signals, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from myapp.progress import Progress

SECONDS_BEFORE_ESTIMATE = 1.0
"""Earlier than that an estimate would jump."""


class ReportedProgress(QObject):
    """The signals of a job's progress; `receiver` is what the job is given."""

    step = Signal(str)
    amount = Signal(object, object)  # Python integers: an int of C++ ends at 2 GB
    waiting = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.receiver: Progress = _Receiver(self)


class _Receiver(Progress):
    """Emits each report; Qt queues it for the window's thread."""

    def __init__(self, signals: ReportedProgress) -> None:
        self._signals = signals

    def step(self, description: str) -> None:
        """Emit what begins now."""
        self._signals.step.emit(description)

    def amount(self, done: int, total: int) -> None:
        """Emit how many bytes are done."""
        self._signals.amount.emit(done, total)

    def waiting(self) -> None:
        """Emit that another program holds the document."""
        self._signals.waiting.emit()


class TimeLeft:
    """Estimates the seconds that are left from the part that is done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()

    def seconds(self, done: int, total: int) -> float | None:
        """Return the seconds left; None where it is too early to tell."""
        passed = self._clock() - self._started
        if done <= 0 or total <= done or passed < SECONDS_BEFORE_ESTIMATE:
            return None
        return passed * (total - done) / done
