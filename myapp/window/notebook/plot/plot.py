"""The state of a plot: its curves, its view and its cursors, and the questions that keep them filled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from myapp.errors import MyappError
from myapp.notebook.listing import RunRow
from myapp.notebook.overview.chunk import Point
from myapp.notebook.statistics import ChannelStatistics
from myapp.notebook.traces import Trace
from myapp.window.notebook.plot.curves import Curve, align, curves_of, extent
from myapp.window.notebook.plot.drawing import Drawing
from myapp.window.notebook.plot.reader import PlotReader, Wanted
from myapp.window.notebook.plot.views import View, Views

COARSE = 240
"""Columns of the first picture of a run: of five channels, 300,000 readings are read at the most."""

PAINTED_FIRST_MS = 20
"""What is known of a view is painted before the rest is read: the two would slow each other."""

MOST_RUNS = 20
"""The most runs that are drawn over one another."""


class Plot(QObject):
    """What is plotted. Knows no widget; widgets show it when its signals tell that it is another.

    Times are those that are shown: the clock's, or from the start of each run.
    """

    runs_changed = Signal()
    curves_changed = Signal()
    view_changed = Signal()
    cursors_changed = Signal()
    statistics_changed = Signal()
    refused = Signal(str)

    def __init__(self, reader: PlotReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.reader = reader
        self.runs: list[RunRow] = []
        self.left_out = 0
        self.curves: list[Curve] = []
        self.views = Views()
        self.from_starts = False
        self.columns = 900
        self.cursors: tuple[int, ...] = ()
        self.values: dict[Trace, list[Point | None]] = {}
        self.statistics: dict[Trace, ChannelStatistics] = {}
        self._parts = QTimer(self, singleShot=True, interval=PAINTED_FIRST_MS)
        self._parts.timeout.connect(self._ask_parts)
        reader.traces_read.connect(self._take_traces)
        reader.wholes_read.connect(self._take_wholes)
        reader.parts_read.connect(self._take_parts)
        reader.values_read.connect(self._take_values)
        reader.statistics_read.connect(self._take_statistics)
        reader.refused.connect(self._refuse)

    @property
    def busy(self) -> bool:
        """Whether something is being read, or will be at once."""
        return self._parts.isActive() or self.reader.busy

    @property
    def view(self) -> View:
        """The view that is shown."""
        return self.views.current

    @property
    def shown(self) -> list[Curve]:
        """The curves that are shown."""
        return [curve for curve in self.curves if curve.shown]

    @property
    def several(self) -> bool:
        """Whether more than one run is drawn."""
        return len(self.runs) > 1

    def show_runs(self, runs: Sequence[RunRow]) -> None:
        """Draw other runs, or the same ones with other readings or titles; of very many, the first."""
        before, self.runs = self.runs, list(runs[:MOST_RUNS])
        self.left_out = len(runs) - len(self.runs)
        if _readings(before) != _readings(self.runs):
            self.reader.ask_traces([run.id for run in self.runs])
        elif before != self.runs:
            self._rename()
        self.runs_changed.emit()

    def _rename(self) -> None:
        """Give the curves the titles of their runs, which a person has changed; the view stays."""
        titles = {run.id: run.title for run in self.runs}
        for curve in self.curves:
            curve.run_title = titles[curve.trace.run]
        self.curves_changed.emit()

    def resume(self) -> None:
        """Ask again for what is not there, after the reader was stopped."""
        if self.runs and not self.curves:
            self.reader.ask_traces([run.id for run in self.runs])
        self._ask_wholes()
        self._ask_parts_soon()

    def stop(self) -> None:
        """Give up what is being read."""
        self._parts.stop()
        self.reader.stop()

    def show_view(self, view: View, gesture: object = None) -> None:
        """Show another part; the views of one gesture are undone in one step."""
        self.views.show(view, gesture)
        self._show_part()

    def show_all(self) -> None:
        """Show all of the time and all values."""
        self.show_view(self.views.whole)

    def undo_view(self) -> None:
        """Show the view before."""
        self.views.undo()
        self._show_part()

    def redo_view(self) -> None:
        """Show the view that was undone."""
        self.views.redo()
        self._show_part()

    def show_curve(self, curve: Curve, *, shown: bool) -> None:
        """Show a curve, or leave it out."""
        if curve.shown != shown:
            curve.shown = shown
            self._ask_wholes()
            self._show_part()
            self._ask_values()
            self.curves_changed.emit()

    def show_from_starts(self, from_starts: bool) -> None:
        """Draw all runs by the clock, or each from its own start."""
        if from_starts != self.from_starts:
            self.from_starts = from_starts
            self._begin()

    def show_in(self, columns: int) -> None:
        """Draw in so many columns of pixels."""
        if columns != self.columns:
            self.columns = columns
            self._ask_parts_soon()

    def place_cursors(self, *times: int) -> None:
        """Place no cursor, one, or two, between which statistics are made."""
        if times != self.cursors:
            self.cursors = times
            if len(times) < 2:
                self.statistics = {}
            self._ask_values()
            self.cursors_changed.emit()

    def _take_traces(self, found: Sequence[Sequence[Trace]]) -> None:
        titles = [run.title for run in self.runs]
        self.curves = curves_of(list(zip(titles, found, strict=True)))
        self._begin()

    def _begin(self) -> None:
        """Show all of these curves."""
        align(self.curves, from_starts=self.from_starts)
        self.cursors, self.values, self.statistics = (), {}, {}
        if self.curves:
            self.views.begin(*extent(self.curves))
        self._ask_wholes()
        self._ask_parts_soon()
        self.curves_changed.emit()
        self.cursors_changed.emit()

    def _show_part(self) -> None:
        self._ask_parts_soon()
        self.view_changed.emit()

    def _ask_wholes(self) -> None:
        missing = [curve.trace for curve in self.shown if curve.whole is None]
        self.reader.ask_wholes(missing, COARSE)

    def _ask_parts_soon(self) -> None:
        """Ask once for all that happens meanwhile, such as a drag."""
        if not self._parts.isActive():
            self._parts.start()

    def _ask_parts(self) -> None:
        """Ask for what the view shows of each curve whose gaps are known, unless it is there."""
        wanted = []
        for curve in self.shown:
            start, end = self.view.start + curve.offset, self.view.end + curve.offset
            is_there = start <= curve.trace.end and end >= curve.trace.start
            if is_there and curve.whole:
                wanted.append(Wanted(curve.trace, start, end, curve.whole.longest_step))
        self.reader.ask_parts(wanted, self.columns)

    def _ask_values(self) -> None:
        shown = self.shown
        wanted = [(curve.trace, time + curve.offset) for curve in shown for time in self.cursors]
        self.reader.ask_values(wanted, self.cursors)
        between: dict[tuple[int, int], list[Trace]] = {}
        for curve in shown if len(self.cursors) == 2 else []:
            start, end = sorted(time + curve.offset for time in self.cursors)
            between.setdefault((start, end), []).append(curve.trace)
        self.reader.ask_statistics(between)

    def _take_wholes(self, drawn: Sequence[tuple[Trace, Drawing]]) -> None:
        by_trace = dict(drawn)
        for curve in self.curves:
            curve.whole = by_trace.get(curve.trace, curve.whole)
        if all(curve.whole for curve in self.shown):
            self._ask_parts_soon()
        self.curves_changed.emit()

    def _take_parts(self, drawn: Sequence[tuple[Trace, Drawing]]) -> None:
        by_trace = dict(drawn)
        for curve in self.curves:
            curve.detail = by_trace.get(curve.trace, curve.detail)
        self.view_changed.emit()

    def _take_values(self, answer: tuple[object, Sequence[tuple[Trace, Point | None]]]) -> None:
        cursors, found = answer
        if cursors == self.cursors:
            self.values = {}
            for trace, point in found:
                self.values.setdefault(trace, []).append(point)
            self.cursors_changed.emit()

    def _take_statistics(self, found: dict[Trace, ChannelStatistics]) -> None:
        self.statistics = found
        self.statistics_changed.emit()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, MyappError):
            raise error
        self.refused.emit(error.message())


def _readings(runs: Sequence[RunRow]) -> list[tuple[int, int]]:
    return [(run.id, run.readings) for run in runs]
