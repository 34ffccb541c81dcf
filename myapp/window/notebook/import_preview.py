"""The beginning of a file as it is written, and its first rows as they would be stored."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from myapp.errors import BadData
from myapp.notebook.intake.byte_stream import ByteStream
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.intake.preview import Preview, preview

ROWS = 12
"""How many rows are shown as they would be stored."""

HEAD_BYTES = 16_384
HEAD_LINES = 40


@dataclass(frozen=True)
class Look:
    """The first lines of a file and its preview, None where its format cannot be known."""

    lines: str
    preview: Preview | None
    refusal: BadData | None


def look(path: str, options: ImportOptions) -> Look:
    """Look at a file; raise OSError where it cannot be read."""
    head = b""
    try:
        with closing(ByteStream(path, options.sheet)) as stream:  # the text in an archive or a workbook
            head = stream.head(HEAD_BYTES)[0][:HEAD_BYTES]
        shown = preview(path, options, ROWS)
    except BadData as error:
        return Look(_lines(head, options.encoding or "utf-8"), None, error)
    return Look(_lines(head, shown.format.encoding), shown, shown.refusal)


class PreviewView(QWidget):
    """Shows a look at a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = QPlainTextEdit(self)
        self.lines.setObjectName("lines")
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.lines.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.lines.setAccessibleName(self.tr("The file"))
        self.rows = QTableWidget(0, 0, self)
        self.rows.setObjectName("rows")
        self.rows.setTabKeyNavigation(False)
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.setAccessibleName(self.tr("The first rows as they would be stored"))
        self.rows.setWordWrap(False)
        self.rows.verticalHeader().hide()
        self.facts = QLabel(self)
        self.facts.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for label, view in ((self.tr("The file"), self.lines), (self.tr("As it would be stored"), self.rows)):
            heading = QLabel(label, self)
            heading.setBuddy(view)
            column.addWidget(heading)
            column.addWidget(view, stretch=1)
        column.addWidget(self.facts)

    def show_look(self, look: Look) -> None:
        """Show the lines, and the rows where there are any."""
        if self.lines.toPlainText() != look.lines:
            self.lines.setPlainText(look.lines)
        self.rows.setRowCount(0)
        self.facts.setText("")
        if look.preview:
            self._show_rows(look.preview)

    def _show_rows(self, shown: Preview) -> None:
        channels = [channel.title for channel in shown.format.channels]
        channels += [name for row in shown.rows for name in row.values if name not in channels]
        titles = [self.tr("Line"), self.tr("Time (UTC)"), *dict.fromkeys(channels)]
        self.rows.setColumnCount(len(titles))
        self.rows.setHorizontalHeaderLabels(titles)
        self.rows.setRowCount(len(shown.rows))
        for index, row in enumerate(shown.rows):
            values = [row.values.get(name) for name in titles[2:]]
            cells = [
                str(row.line),
                _utc(row.time),
                *("" if each is None else f"{each:.15g}" for each in values),
            ]
            for column, text in enumerate(cells):
                self.rows.setItem(index, column, QTableWidgetItem(text))
        self.rows.resizeColumnsToContents()
        count = QLocale().toString
        gaps = self.tr("{} gaps in the first {} rows").format(count(shown.gaps), count(shown.examined))
        self.facts.setText(f"{shown.format.summary()}; {gaps}")


def _lines(head: bytes, encoding: str) -> str:
    """Return the first whole lines; what is no character is shown by a sign."""
    lines = head.decode(encoding, errors="replace").lstrip("\ufeff").splitlines()
    complete = lines if len(head) < HEAD_BYTES or len(lines) < 2 else lines[:-1]
    return "\n".join(line[:1000] for line in complete[:HEAD_LINES])


def _utc(microseconds: int) -> str:
    try:
        time = datetime(1970, 1, 1) + timedelta(microseconds=microseconds)  # noqa: DTZ001  shown without
    except OverflowError:
        return str(microseconds)
    return time.isoformat(" ")
