"""One document in a window: its two threads, its state, and the work on it. Knows no content of documents."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from myapp import application
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.open import open_document
from myapp.document.protocol import Document
from myapp.document.restoring import restore
from myapp.errors import SystemRefused, UpgradeNeeded, shown
from myapp.progress import StopToken
from myapp.schema.urls import is_url
from myapp.window.progress import ReportedProgress
from myapp.window.server_opening import PasswordMissing, opened
from myapp.window.worker import Job, Worker

if TYPE_CHECKING:
    from myapp.document.plan import Plan

Way = Literal["as it is", "upgraded", "as a copy", "new"]
"""How a document is opened: an older one not at all, which gives its plan; upgraded; an upgraded copy of it.

A new one is made first."""

WAIT_SECONDS = 5.0
"""How long another program is waited for: a person sees the page earlier than at the command line."""


@dataclass(frozen=True)
class Opened:
    """The document is open at head."""

    document: Document


@dataclass(frozen=True)
class PasswordNeeded:
    """The server demands a password."""


@dataclass(frozen=True)
class SharedOlder:
    """The document on a server is of an older release, and untouched: others share it."""

    error: UpgradeNeeded


@dataclass(frozen=True)
class Older:
    """The document is of an older release, and untouched."""

    plan: Plan


@dataclass(frozen=True)
class Refused:
    """The document could not be opened."""

    error: Exception


State = Opened | Older | SharedOlder | PasswordNeeded | Refused


class DocumentSession(QObject):
    """The work on one document. All methods return at once; results come as signals in the window's thread.

    Two threads: `writer` opens, upgrades, changes and restores, one job after another; `reader` reads for
    what is shown, and never waits for the other. `kept` gives the backup of what a restored one replaced.
    """

    working = Signal(str)
    state_changed = Signal(object)
    kept = Signal(str)

    def __init__(self, path: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on_server = is_url(path)
        self.address = path if self.on_server else os.path.abspath(path)
        self.path = shown(path) if self.on_server else self.address
        self.password = ""
        self.way: Way = "as it is"
        self.progress = ReportedProgress(self)
        self.writer = Worker("writer", self)
        self.reader = Worker("reader", self)
        self._workers: dict[str, Worker] = {}
        self._token = StopToken()
        self._opened = ExitStack()
        self._long_work: Job | None = None

    @property
    def name(self) -> str:
        """The document's file name, or the database's and its server's."""
        if not self.on_server:
            return os.path.basename(self.path)
        host, _, database = self.path.partition("://")[2].rpartition("@")[2].partition("/")
        name = database.partition("?")[0]
        return f"{name} ({host})" if host else name

    def open(self, way: Way = "as it is") -> None:
        """Open the document; `state_changed` tells the result."""
        self.way = way
        self.working.emit({"upgraded": "upgrading", "new": "making"}.get(way, "opening"))
        self.work(lambda context: self._open(way, context), self.state_changed.emit, self._refused)

    def restore(self, backup: str) -> None:
        """Put a backup in the document's place, and open it; what is there now is kept as a backup too."""

        def work(context: Context) -> tuple[State, str | None]:
            self._opened.close()
            kept = restore(self.path, backup, context)
            return self._open("as it is", context), kept

        self.working.emit("restoring")
        self.work(work, self._restored, self._refused)

    def _restored(self, result: tuple[State, str | None]) -> None:
        state, kept = result
        self.state_changed.emit(state)
        if kept:
            self.kept.emit(kept)

    def work(
        self,
        job: Callable[[Context], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> Job:
        """Do long work in the writer's thread, with progress, until `stop`."""
        context = self._new_context()
        self._long_work = self.writer.submit(lambda: job(context), done, failed)
        return self._long_work

    def worker(self, name: str) -> Worker:
        """Return another thread, for what neither the writer nor the reader shall wait for.

        Whoever gives it long work stops that before the document is closed.
        """
        if name not in self._workers:
            self._workers[name] = Worker(name, self)
        return self._workers[name]

    def stop(self) -> None:
        """Stop what runs; the document is then as it was."""
        self._token.stop()

    def finish(self) -> None:
        """Stop longer work, and wait until all edits are tried."""
        if self._long_work and not self._long_work.ended:
            self.stop()
        self.writer.wait()

    def close(self) -> None:
        """Finish edits, stop longer work, end both threads and close the document."""
        self.finish()
        self.writer.close()
        self.stop()
        for worker in (self.reader, *self._workers.values()):
            worker.abandon()
            worker.close()
        self._opened.close()

    def _new_context(self) -> Context:
        self._token = StopToken()
        return application.context(WAIT_SECONDS, self.progress.receiver, self._token)

    def _open(self, way: Way, context: Context) -> State:
        self._opened.close()
        if self.on_server:
            return self._open_server(way, context)
        if way == "new":
            create(self.path, context)
        try:
            opening = open_document(self.path, context, upgrade=way != "as it is", in_copy=way == "as a copy")
            return Opened(self._opened.enter_context(opening))
        except UpgradeNeeded:
            from myapp.document.plan import plan  # with Alembic: a document at head is seen without

            return Older(plan(self.path, context))

    def _open_server(self, way: Way, context: Context) -> State:
        try:
            return Opened(opened(self.address, self.password, way, context, self._opened))
        except PasswordMissing:
            return PasswordNeeded()
        except UpgradeNeeded as error:
            return SharedOlder(error)
        except SystemRefused:
            self.password = ""  # it may have been a wrong one
            raise

    def _refused(self, error: Exception) -> None:
        self.state_changed.emit(Refused(error))
