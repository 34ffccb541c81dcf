"""The dialogs that make something of a part: a new document, a file of readings, a copy on a server."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from myapp import library
from myapp.document.context import Context
from myapp.document.protocol import Document
from myapp.document.writing import written
from myapp.notebook.copying.transfer import Transferred, transfer
from myapp.notebook.export import Export
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import Names
from myapp.notebook.selection import Selection, resolve
from myapp.product import SUFFIX
from myapp.window.file_field import FileField
from myapp.window.notebook.part_fields import PartFields
from myapp.window.session import DocumentSession
from myapp.window.work_dialog import Work, WorkDialog


class ExtractDialog(WorkDialog):
    """Makes a new document of a part of this one."""

    def __init__(
        self,
        session: DocumentSession,
        document: Document,
        names: Names,
        chosen: Sequence[RunRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Extract a part"))
        self.start_button.setText(self.tr("&Extract"))
        self._document = document
        self.part = PartFields(self, names, chosen)
        self.file = FileField(f"{_stem(document)}-part{SUFFIX}", f"(*{SUFFIX})", self)
        self.add_field("out", self.tr("&New document"), self.file)

    def work(self) -> Work:
        """Return the extraction."""
        document, selection, path = self._document, self.part.selection(), self.file.path()
        return lambda context: library.extract(document.with_context(context), selection, path, context)

    def report(self, result: str) -> str:
        """Return the name of what was made."""
        self.offer_opening(result)
        return self.tr("The new document: {}").format(result)


class ExportDialog(WorkDialog):
    """Writes a run's readings to a file, as CSV or JSON lines."""

    def __init__(
        self,
        session: DocumentSession,
        document: Document,
        names: Names,
        run: RunRow,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Export {}").format(run.title))
        self.start_button.setText(self.tr("&Export"))
        self._document, self._run = document, run
        self.part = PartFields(self, names, None)
        self.format = QComboBox(self)
        self.format.addItem(self.tr("CSV, as an import reads it"), "csv")
        self.format.addItem(self.tr("JSON, a line for each reading"), "jsonl")
        self.format.currentIndexChanged.connect(self._rename)
        self.add_field("format", self.tr("F&ormat"), self.format)
        self.file = FileField(f"{_stem(document)}-{run.id}.csv", "(*.csv *.jsonl)", self)
        self.add_field("output", self.tr("Fi&le"), self.file)
        self.force = QCheckBox(self.tr("Replace the file if it exists"), self)
        self.add_field("force", self.tr("E&xisting file"), self.force)

    def work(self) -> Work:
        """Return the export."""
        document, run, part = self._document, self._run.id, self.part.selection()
        path, force, kind = self.file.path(), self.force.isChecked(), self.format.currentData()
        return lambda context: _export(document, run, part, path, kind, force, context)

    def report(self, result: list[str]) -> str:
        """Return the file's name, and the channels that an import would call otherwise."""
        lines = [self.tr("Written: {}").format(self.file.path())]
        lines += [self.tr("An import will call this channel otherwise: {}").format(name) for name in result]
        return "\n".join(lines)

    def _rename(self) -> None:
        stem, _suffix = os.path.splitext(self.file.path())
        self.file.line.setText(f"{stem}.{self.format.currentData()}")


class CopyDialog(WorkDialog):
    """Copies a part to an empty database on a server."""

    def __init__(
        self,
        session: DocumentSession,
        document: Document,
        names: Names,
        chosen: Sequence[RunRow],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, parent)
        self.setWindowTitle(self.tr("Copy to a server"))
        self.start_button.setText(self.tr("&Copy"))
        self._document = document
        self.part = PartFields(self, names, chosen)
        self.url, self.password = QLineEdit(self), QLineEdit(self)
        self.url.setPlaceholderText("postgresql://USER@HOST:5432/DATABASE")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(self.tr("It is not stored"))
        self.add_field("url", self.tr("&Database"), self.url)
        self.add_field("password", self.tr("&Password"), self.password)

    def work(self) -> Work:
        """Return the copy; raise UsageError for what is no URL."""
        from myapp.schema.servers import server_url

        url = server_url(self.url.text().strip())
        if self.password.text():
            url = url.set(password=self.password.text())
        document, part = self._document, self.part.selection()
        return lambda context: _copy(document, part, url, context)

    def report(self, result: Transferred) -> str:
        """Return what was copied, and the digest of both sides."""
        count = QLocale().toString
        runs, readings = count(result.rows["runs"]), count(result.rows["readings"])
        text = self.tr("{} runs and {} readings were copied. SHA-256 of all rows, equal on both sides: {}")
        return text.format(runs, readings, result.sha256)


def _export(
    document: Document, run: int, part: Selection, path: str, kind: str, force: bool, context: Context
) -> list[str]:
    """Write the readings; return the titles of channels that an import would call otherwise."""
    own_file = "" if document.on_server else document.path
    with document.with_context(context).driver_reading() as connection:
        export = Export(connection, run, part, context.progress)
        pieces = export.csv() if kind == "csv" else export.json_lines()
        with written(path, own_file, force=force, wait=context.wait) as stream, closing(pieces):
            for piece in pieces:
                stream.write(piece.encode("utf-8", "backslashreplace"))
    return [channel.title for channel in export.channels if not channel.faithful]


def _copy(document: Document, selection: Selection, url: Any, context: Context) -> Transferred:
    from myapp.document.server.document import filled_server
    from myapp.schema.connections import subject

    with document.with_context(context).driver_reading() as source:
        part = resolve(source, selection)
        with filled_server(url, context) as target:
            return transfer(source, target, part, context.progress, names=(document.path, subject(url)))


def _stem(document: Document) -> str:
    """Return the beginning of a proposed name: beside a file, in the home folder for a server."""
    if document.on_server:
        return os.path.join(os.path.expanduser("~"), document.path.rpartition("/")[2].partition("?")[0])
    return document.path.removesuffix(SUFFIX)
