"""The fields by which a dialog asks for a part of a notebook: runs, channels and times."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit

from myapp.errors import UsageError
from myapp.notebook.intake.zones import instant
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import Names
from myapp.notebook.selection import Selection
from myapp.window.work_dialog import WorkDialog


class PartFields(QObject):
    """Adds the fields to a dialog; `selection` is what they say.

    The runs are those that are chosen, or all; without chosen ones all. `runs` is none where the dialog is
    about one run.
    """

    def __init__(self, dialog: WorkDialog, names: Names, chosen: Sequence[RunRow] | None) -> None:
        super().__init__(dialog)
        self._chosen = chosen
        self.runs = QComboBox(dialog)
        if chosen is not None:
            if chosen:
                self.runs.addItem(
                    self.tr("The chosen runs: {}").format(", ".join(run.title for run in chosen))
                )
            self.runs.addItem(self.tr("All runs"))
            dialog.add_field("runs", self.tr("&Runs"), self.runs)
        else:
            self.runs.hide()
        self.channels = QLineEdit(dialog)
        self.channels.setPlaceholderText(self.tr("All channels, or some with commas between them"))
        self.channels.setCompleter(_completer(names, self.channels))
        self.start, self.end = QLineEdit(dialog), QLineEdit(dialog)
        self.start.setPlaceholderText(self.tr("2024-05-31, or 2024-05-31T12:00+02:00 (UTC without a zone)"))
        dialog.add_field("channels", self.tr("&Channels"), self.channels)
        dialog.add_field("from_time", self.tr("&From"), self.start)
        dialog.add_field("to_time", self.tr("&Before"), self.end)

    def selection(self) -> Selection:
        """Return the selection; raise UsageError, with its setting, for a text that is no time."""
        some = bool(self._chosen) and self.runs.currentIndex() == 0
        texts = next(csv.reader([self.channels.text()], skipinitialspace=True), [])
        return Selection(
            runs=tuple(run.id for run in self._chosen or ()) if some else (),
            channels=tuple(text.strip() for text in texts if text.strip()),
            start=_time(self.start, "from_time"),
            end=_time(self.end, "to_time"),
        )


def _completer(names: Names, line: QLineEdit) -> QCompleter:
    completer = QCompleter([name.removesuffix(" []") for name in names.channels], line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    return completer


def _time(line: QLineEdit, setting: str) -> int | None:
    text = line.text().strip()
    if not text:
        return None
    try:
        return instant(text)
    except UsageError as error:
        error.setting = setting
        raise
