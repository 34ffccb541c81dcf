"""The table of runs for Qt: title and tags can be edited, everything can be sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal

from myapp.notebook.listing import RunRow

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

RUN, TITLE, FIRST, LAST, CHANNELS, READINGS, TAGS = range(7)
SORT_ROLE = Role.UserRole
NUMBERS = (RUN, CHANNELS, READINGS)


class RunsModel(QAbstractTableModel):
    """Holds the rows that the reader has fetched. An edit is only emitted: the document answers with rows."""

    title_edited = Signal(object, str)
    tags_edited = Signal(object, list)

    def __init__(self, writable: bool) -> None:
        super().__init__()
        self.rows: list[RunRow] = []
        self._writable = writable
        self._headings = [
            self.tr("Run"),
            self.tr("Title"),
            self.tr("First (UTC)"),
            self.tr("Last (UTC)"),
            self.tr("Channels"),
            self.tr("Readings"),
            self.tr("Tags"),
        ]

    def replace(self, rows: Sequence[RunRow]) -> None:
        """Show other rows; where they are the same runs, selection and place stay."""
        if [row.id for row in rows] == [row.id for row in self.rows]:
            self.rows = list(rows)
            last = self.index(len(rows) - 1, TAGS)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  Qt's signature
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(  # noqa: N802  Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return self._headings[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that titles and tags can be edited, where the document can be written."""
        flags = super().flags(index)
        if self._writable and index.column() in (TITLE, TAGS):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return a cell's text, its value for sorting, or its alignment."""
        row, column = self.rows[index.row()], index.column()
        if role in (Role.DisplayRole, Role.EditRole):
            return _text(row, column)
        if role == SORT_ROLE:
            value = _values(row)[column]
            return "" if value is None else value
        if role == Role.TextAlignmentRole and column in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:  # noqa: N802  Qt's name
        """Ask for an edit."""
        row = self.rows[index.row()]
        if role != Role.EditRole or str(value) == _text(row, index.column()):
            return False
        if index.column() == TITLE:
            self.title_edited.emit(row, str(value))
        else:
            names = [name.strip() for name in str(value).split(",")]
            self.tags_edited.emit(row, [name for name in names if name])
        return True


def _values(row: RunRow) -> tuple[Any, ...]:
    tags = ", ".join(row.tags)
    return (row.id, row.title, row.started_at, row.ended_at, row.channels, row.readings, tags)


def _text(row: RunRow, column: int) -> str:
    value = _values(row)[column]
    if value is None:
        return ""
    if column in (FIRST, LAST):
        return utc_time(value)
    return QLocale().toString(value) if column in (CHANNELS, READINGS) else str(value)


def utc_time(microseconds: int) -> str:
    """Return a time to the second, or the number where the calendar does not reach it."""
    try:
        return f"{datetime.fromtimestamp(microseconds / 1_000_000, UTC):%Y-%m-%d %H:%M:%S}"
    except (OverflowError, ValueError, OSError):
        return str(microseconds)
