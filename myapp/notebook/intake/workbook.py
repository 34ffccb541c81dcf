"""Reads a sheet of an Excel workbook (.xlsx) as a text with tabs, a row in each line.

Dates, times and durations are written as ISO 8601 does, true and false as 1 and 0, errors and empty cells as
nothing. Lines and columns of the text are the sheet's rows and columns.
"""

from __future__ import annotations

import csv
import io
import shlex
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import numbers, workbook_size
from myapp.notebook.intake.options import ImportOptions

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_BLOCK_ROWS = 500
_EXACT = 1e15
_SHOWN = 5
"""The most sheets that a refusal offers."""


@dataclass(frozen=True)
class SheetName:
    """The name of the sheet that is read, and those of the workbook's others."""

    name: str
    others: tuple[str, ...] = ()


class SheetText:
    """A sheet's text as a stream of UTF-8; `sheet` says which it is.

    Raise BadData for a workbook that is damaged, too large or without the sheet.
    """

    total = 0

    def __init__(self, path: StrPath, file: BinaryIO, archive: zipfile.ZipFile, sheet: str | None) -> None:
        workbook_size.check(path, archive)
        workbook, self.sheet = _opened(path, file, sheet)
        workbook_size.check_sheet(path, archive, self.sheet.name)
        with _damage(path):
            cells = workbook.get_sheet_by_name(self.sheet.name)
        if not cells.height:
            raise _is_empty(path, self.sheet)
        self._lines = _lines(cells)
        self._path = path
        self._pending = b""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes of the text."""
        if not self._pending:
            with _damage(self._path):
                self._pending = next(self._lines, "").encode("utf-8", "replace")
        chunk, self._pending = self._pending[:size], self._pending[size:]
        return chunk


def as_text(options: ImportOptions) -> ImportOptions:
    """Return options for a sheet's text, whatever is said of texts."""
    from dataclasses import replace

    return replace(options, delimiter="tab", quote='"', encoding="utf-8", decimal=None)


class _damage:  # noqa: N801  # a context manager, called like a function
    """Turns the errors of a damaged workbook into BadData; a panic of the library is no Exception."""

    def __init__(self, path: StrPath) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: type[BaseException] | None, error: BaseException | None, _trace: Any) -> None:
        if error is None or isinstance(error, BadData | OSError | MemoryError):
            return
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise damaged(self._path, error) from error


def damaged(path: StrPath, error: BaseException) -> BadData:
    """Return the error for a workbook that cannot be read."""
    return BadData(path, 0, 0, f"the workbook is damaged ({' '.join(str(error).split())[:200]})")


def _is_empty(path: StrPath, sheet: SheetName) -> BadData:
    fact = f"the sheet {sheet.name} is empty"
    if not sheet.others:
        return BadData(path, 0, 0, fact)
    return BadData(path, 0, 0, fact, setting="sheet", values=sheet.others, advice=_advice(sheet.others))


def _advice(names: Sequence[str]) -> str:
    """Return the options that choose the first sheets."""
    return f"say {' or '.join(f'{{sheet}} {shlex.quote(name)}' for name in names[:_SHOWN])}"


def _opened(path: StrPath, file: BinaryIO, sheet: str | None) -> tuple[CalamineWorkbook, SheetName]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    file.seek(0)
    content = io.BytesIO(file.read())  # the archive's stream has a position of its own
    with _damage(path):
        workbook = CalamineWorkbook.from_filelike(content)
    sheets = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    names = tuple(each.name for each in sheets)
    if not sheets:
        raise BadData(path, 0, 0, "the workbook has no sheet with cells")
    shown = [each.name for each in sheets if each.visible == SheetVisibleEnum.Visible]
    chosen = _named(path, names, sheet) if sheet is not None else (*shown, *names)[0]
    return workbook, SheetName(chosen, tuple(name for name in names if name != chosen))


def _named(path: StrPath, names: Sequence[str], sheet: str) -> str:
    """Return the name of a sheet that is given by its number or its name."""
    if sheet.isascii() and sheet.isdigit() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    folded = [name.casefold() for name in names]
    if sheet.casefold() not in folded:
        fact = f"no sheet is {numbers.quoted(sheet)}"
        raise BadData(path, 0, 0, fact, setting="sheet", values=tuple(names), advice=_advice(names))
    return names[names.index(sheet) if sheet in names else folded.index(sheet.casefold())]


def _lines(sheet: CalamineSheet) -> Iterator[str]:
    """Yield the text of some rows after another."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_WRITTEN[type(cell)](cell) for cell in row]
        writer.writerow([*before, *cells] if any(cells) else [])
        if number % _BLOCK_ROWS == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    if text.tell():
        yield text.getvalue()


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _duration(value: timedelta) -> str:
    """Return a duration as hours, minutes and seconds, of which there may be more than a day's."""
    microseconds = value // timedelta(microseconds=1)
    seconds, fraction = divmod(abs(microseconds), 1_000_000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    decimals = f".{fraction:06}" if fraction else ""
    return f"{'-' if microseconds < 0 else ''}{clock}{decimals}"


_WRITTEN: dict[type, Any] = {
    str: lambda text: " ".join(text.splitlines()).replace("\t", " "),
    float: _number,
    int: str,
    bool: lambda value: str(int(value)),
    datetime: lambda moment: moment.isoformat(" "),
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _duration,
}
