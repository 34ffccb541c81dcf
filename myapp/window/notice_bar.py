"""A bar above the content with one sentence and, at most, one action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget


class NoticeBar(QFrame):
    """Hidden until something is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton(self)
        self.button.setObjectName("notice-action")
        close = QPushButton("✕", self)
        close.setObjectName("notice-close")
        close.setAccessibleName(self.tr("Close this notice"))
        close.setFlat(True)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.addWidget(self.text, stretch=1)
        row.addWidget(self.button)
        row.addWidget(close)
        self._action: Callable[[], object] | None = None
        self.button.clicked.connect(self._act)
        self.hide()

    def show_notice(self, text: str, label: str = "", action: Callable[[], object] | None = None) -> None:
        """Show a sentence, with a button where there is an action."""
        self.text.setText(text)
        self._action = action
        self.button.setText(label)
        self.button.setVisible(action is not None)
        self.show()

    def _act(self) -> None:
        self.hide()
        if self._action:
            self._action()
