"""A refusal in the words of the library, with the option that resolves it and the values that it may have."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from myapp.errors import BadData, UsageError
from myapp.window.wording import refusal

MOST_VALUES = 4


class Labelled(Protocol):
    """A form that knows what it calls its options."""

    def label(self, name: str) -> str:
        """Return what an option is called."""

    def has(self, name: str) -> bool:
        """Whether an option has a control."""

    def words(self, name: str, value: str) -> str:
        """Return what a value of an option is called."""


class RefusalBar(QFrame):
    """Hidden while nothing is refused. `setting` is the option that resolves it, "" where there is none."""

    setting_chosen = Signal(str)
    value_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = ""
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.text = QLabel(self)
        self.text.setObjectName("refusal")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QHBoxLayout()
        row = QHBoxLayout(self)
        row.addWidget(self.text, stretch=1)
        row.addLayout(self._buttons)
        self.hide()

    def show_error(self, error: Exception | None, form: Labelled) -> None:
        """Show a refusal with the names that a form has for its options, or nothing."""
        self._clear()
        self.setVisible(error is not None)
        if error is None:
            return
        self.text.setText(refusal(error, form.label))
        if isinstance(error, BadData | UsageError) and form.has(error.setting):
            self.setting = error.setting
            self._add_buttons(error, form)

    def _add_buttons(self, error: BadData | UsageError, form: Labelled) -> None:
        setting = error.setting
        values = error.values if len(error.values) <= MOST_VALUES else ()
        for value in values:
            self._add(f"{form.label(setting)}: {form.words(setting, value)}", value)
        self._add(self.tr("Go to {}").format(form.label(setting)), None)

    def _add(self, text: str, value: str | None) -> None:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        button.setObjectName("show-setting" if value is None else f"value-{value}")
        if value is None:
            button.clicked.connect(lambda _on=False, name=self.setting: self.setting_chosen.emit(name))
        else:
            button.clicked.connect(lambda _on=False, name=self.setting: self.value_chosen.emit(name, value))
        self._buttons.addWidget(button)

    def _clear(self) -> None:
        self.setting = ""
        self.text.setText("")
        while (item := self._buttons.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
