"""A sample of readings as polygons, which Qt scales to any view at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF, QTransform

from myapp.notebook.traces import Sample


class Drawing:
    """What draws a trace from `start` to `end`; made in the thread that reads.

    Coordinates are microseconds and values from `origin`, so that they have all their digits.
    """

    def __init__(self, sample: Sample, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.longest_step = sample.longest_step
        self.points = [point for piece in sample.pieces for point in piece]
        self.origin = self.points[0] if self.points else (start, 0.0)
        self.lines = [self._polygon(piece) for piece in sample.pieces if len(piece) > 1]
        self.dots = self._polygon([piece[0] for piece in sample.pieces if len(piece) == 1])
        values = [value for _time, value in self.points]
        self.span = (min(values), max(values)) if values else None

    def covers(self, start: int, end: int) -> bool:
        """Whether a part of the time is drawn by this alone."""
        return self.start <= start and end <= self.end

    def transform(self, start: int, low: float, scale: tuple[float, float], corner: QPointF) -> QTransform:
        """Return what maps the polygons to pixels.

        `start` and `low` are at the corner, from which `scale` has the pixels of a microsecond and of a
        value; values grow upwards.
        """
        time, value = self.origin
        across, up = scale
        x, y = corner.x() + (time - start) * across, corner.y() - (value - low) * up
        return QTransform(across, 0, 0, -up, x, y)

    def span_between(self, start: int, end: int) -> tuple[float, float] | None:
        """Return the smallest and the largest value in a part of the time, None where there is none."""
        values = [value for time, value in self.points if start <= time <= end]
        return (min(values), max(values)) if values else None

    def _polygon(self, points: list[tuple[int, float]] | tuple[tuple[int, float], ...]) -> QPolygonF:
        origin, zero = self.origin
        return QPolygonF([QPointF(time - origin, value - zero) for time, value in points])
