"""Runs jobs one after another in a thread of its own, and hands their results to the window's thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal


@dataclass
class Job:
    """Work for the thread, and the methods that get its result or its exception in the window's thread.

    One that was abandoned is not begun any more, and nobody gets its result. The work has `ended` a while
    before what came of it is `delivered`.
    """

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    result: Any = None
    error: Exception | None = None
    abandoned: bool = False
    ended: bool = False
    delivered: bool = False

    def run(self) -> None:
        """Do the work; called in the worker's thread."""
        try:
            self.result = self.work()
        except Exception as error:
            self.error = error
        self.ended = True

    def deliver(self) -> None:
        """Hand over the result; called in the window's thread."""
        self.delivered = True
        if self.abandoned:
            return
        if self.error is None and _lives(self.done):
            self.done(self.result)
        elif self.error is not None and _lives(self.failed):
            self.failed(self.error)


def _forget(_result: Any) -> None:
    """Take a result that nobody waits for."""


def _lives(method: Callable[..., Any]) -> bool:
    """Whether the widget whose method it is still exists: a page may have been replaced meanwhile."""
    receiver = getattr(method, "__self__", None)
    return not isinstance(receiver, QObject) or shiboken6.isValid(receiver)


class Worker(QObject):
    """A thread with a queue of jobs. `close` ends it after the job that runs; later jobs are refused."""

    busy_changed = Signal(bool)
    _finished = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._open: list[Job] = []
        self._closed = False
        # queued: a bound method of an object of this thread is called in this thread
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, name=name)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._open)

    def submit(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> Job:
        """Put a job at the end of the queue and return at once."""
        job = Job(work, done, failed)
        if not self._closed:
            self._open.append(job)
            self._jobs.put(job)
            self.busy_changed.emit(True)
        return job

    def wait(self) -> None:
        """Wait until the jobs that were submitted so far are done; their results come later."""
        if not self._closed:
            done = threading.Event()
            self._jobs.put(Job(done.set, _forget, _forget))
            done.wait()

    def close(self) -> None:
        """Wait until all jobs are done: edits are not lost. Their results are handed over no longer."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            self._thread.join()

    def abandon(self) -> None:
        """Give up the jobs that have not begun."""
        for job in self._open:
            job.abandoned = True

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.abandoned:
                job.run()
            self._finished.emit(job)

    def _deliver(self, job: Job) -> None:
        if self._closed:
            return
        if job in self._open:
            self._open.remove(job)
        self.busy_changed.emit(self.busy)
        job.deliver()
