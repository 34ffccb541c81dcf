"""PySide keeps count of what signals carry: a version that does not ends the program after some hours."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal

TIMES = 300


class Sender(QObject):
    """Has a signal."""

    signal = Signal(object)


def test_a_signal_loses_no_reference_to_what_it_returns_and_carries() -> None:
    sender = Sender()
    received: list[int] = []
    sender.signal.connect(received.append)
    before = sys.getrefcount(True)
    for number in range(TIMES):
        sender.signal.emit(number)
    assert len(received) == TIMES
    assert sys.getrefcount(True) > before - TIMES // 2
