"""Clicks runs and turns the wheel over the plot of ours; prints seconds as JSON.

Arguments: the document, whose first run is small and whose second is large; how often.
"""

import json
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from myapp.window.desktop import Desktop
from myapp.window.display import demand_display, demand_qt
from myapp.window.notebook.content import ContentView

STEPS = 60
LONGEST_WAIT = 60


class Person:
    """Clicks and turns the wheel in a window, and waits for what is painted."""

    def __init__(self, path: str) -> None:
        self.desktop = Desktop()
        self.clock = QTimer(interval=5)  # the longest sleep
        self.clock.start()
        self.desktop.open([path])
        window = self.desktop.windows[0]
        window.resize(1200, 760)
        self.wait_for(lambda: isinstance(window.page, ContentView) and len(window.page.runs.model.rows) == 2)
        assert isinstance(window.page, ContentView)
        self.runs, self.view = window.page.runs, window.page.plot
        self.drawn: list[int] = []
        self.view.canvas.painted.connect(self.note)

    def note(self) -> None:
        """Note how many curves were painted."""
        self.drawn.append(sum(curve.whole is not None for curve in self.view.plot.shown))

    def wait_for(self, is_reached: Callable[[], bool]) -> None:
        """Let the window work until something is so. It sleeps between events, as it does for a person."""
        until = time.monotonic() + LONGEST_WAIT
        while not is_reached():
            assert time.monotonic() < until
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)

    def is_exact(self) -> bool:
        """Whether all that is shown was read exactly."""
        plot = self.view.plot
        start, end = plot.view.start, plot.view.end
        exact = (curve.detail and curve.detail.covers(start, end) for curve in plot.shown)
        return not plot.busy and all(exact)

    def first_picture(self, row: int) -> float:
        """Click a run; return the seconds until all of its curves are painted."""
        plot, title = self.view.plot, self.runs.model.rows[row].title
        self.drawn.clear()
        started = time.perf_counter()
        self.runs.table.selectRow(row)
        self.wait_for(
            lambda: (
                bool(plot.shown)
                and plot.curves[0].run_title == title
                and self.drawn[-1:] == [len(plot.shown)]
            )
        )
        seconds = time.perf_counter() - started
        self.wait_for(self.is_exact)
        return seconds

    def step(self, notches: int) -> tuple[float, float]:
        """Turn the wheel; return the seconds until the plot is painted, and until it is exact."""
        canvas = self.view.canvas
        place = QPointF(canvas.width() * 0.6, canvas.height() * 0.3)
        self.drawn.clear()
        started = time.perf_counter()
        QApplication.sendEvent(
            canvas,
            QWheelEvent(
                place,
                canvas.mapToGlobal(place),
                QPoint(),
                QPoint(0, 120 * notches),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
        self.wait_for(lambda: bool(self.drawn))
        seconds = time.perf_counter() - started
        self.wait_for(self.is_exact)
        return seconds, time.perf_counter() - started


def main() -> None:
    """Measure first pictures, steps of the wheel, and how long the exact picture takes after each."""
    demand_qt()
    demand_display()
    application = QApplication([])
    person = Person(sys.argv[1])
    first = []
    for _time in range(int(sys.argv[2])):
        person.first_picture(0)
        first.append(person.first_picture(1))
    steps = [person.step(1 if number < STEPS // 2 else -1) for number in range(STEPS)]
    person.desktop.close()
    del application
    print(json.dumps({"first": first, "steps": [s for s, _e in steps], "exact": [e for _s, e in steps]}))


main()
