"""The plot as a part of the window: its bar, its picture, the strip below, and the table of channels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from myapp.document.protocol import Document
from myapp.notebook.listing import RunRow
from myapp.window.notebook.plot.canvas import Canvas
from myapp.window.notebook.plot.commands import Commands
from myapp.window.notebook.plot.layout import describe
from myapp.window.notebook.plot.navigation import Navigation
from myapp.window.notebook.plot.plot import Plot
from myapp.window.notebook.plot.reader import PlotReader
from myapp.window.notebook.plot.readout import Readout
from myapp.window.notebook.plot.save_dialog import SaveDialog
from myapp.window.notebook.plot.strip import Strip
from myapp.window.session import DocumentSession


class PlotView(QWidget):
    """Shows runs; its actions are in a menu too, for a person with a mouse and for one with keys alone."""

    def __init__(
        self, session: DocumentSession, document: Document, menu: QMenu, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.reader = PlotReader(document, session.worker("plot"), self)
        self.plot = Plot(self.reader, self)
        self.canvas = Canvas(self.plot, self)
        self.navigation = Navigation(self.canvas, self)
        self.commands = Commands(self.canvas, self.navigation, self)
        self.strip = Strip(self.plot, self)
        self.readout = Readout(self.plot, self)
        self.saving = SaveDialog(session, self.reader, self.canvas, self)
        self.commands.add("copy", self.tr("Copy the picture"), self.saving.copy, "Ctrl+C")
        self.commands.add("save", self.tr("Save as picture or CSV…"), self.saving.ask, "Ctrl+S")
        self.commands.renew()
        menu.addActions(list(self.commands.actions.values()))
        self._lay_out()
        self.plot.runs_changed.connect(self._describe)
        self.plot.curves_changed.connect(self._describe)
        self.plot.view_changed.connect(self._describe)
        self.plot.refused.connect(self.canvas.show_message)

    def show_runs(self, runs: Sequence[RunRow]) -> None:
        """Draw these runs over one another."""
        self.plot.show_runs(runs)

    def stop(self) -> None:
        """Give up what is being read, before the document is closed."""
        self.plot.stop()
        self.saving.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  Qt's name
        """Read what was given up when it was hidden."""
        super().showEvent(event)
        self.plot.resume()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  Qt's name
        """Read no more for a page that is replaced."""
        super().hideEvent(event)
        self.stop()

    def _lay_out(self) -> None:
        picture = QWidget(self)
        above = QVBoxLayout(picture)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(2)
        above.addWidget(self.commands.bar(self))
        above.addWidget(self.canvas, stretch=1)
        above.addWidget(self.strip)
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.addWidget(picture)
        splitter.addWidget(self.readout)
        splitter.setStretchFactor(0, 1)
        splitter.setCollapsible(0, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    def _describe(self) -> None:
        """Tell what is drawn, for people who see it and for those who hear it."""
        plot = self.plot
        titles = ", ".join(run.title for run in plot.runs)
        self.canvas.setAccessibleName(self.tr("Plot of {}").format(titles) if titles else self.tr("Plot"))
        part = describe(plot.view, from_starts=plot.from_starts)
        self.canvas.setAccessibleDescription(part if plot.curves else "")
        message = ""
        if plot.runs and not plot.curves and not self.reader.busy:
            message = self.tr("There are no readings to draw.")
        elif plot.curves and not plot.shown:
            message = self.tr("Choose channels in the table below.")
        if message != self.canvas.message:
            self.canvas.show_message(message)
