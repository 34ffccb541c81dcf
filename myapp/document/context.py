"""The context of work on a document: its format, the time to wait, the progress, and the stop token."""

from __future__ import annotations

from myapp.progress import WAIT_SECONDS, Progress, StoppableProgress, StopToken, valid_wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.document.format import DocumentFormat


class Context:
    """Handed to every function that works on documents.

    `wait` is how many seconds another program is waited for; raise UsageError for what is no wait. `progress`
    raises Cancelled once `stop`, which any thread may stop, is stopped.
    """

    def __init__(
        self,
        format: DocumentFormat,
        wait: float = WAIT_SECONDS,
        progress: Progress | None = None,
        stop: StopToken | None = None,
    ) -> None:
        self.format = format
        self.wait = valid_wait(wait)
        self.stop = stop or StopToken()
        self.progress: Progress = StoppableProgress(progress or Progress(), self.stop)

    def with_progress(self, progress: Progress | None) -> Context:
        """Return the same with another receiver of progress."""
        return Context(self.format, self.wait, progress, self.stop)

    def without_wait(self) -> Context:
        """Return the same, but other programs are not waited for."""
        return Context(self.format, 0, self.progress, self.stop)
