"""The named formats of imports: one is chosen for a file, or made of the options as they are."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QMessageBox, QPushButton, QWidget

from myapp.errors import MyappError
from myapp.notebook import import_formats
from myapp.notebook.intake.options import ImportOptions


class FormatRow(QWidget):
    """Emits the options of the format that is chosen, why one cannot be, and the wish to save one."""

    chosen = Signal(object)
    refused = Signal(object)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = QComboBox(self)
        self.names.setObjectName("format")
        self.names.setAccessibleName(self.tr("Format"))
        self.setFocusProxy(self.names)
        save = QPushButton(self.tr("Sa&ve…"), self)
        save.setObjectName("save-format")
        save.setAutoDefault(False)
        save.setAccessibleName(self.tr("Save the options as a format"))
        save.clicked.connect(self.save_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.names, stretch=1)
        row.addWidget(save)
        self._fill("")
        self.names.activated.connect(self._choose)

    def save(self, options: ImportOptions) -> None:
        """Ask for a name, and keep the options under it; a name that is taken is asked about."""
        title = self.tr("Save the options as a format")
        name, accepted = QInputDialog.getText(self, title, self.tr("The name of the format:"))
        name = name.strip()
        if not (accepted and name):
            return
        try:
            replace = name in import_formats.names()
            if not replace or self._agrees(title, name):
                import_formats.save(name, options, replace=replace)
                self._fill(name)
        except MyappError as error:
            self.refused.emit(error)

    def _agrees(self, title: str, name: str) -> bool:
        text = self.tr("There is a format {} already. Replace it?").format(name)
        return QMessageBox.question(self, title, text) == QMessageBox.StandardButton.Yes

    def _fill(self, name: str) -> None:
        with QSignalBlocker(self.names):
            self.names.clear()
            self.names.addItem(self.tr("detected"), "")
            for each in import_formats.names():
                self.names.addItem(each, each)
            self.names.setCurrentIndex(max(0, self.names.findData(name)))

    def _choose(self, index: int) -> None:
        name = self.names.itemData(index)
        try:
            self.chosen.emit(import_formats.load(name) if name else ImportOptions())
        except MyappError as error:
            self.refused.emit(error)
