"""The curves of a plot: a channel of a run each, with the run's title, its looks, and what draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myapp.notebook.traces import Trace
from myapp.window.notebook.plot.drawing import Drawing

MOST_SHOWN, MOST_PANELS = 60, 6
"""The most curves and panels that are shown before the person has chosen."""


@dataclass(eq=False)
class Curve:
    """One channel of one run; `number` gives its colour.

    `whole` draws all of it coarsely, `detail` the part that was shown last exactly; None until they are read.
    `offset` is the time that is drawn at 0: that of the run's first reading, or 0 for the clock's time.
    """

    trace: Trace
    run_title: str
    number: int
    shown: bool = True
    offset: int = 0
    whole: Drawing | None = None
    detail: Drawing | None = None

    @property
    def start(self) -> int:
        """The time of the first reading, as it is shown."""
        return self.trace.start - self.offset

    @property
    def end(self) -> int:
        """The time of the last reading, as it is shown."""
        return self.trace.end - self.offset


def curves_of(runs: Sequence[tuple[str, Sequence[Trace]]]) -> list[Curve]:
    """Return the curves of runs, given each one's title and traces; of very many, the first are shown."""
    every = [(title, trace) for title, traces in runs for trace in traces]
    units = list(dict.fromkeys(trace.unit for _title, trace in every))[:MOST_PANELS]
    curves: list[Curve] = []
    shown = 0
    for number, (title, trace) in enumerate(every):
        curve = Curve(trace, title, number, shown=trace.unit in units and shown < MOST_SHOWN)
        shown += curve.shown
        curves.append(curve)
    return curves


def align(curves: Sequence[Curve], *, from_starts: bool) -> None:
    """Draw all curves at the clock's time, or each run from its first reading."""
    starts: dict[int, int] = {}
    for curve in curves:
        run = curve.trace.run
        starts[run] = min(curve.trace.start, starts.get(run, curve.trace.start))
    for curve in curves:
        curve.offset = starts[curve.trace.run] if from_starts else 0


def extent(curves: Sequence[Curve]) -> tuple[int, int]:
    """Return the first and the last time of at least one curve, as they are shown."""
    return min(curve.start for curve in curves), max(curve.end for curve in curves)
