"""The options of an import as controls in groups, made from the list of options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QListWidget, QListWidgetItem, QTabWidget, QVBoxLayout, QWidget

from myapp.notebook.intake import spelling
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.options import ImportOptions
from myapp.window.notebook.import_fields import OptionWords, option_fields
from myapp.window.notebook.option_control import OptionControl, OptionLine, control_of


class ColumnList(QListWidget):
    """The columns of a file, each with a check mark while it is taken."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("skip")
        self.setAccessibleName(self.tr("Columns to take"))
        self._titles: tuple[str, ...] = ()
        self._absent: tuple[str, ...] = ()
        self.itemChanged.connect(lambda _item: self.changed.emit())

    def left_out(self) -> tuple[str, ...]:
        """Return what the option calls the columns without a check mark."""
        unchecked = [row for row in range(self.count()) if self._unchecked(self.item(row))]
        names = (self.item(row).data(Qt.ItemDataRole.UserRole) for row in unchecked)
        return (*names, *self._absent)

    def set_left_out(self, names: Sequence[str]) -> None:
        """Take the check marks of exactly these columns; those that the file lacks are remembered."""
        known = {self._name(row): row for row in range(self.count())}
        with QSignalBlocker(self):
            for name, row in known.items():
                wanted = name in names or str(row + 1) in names
                self.item(row).setCheckState(Qt.CheckState.Unchecked if wanted else Qt.CheckState.Checked)
        numbers = map(str, range(1, self.count() + 1))
        self._absent = tuple(name for name in names if name not in {*known, *numbers})

    def leave_out(self, name: str) -> None:
        """Take a column's check mark; the column is called by its title or its number."""
        for row in range(self.count()):
            if name in (self.item(row).data(Qt.ItemDataRole.UserRole), str(row + 1)):
                self.item(row).setCheckState(Qt.CheckState.Unchecked)

    def show_columns(self, csv_format: CsvFormat) -> None:
        """List a file's columns; those that were left out stay so, those of the times are always taken."""
        if csv_format.titles == self._titles:
            return
        left_out, self._titles, self._absent = self.left_out(), csv_format.titles, ()
        with QSignalBlocker(self):
            self.clear()
            for index in range(csv_format.width):
                name = spelling.column_name(csv_format.titles, index)
                item = QListWidgetItem(csv_format.titles[index] or self.tr("Column {}").format(name), self)
                item.setData(Qt.ItemDataRole.UserRole, name)
                if index + 1 in csv_format.time_columns:
                    item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
                item.setCheckState(Qt.CheckState.Checked)
        self.set_left_out(left_out)

    def _name(self, row: int) -> str:
        return str(self.item(row).data(Qt.ItemDataRole.UserRole))

    @staticmethod
    def _unchecked(item: QListWidgetItem) -> bool:
        return item.checkState() == Qt.CheckState.Unchecked


class ImportForm(QTabWidget):
    """All options; `changed` after each edit."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls: dict[str, OptionControl | OptionLine] = {}
        self.columns = ColumnList(self)
        self.columns.changed.connect(self.changed)
        self._layouts: dict[str, QFormLayout] = {}
        self._pages: list[QWidget] = []
        for group, title in OptionWords().groups().items():
            self._add_group(group, title)
        for field in option_fields():
            control = control_of(field, self)
            control.changed.connect(self.changed)
            self.controls[field.name] = control
            self._layouts[field.group].addRow(f"{field.label}:", control)
        self._layouts["columns"].addRow(self.tr("Columns to take:"), self.columns)

    def texts(self) -> dict[str, str]:
        """Return what was written for each option."""
        texts = {name: control.text() for name, control in self.controls.items()}
        return texts | {"skip": spelling.joined(self.columns.left_out())}

    def set_options(self, options: ImportOptions) -> None:
        """Show options in place of what was written."""
        with QSignalBlocker(self):
            for name, text in spelling.as_texts(options).items():
                if name in self.controls:
                    self.controls[name].set_text(text)
            self.columns.set_left_out(options.skip)
        self.changed.emit()

    def options(self) -> ImportOptions:
        """Return the options; raise UsageError for a text that cannot be one."""
        return spelling.from_texts(self.texts())

    def show_format(self, csv_format: CsvFormat) -> None:
        """Say what was detected, and list the columns."""
        values: Mapping[str, str] = spelling.detected(csv_format)
        for name, control in self.controls.items():
            control.show_detected(values.get(name, ""))
        self.columns.show_columns(csv_format)

    def label(self, name: str) -> str:
        """Return what an option is called here."""
        control = self.controls.get(name)
        return f"“{control.field.label if control else self.tr('Columns to take')}”"

    def words(self, name: str, value: str) -> str:
        """Return what a value of an option is called here."""
        return self.controls[name].words.get(value, value) if name in self.controls else value

    def has(self, name: str) -> bool:
        """Whether an option has a control."""
        return name in self.controls or name == "skip"

    def focus(self, name: str) -> None:
        """Give an option's control the focus."""
        control = self.controls.get(name, self.columns)
        for page in self._pages:
            if page.isAncestorOf(control):
                self.setCurrentWidget(page)
        control.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_value(self, name: str, value: str) -> None:
        """Give an option a value."""
        if name in self.controls:
            self.controls[name].set_text(value)
        else:
            self.columns.leave_out(value)

    def _add_group(self, group: str, title: str) -> None:
        page = QWidget(self)
        layout = QFormLayout()
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(page)
        column.addLayout(layout)
        column.addStretch()
        self._layouts[group] = layout
        self._pages.append(page)
        self.addTab(page, title)
