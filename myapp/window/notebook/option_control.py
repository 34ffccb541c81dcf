"""The control of one import option: a choice of values, or a text with usual values to choose from."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from myapp.window.notebook.import_fields import OptionField


class OptionControl(QComboBox):
    """Holds the text of an option, "" where it is left to detection, which then says what it has found."""

    changed = Signal()

    def __init__(self, field: OptionField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.words = dict(field.choices)
        """What each usual value is called."""
        _name(self, field)
        self.setEditable(field.free)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for value, words in field.choices:
            self.addItem(words, value)
        self.show_detected("")
        self.currentTextChanged.connect(self._changed)

    def text(self) -> str:
        """Return the value as the option's text."""
        chosen = self.findText(self.currentText(), Qt.MatchFlag.MatchExactly)
        if chosen >= 0:
            value = self.itemData(chosen)
            return value if isinstance(value, str) else ""
        return self.currentText()

    def set_text(self, value: str) -> None:
        """Show a value."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)
        elif self.isEditable():
            self.setEditText(value)

    def show_detected(self, value: str) -> None:
        """Say which value was detected, where none is given."""
        words = self.words.get(value, value)
        text = self.tr("detected: {}").format(words) if value else self.words.get("") or self.tr("detected")
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText(text if value else "")
        elif self.itemData(0) == "":
            with QSignalBlocker(self):
                self.setItemText(0, text)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the page: a value that changes by scrolling is changed unseen."""
        event.ignore()

    def _changed(self) -> None:
        self.changed.emit()


class OptionLine(QLineEdit):
    """Holds the text of an option that has no usual values, with the same methods as a choice."""

    changed = Signal()

    def __init__(self, field: OptionField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.words: dict[str, str] = {}
        _name(self, field)
        self.textChanged.connect(lambda _text: self.changed.emit())

    def set_text(self, value: str) -> None:
        """Show a value."""
        self.setText(value)

    def show_detected(self, value: str) -> None:
        """Say which value was detected, where none is given."""
        self.setPlaceholderText(self.tr("detected: {}").format(value) if value else "")


def control_of(field: OptionField, parent: QWidget | None = None) -> OptionControl | OptionLine:
    """Return the control of an option: a choice where it has usual values, or a line."""
    has_values = any(value for value, _words in field.choices)
    return OptionControl(field, parent) if has_values else OptionLine(field, parent)


def _name(control: QWidget, field: OptionField) -> None:
    control.setObjectName(field.name)
    control.setAccessibleName(field.label)
    control.setAccessibleDescription(field.explanation)
    control.setToolTip(field.explanation)
