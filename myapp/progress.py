"""Progress of long work, the stop token by which any thread ends it, and the wait for other programs."""

from __future__ import annotations

from myapp.errors import Cancelled, StrPath, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_SECONDS = 30.0
"""How long another program that holds a document or database is waited for."""


MAX_WAIT_SECONDS = 2_000_000.0
"""SQLite and PostgreSQL take a wait as milliseconds in 31 bits: about 24 days."""


def valid_wait(seconds: float) -> float:
    """Return a time to wait; raise UsageError unless it is a number from 0 to `MAX_WAIT_SECONDS`."""
    if 0 <= seconds <= MAX_WAIT_SECONDS:  # false for nan
        return seconds
    limit = f"{MAX_WAIT_SECONDS:.0f}"
    raise UsageError(f"a wait of {seconds:g} s is not from 0 to {limit}", setting="wait")


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
        self._callbacks: list[Callable[[], None]] = []

    def stop(self) -> None:
        """End the work at its next look at this token, within a long SQL statement too."""
        self.stopped = True
        for callback in list(self._callbacks):
            callback()

    def check(self, subject: StrPath = "") -> None:
        """Raise Cancelled, which names `subject`, where the work was stopped."""
        if self.stopped:
            raise Cancelled(subject)

    def add_callback(self, callback: Callable[[], None]) -> None:
        """Let the thread that stops call this too; it is called at once where the work is stopped already."""
        self._callbacks.append(callback)
        if self.stopped:
            callback()

    def remove_callback(self, callback: Callable[[], None]) -> None:
        """Call it no longer."""
        self._callbacks.remove(callback)


class StoppableProgress(Progress):
    """Passes progress on, and raises Cancelled from each report once its token is stopped.

    `waiting` may be reported again and again while another program is waited for; it is passed on once.
    """

    def __init__(self, progress: Progress, stop: StopToken) -> None:
        self._progress = progress
        self._stop = stop
        self._waited = False

    def step(self, description: str) -> None:
        """Pass on what begins now."""
        self._stop.check()
        self._progress.step(description)

    def amount(self, done: int, total: int) -> None:
        """Pass on how many bytes are done."""
        self._stop.check()
        self._progress.amount(done, total)

    def waiting(self) -> None:
        """Pass on, the first time, that another program is waited for."""
        self._stop.check()
        if not self._waited:
            self._waited = True
            self._progress.waiting()
