"""Reads for the plot in a thread of its own; a newer question of the same kind stops the older one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from myapp.document.context import Context
from myapp.document.protocol import Document
from myapp.errors import Cancelled
from myapp.notebook import traces
from myapp.notebook.overview.chunk import Point
from myapp.notebook.statistics import ChannelStatistics
from myapp.notebook.traces import Trace
from myapp.progress import StopToken
from myapp.window.notebook.plot.drawing import Drawing
from myapp.window.worker import Job, Worker

TOGETHER = 8
"""Traces that are read by one job: of many, the first are drawn before the last are read."""


@dataclass(frozen=True)
class Wanted:
    """A part of a trace that is to be drawn, and its longest step that is joined."""

    trace: Trace
    start: int
    end: int
    longest_step: float


class _Question:
    """The jobs of one kind of question that are not answered yet, and the token that stops them."""

    def __init__(self) -> None:
        self.token = StopToken()
        self.jobs: list[Job] = []

    def stop(self) -> None:
        for job in self.jobs:
            job.abandoned = True
        self.jobs.clear()
        self.token.stop()
        self.token = StopToken()


class PlotReader(QObject):
    """Asks a document for what the plot shows. All methods return at once; answers come as signals.

    Each list holds pairs of a trace and its answer.
    """

    traces_read = Signal(object)
    wholes_read = Signal(object)
    parts_read = Signal(object)
    values_read = Signal(object)
    statistics_read = Signal(object)
    refused = Signal(object)

    def __init__(self, document: Document, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._worker = worker
        self._questions = {
            kind: _Question() for kind in ("traces", "wholes", "parts", "values", "statistics")
        }

    @property
    def busy(self) -> bool:
        """Whether a question is not answered yet."""
        return any(not job.delivered for question in self._questions.values() for job in question.jobs)

    def stop(self) -> None:
        """Give up all questions."""
        for question in self._questions.values():
            question.stop()

    def ask_traces(self, runs: Sequence[int]) -> None:
        """Ask for the traces of runs; `traces_read` has a list of them for each run."""
        self.stop()
        self._ask("traces", lambda c: [traces.traces(c, run) for run in runs])

    def ask_wholes(self, wanted: Sequence[Trace], columns: int) -> None:
        """Ask for coarse drawings of all of these traces."""
        self._questions["wholes"].stop()
        for some in _batches(wanted):
            self._ask("wholes", partial(_wholes, some, columns))

    def ask_parts(self, wanted: Sequence[Wanted], columns: int) -> None:
        """Ask for exact drawings of parts of traces in so many columns of pixels."""
        self._questions["parts"].stop()
        for some in _batches(wanted):
            self._ask("parts", partial(_parts, some, columns))

    def ask_values(self, wanted: Sequence[tuple[Trace, int]], key: object) -> None:
        """Ask for the readings nearest to times; the answer is the key and a list of traces and readings."""
        self._questions["values"].stop()
        if wanted:
            self._ask("values", lambda c: (key, _values(wanted, c)))

    def ask_statistics(self, wanted: Mapping[tuple[int, int], list[Trace]]) -> None:
        """Ask for the statistics of traces between times, both included."""
        self._questions["statistics"].stop()
        if wanted:
            self._ask("statistics", partial(_statistics, wanted))

    def _ask(self, kind: str, work: Callable[[Any], Any]) -> None:
        question = self._questions[kind]
        token = question.token

        def read() -> tuple[str, Any]:
            with self.reading(token) as connection:
                return kind, work(connection)

        job = self._worker.submit(read, self._answer, self._refuse)
        question.jobs = [each for each in question.jobs if not each.delivered] + [job]

    def reading(self, token: StopToken) -> AbstractContextManager[Any]:
        """Give a connection that only reads and that this token stops, beside all others of the document."""
        document = copy.copy(self._document)
        context = self._document.context
        document.context = Context(context.format, context.wait, None, token)
        return document.driver_reading()

    def _answer(self, answer: tuple[str, Any]) -> None:
        kind, result = answer
        getattr(self, f"{kind}_read").emit(result)

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Cancelled):
            self.refused.emit(error)


def _batches(wanted: Sequence[Any]) -> list[Sequence[Any]]:
    return [wanted[start : start + TOGETHER] for start in range(0, len(wanted), TOGETHER)]


def _wholes(wanted: Sequence[Trace], columns: int, connection: Any) -> list[tuple[Trace, Drawing]]:
    return [
        (trace, Drawing(traces.whole(connection, trace, columns), trace.start, trace.end)) for trace in wanted
    ]


def _parts(wanted: Sequence[Wanted], columns: int, connection: Any) -> list[tuple[Trace, Drawing]]:
    drawn = []
    for each in wanted:
        sample = traces.part(connection, each.trace, each.start, each.end, columns, each.longest_step)
        drawn.append((each.trace, Drawing(sample, each.start, each.end)))
    return drawn


def _values(wanted: Sequence[tuple[Trace, int]], connection: Any) -> list[tuple[Trace, Point | None]]:
    return [(trace, traces.nearest(connection, trace, time)) for trace, time in wanted]


def _statistics(
    wanted: Mapping[tuple[int, int], list[Trace]], connection: Any
) -> dict[Trace, ChannelStatistics]:
    found: dict[Trace, ChannelStatistics] = {}
    for (start, end), some in wanted.items():
        found |= traces.statistics_between(connection, some, start, end)
    return found
