"""A field for the name of a new file, with a button for the system's dialog."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class FileField(QWidget):
    """Holds a file's name; `filters` are those of the system's dialog."""

    def __init__(self, proposed: str, filters: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters = filters
        self.line = QLineEdit(proposed, self)
        self.line.setObjectName("file")
        self.button = QPushButton(self.tr("&Browse…"), self)
        self.button.setObjectName("browse")
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, stretch=1)
        row.addWidget(self.button)
        self.setFocusProxy(self.line)

    def setAccessibleName(self, name: str) -> None:  # noqa: N802  Qt's name
        """Name the line for screen readers."""
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    def path(self) -> str:
        """Return the name as it was written."""
        return self.line.text().strip()

    def _browse(self) -> None:
        options = QFileDialog.Option.DontConfirmOverwrite  # nothing is overwritten unasked
        name, _filter = QFileDialog.getSaveFileName(
            self, self.accessibleName(), self.path(), self.filters, options=options
        )
        if name:
            self.line.setText(name)
