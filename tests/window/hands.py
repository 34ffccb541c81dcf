"""A person's hands on a widget: the wheel, drags and keys, as Qt delivers them, and answers to questions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_NOTCH = 120


def turn_wheel(widget: QWidget, place: QPointF, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Turn the wheel over a place, forwards by so many notches."""
    none = Qt.MouseButton.NoButton
    phase = Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, _NOTCH * notches)
    event = QWheelEvent(place, widget.mapToGlobal(place), QPoint(), turned, none, modifiers, phase, False)
    QApplication.sendEvent(widget, event)


def move_mouse(widget: QWidget, place: QPointF) -> None:
    """Move the mouse to a place, with no button down."""
    _mouse(widget, QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton, NONE)


def drag(
    widget: QWidget,
    start: QPointF,
    end: QPointF,
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    """Press a button at one place and release it at another, with moves between."""
    _mouse(widget, QEvent.Type.MouseButtonPress, start, button, modifiers)
    for part in (0.25, 0.5, 0.75, 1.0):
        _mouse(widget, QEvent.Type.MouseMove, start + (end - start) * part, button, modifiers)
    _mouse(widget, QEvent.Type.MouseButtonRelease, end, button, modifiers)


def double_click(widget: QWidget, place: QPointF) -> None:
    """Click twice at a place."""
    for kind in (
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseButtonRelease,
    ):
        _mouse(widget, kind, place, LEFT, NONE)


def _mouse(
    widget: QWidget,
    kind: QEvent.Type,
    place: QPointF,
    button: Qt.MouseButton,
    modifiers: Qt.KeyboardModifier,
) -> None:
    event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, button, modifiers)
    QApplication.sendEvent(widget, event)


def answer(monkeypatch: pytest.MonkeyPatch, *agreed: bool) -> list[str]:
    """Answer questions in this order, the last answer again and again; return the list of what was asked."""
    asked: list[str] = []

    def question(*arguments: object) -> QMessageBox.StandardButton:
        asked.append(str(arguments[2]))
        yes = agreed[min(len(asked), len(agreed)) - 1]
        return QMessageBox.StandardButton.Yes if yes else QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", question)
    return asked
