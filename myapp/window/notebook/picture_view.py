"""The picture of the chosen run, drawn in the reading thread and scaled to the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from myapp.document.open import FileDocument
from myapp.errors import MyappError
from myapp.notebook.listing import RunRow
from myapp.notebook.picture import png_of_run
from myapp.window.session import DocumentSession
from myapp.window.worker import Job


class PictureView(QLabel):
    """Shows one run; a picture that was asked for and is not wanted any more is not drawn."""

    def __init__(
        self, session: DocumentSession, document: FileDocument, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picture")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(QSize(200, 150))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._session = session
        self._document = document
        self._run: tuple[int, int] | None = None
        self._drawing: Job | None = None
        self._picture = QPixmap()

    def show_run(self, run: RunRow | None) -> None:
        """Draw another run, or the same one with other readings."""
        chosen = (run.id, run.readings) if run else None
        if chosen == self._run:
            return
        self._run = chosen
        if self._drawing:
            self._drawing.abandoned = True
        self._show_text("")
        if run:
            self._show_text(self.tr("Drawing…"))
            self.setAccessibleName(self.tr("Picture of {}").format(run.title))
            number = run.id
            self._drawing = self._session.reader.submit(lambda: self._png(number), self._show, self._refuse)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Scale the picture."""
        super().resizeEvent(event)
        self._scale()

    def _png(self, run: int) -> bytes | None:
        with self._document.driver_reading() as connection:
            return png_of_run(connection, run)

    def _show(self, png: bytes | None) -> None:
        if png is None:
            self._show_text(self.tr("There are no readings to draw."))
            return
        self._picture.loadFromData(png)
        self._scale()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, MyappError):
            raise error
        self._show_text(error.message())

    def _show_text(self, text: str) -> None:
        self._picture = QPixmap()
        self.setText(text)

    def _scale(self) -> None:
        if not self._picture.isNull():
            ratio = self.devicePixelRatioF()
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            scaled = self._picture.scaled(self.size() * ratio, keep, smooth)
            scaled.setDevicePixelRatio(ratio)
            self.setPixmap(scaled)
