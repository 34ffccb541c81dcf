"""How long work reports its progress, and how any thread stops it."""

from __future__ import annotations

from myapp.errors import Cancelled, StrPath


class Progress:
    """Receives progress; this one discards it. Called from inside SQLite: return quickly."""

    def step(self, description: str) -> None:
        """Receive what begins now: `step 2 of 5: channels`."""

    def amount(self, done: int, total: int) -> None:
        """Receive how many bytes of the whole are done; the total is 0 where it is unknown."""

    def waiting(self) -> None:
        """Receive, once, that another program holds the document."""


class StopToken:
    """Stops work: any thread may call `stop`, and the work then ends in Cancelled, with nothing changed."""

    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        """End the work at its next look at this token, within a long SQL statement too."""
        self.stopped = True

    def check(self, subject: StrPath = "") -> None:
        """Raise Cancelled, which names `subject`, where the work was stopped."""
        if self.stopped:
            raise Cancelled(subject)


class StoppableProgress(Progress):
    """Passes progress on, and raises Cancelled from each report once its token is stopped."""

    def __init__(self, progress: Progress, stop: StopToken, subject: StrPath = "") -> None:
        self._progress = progress
        self._stop = stop
        self._subject = subject

    def step(self, description: str) -> None:
        """Pass on what begins now."""
        self._stop.check(self._subject)
        self._progress.step(description)

    def amount(self, done: int, total: int) -> None:
        """Pass on how many bytes are done."""
        self._stop.check(self._subject)
        self._progress.amount(done, total)

    def waiting(self) -> None:
        """Pass on that another program is waited for."""
        self._progress.waiting()
