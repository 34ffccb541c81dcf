"""The row of criteria above the list: words, a tag, a channel, and a time from and to."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from myapp.notebook.queries import Names
from myapp.notebook.selection import Selection


class Criteria(QWidget):
    """Gives a selection. The last word that is typed finds what begins so."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = self._line("search", self.tr("Search titles, notes and tags"))
        self.tag = self._choice("tag", self.tr("Tag"), self.tr("Any tag"))
        self.channel = self._choice("channel", self.tr("Channel"), self.tr("Any channel"))
        self.start = self._line("from", self.tr("From (2024-05-31)"))
        self.end = self._line("to", self.tr("Before"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        row = QHBoxLayout()
        for widget in (self.tag, self.channel, self.start, self.end):
            row.addWidget(widget, stretch=1)
        column.addLayout(row)

    def selection(self) -> Selection:
        """Return what the person asks for; words without a letter and times that are none ask nothing."""
        text = self.text.text().strip()
        searches = any(map(str.isalnum, text))
        return Selection(
            text=(text if text.endswith("*") else f"{text}*") if searches else "",
            tags=_chosen(self.tag),
            channels=_chosen(self.channel),
            start=_microseconds(self.start.text()),
            end=_microseconds(self.end.text()),
        )

    def offer(self, names: Names) -> None:
        """Offer these tags and channels; what is chosen stays."""
        for choice, titles in ((self.tag, names.tags), (self.channel, names.channels)):
            current = choice.currentText()
            with _quiet(choice):
                while choice.count() > 1:
                    choice.removeItem(1)
                choice.addItems(titles)
                choice.setCurrentIndex(max(0, choice.findText(current)))

    def _line(self, name: str, words: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setPlaceholderText(words)
        line.setAccessibleName(words)
        line.textChanged.connect(
            lambda _text: line.setClearButtonEnabled(True)
        )  # its icon takes long to find
        line.textChanged.connect(self._changed)
        return line

    def _choice(self, name: str, words: str, any_words: str) -> QComboBox:
        choice = QComboBox(self)
        choice.setObjectName(name)
        choice.setAccessibleName(words)
        choice.addItem(any_words)
        choice.currentIndexChanged.connect(self._changed)
        return choice

    def _changed(self) -> None:
        self.changed.emit()


def _quiet(widget: QObject) -> QSignalBlocker:
    return QSignalBlocker(widget)


def _chosen(choice: QComboBox) -> tuple[str, ...]:
    return (choice.currentText(),) if choice.currentIndex() > 0 else ()


def _microseconds(text: str) -> int | None:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1_000_000)
