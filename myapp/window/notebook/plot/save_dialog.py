"""Asks where the plot is saved, and as what; CSV is written in a thread, and can be stopped."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog

from myapp.errors import Cancelled, MyappError
from myapp.progress import Progress, StoppableProgress, StopToken
from myapp.window.notebook.plot.canvas import Canvas
from myapp.window.notebook.plot.reader import PlotReader
from myapp.window.notebook.plot.saving import Picture, csv_names, shown_of, write_csv
from myapp.window.session import DocumentSession

ENDINGS = (".png", ".svg", ".pdf", ".csv")


class SaveDialog(QObject):
    """Saves what a canvas shows."""

    def __init__(
        self, session: DocumentSession, reader: PlotReader, canvas: Canvas, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._reader = reader
        self._canvas = canvas
        self._token = StopToken()
        self._waiting: QProgressDialog | None = None

    @property
    def busy(self) -> bool:
        """Whether CSV is being written."""
        return self._waiting is not None

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(self._picture().image())

    def ask(self) -> None:
        """Ask for a file, and save."""
        filters = {
            ".png": self.tr("Picture (*.png)"),
            ".svg": self.tr("Drawing (*.svg)"),
            ".pdf": self.tr("Page (*.pdf)"),
            ".csv": self.tr("Readings that are visible (*.csv)"),
        }
        name = _file_name(self._picture().title)
        path, chosen = QFileDialog.getSaveFileName(
            self._canvas, self.tr("Save"), name, ";;".join(filters.values())
        )
        if path:
            ending = next((ending for ending, text in filters.items() if text == chosen), ".png")
            named = path if path.lower().endswith(ENDINGS) else path + ending
            if named == path or self._may_replace([named]):
                self.save(named)

    def save(self, path: str) -> None:
        """Save as the ending of the name says; an error is shown in words."""
        if path.lower().endswith(".csv"):
            self._save_csv(path)
            return
        try:
            self._picture().save(path, self._session.path)
        except MyappError as error:
            self._refuse(error)

    def stop(self) -> None:
        """Stop writing CSV; there is then no new file."""
        self._token.stop()

    def _picture(self) -> Picture:
        return Picture(self._canvas.plot, self._canvas.size(), self._canvas.font())

    def _save_csv(self, path: str) -> None:
        shown, document = shown_of(self._canvas.plot), self._session.path
        names = csv_names(path, shown)
        if names != [path] and not self._may_replace(names):
            return
        self._token = token = StopToken()

        def write() -> None:
            with self._reader.reading(token) as connection:
                for each, name in zip(shown, names, strict=True):
                    write_csv(connection, each, name, document, StoppableProgress(Progress(), token))

        waiting = QProgressDialog(self._canvas)
        waiting.setLabelText(self.tr("Saving {}").format(os.path.basename(path)))
        waiting.setRange(0, 0)
        waiting.setWindowModality(Qt.WindowModality.WindowModal)
        waiting.canceled.connect(token.stop)
        self._waiting = waiting
        self._session.worker("saving").submit(write, self._saved, self._refuse)

    def _may_replace(self, names: Sequence[str]) -> bool:
        """Ask about files that are there already, and of which the dialog for files did not ask."""
        existing = ", ".join(os.path.basename(name) for name in names if os.path.lexists(name))
        question = self.tr("Replace {}?").format(existing)
        return not existing or (
            QMessageBox.question(self._canvas, self.tr("Save"), question) == QMessageBox.StandardButton.Yes
        )

    def _saved(self, _nothing: Any) -> None:
        self._end_waiting()

    def _refuse(self, error: Exception) -> None:
        self._end_waiting()
        if not isinstance(error, MyappError):
            raise error
        if not isinstance(error, Cancelled):
            QMessageBox.warning(self._canvas, self.tr("Save"), error.message())

    def _end_waiting(self) -> None:
        if self._waiting:
            self._waiting.reset()
            self._waiting.deleteLater()
            self._waiting = None


def _file_name(title: str) -> str:
    """Return a title as a file's name."""
    letters = (letter if letter.isalnum() or letter in " -_." else "_" for letter in title)
    return "".join(letters).strip(" .")[:80] or "plot"
