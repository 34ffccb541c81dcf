# ruff: noqa: E501  # parts are easier to read in one line
"""Writes small Excel workbooks, part by part, as Excel writes them, for tests of imports."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMATS = {datetime: (1, "yyyy-mm-dd hh:mm:ss"), date: (2, "yyyy-mm-dd"), time: (3, "hh:mm:ss"), timedelta: (4, "[h]:mm:ss")}  # fmt: skip
"""The styles of cells that are no plain numbers: the index and the format of each."""


class Failed(str):
    """A formula that failed, as `#N/A`."""


def workbook(
    sheets: dict[str, list[list[Any]]], *, hidden: tuple[str, ...] = (), first_day: int = 1900
) -> bytes:
    """Return a workbook of sheets with rows of values; None is a cell that is not there."""
    parts = {
        f"xl/worksheets/sheet{i}.xml": sheet(rows, first_day) for i, rows in enumerate(sheets.values(), 1)
    }
    states = dict.fromkeys(hidden, 'state="hidden"')
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" {states.get(name, "")} r:id="rId{i}"/>'
        for i, name in enumerate(sheets, 1)
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><workbookPr date1904="{int(first_day == 1904)}"/>'
        f"<sheets>{listed}</sheets></workbook>"
    )
    targets = [(i, "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    targets += [(len(sheets) + 1, "styles", "styles.xml")]
    parts["xl/_rels/workbook.xml.rels"] = _relations(targets)
    parts["_rels/.rels"] = _relations([(1, "officeDocument", "xl/workbook.xml")])
    parts["xl/styles.xml"] = _styles()
    parts["[Content_Types].xml"] = _types(parts)
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    """Return the archive of a workbook's parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def parts(content: bytes) -> dict[str, str]:
    """Return the parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheet(rows: list[list[Any]], first_day: int = 1900) -> str:
    """Return the part of a sheet."""
    lines = "".join(
        f'<row r="{r}">'
        + "".join(_cell(r, c, value, first_day) for c, value in enumerate(row) if value is not None)
        + "</row>"
        for r, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(row: int, column: int, value: Any, first_day: int) -> str:
    place = f'r="{chr(65 + column)}{row}"'
    if isinstance(value, Failed):
        return f'<c {place} t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c {place}><v>{value!r}</v></c>"
    return f'<c {place} s="{FORMATS[type(value)][0]}"><v>{_days(value, first_day)!r}</v></c>'


def _days(value: Any, first_day: int) -> float:
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    start = datetime(1904, 1, 1) if first_day == 1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    return (moment - start) / timedelta(days=1)


def _styles() -> str:
    formats = "".join(f'<numFmt numFmtId="{163 + i}" formatCode="{code}"/>' for i, code in FORMATS.values())
    styles = "".join(f'<xf numFmtId="{163 + i if i else 0}" applyNumberFormat="1"/>' for i in range(5))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="4">{formats}</numFmts>'
        f'<cellXfs count="5">{styles}</cellXfs></styleSheet>'
    )


def _relations(targets: list[tuple[int, str, str]]) -> str:
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    lines = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for i, kind, target in targets
    )
    return f'<Relationships xmlns="{package}">{lines}</Relationships>'


def _types(parts: dict[str, str]) -> str:
    of_sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{of_sheets}.worksheet+xml"/>'
        for name in parts
        if "sheets/" in name
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{of_sheets}.sheet.main+xml"/>{lines}</Types>'
    )
