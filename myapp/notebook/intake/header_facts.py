"""What a file says about its table outside of header and rows: units, a start, an interval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from myapp.notebook.intake import names, time_detection
from myapp.notebook.intake.times import TimeFormat
from myapp.notebook.intake.zone_words import spelled
from myapp.notebook.intake.zones import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from myapp.notebook.intake.table import Table

_UNIT_LINE = re.compile(r"\s*units?\s*[:=]\s*(\S.*?)\s*", re.IGNORECASE)
_LISTED = re.compile(r"[#*% ]*[0-9]{1,3}[.)] (.*\S)\s*$")
_UNIT_AT_END = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]$")
_UNIT_ROWS = ("y_unit_label", "units", "unit", "einheit", "einheiten")
_BEGIN = re.compile(r"start|begin|trigger", re.IGNORECASE)
_STARTS = re.compile(r"start|begin|trigger|date|datum|first", re.IGNORECASE)
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp][Mm])?")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]+)?")
_ZONE_LINE = re.compile(
    r"[#*%\"' ]*(?:time ?zone|tz|zeitzone|utc ?offset|gmt ?offset)\b[\"' ]*[:=,;\t]"
    r"[\"' ]*([^,;\t\"'\r\n(]+)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[\t;,=]|: +")


def units(table: Table) -> dict[int, str]:
    """Return units by the index of their column."""
    found: dict[int, str] = {}
    for strategy in (_of_groups, _of_lines, _of_list, _of_rows, _of_columns):
        found |= strategy(table)
    return found


def _of_groups(table: Table) -> dict[int, str]:
    """Return the unit of a title above several columns, as in `RESULTS (W/m2)` above the first of them."""
    found, unit = {}, ""
    for index in range(min(len(table.groups), table.width)):
        if table.groups[index].strip():
            unit = names.name_and_unit(table.groups[index])[1]
        if unit:
            found[index] = unit
    return found if any(not cell.strip() for cell in table.groups) else {}


def _of_lines(table: Table) -> dict[int, str]:
    """Return the units of a preamble in which `UNIT: kPa` follows the name of a column."""
    found = {}
    titles = {" ".join(title.split()).casefold(): i for i, title in enumerate(table.header) if title.strip()}
    for before, line in zip(table.preamble, table.preamble[1:], strict=False):
        index = titles.get(" ".join(before.split()).rstrip(":,;").casefold())
        match = _UNIT_LINE.fullmatch(line.strip().rstrip(",;"))
        if index is not None and match:
            found[index] = names.bare_unit(match[1])
    return found


def _of_list(table: Table) -> dict[int, str]:
    """Return the units of a list of columns, as in `# 2. GHI. Irradiation on a plane (W/m2)`."""
    found = {}
    titles = {" ".join(title.split()): i for i, title in enumerate(table.header)}
    for match in filter(None, map(_LISTED.match, table.preamble)):
        name, _, words = match[1].partition(". ")
        unit = _UNIT_AT_END.search(words)
        if unit and name.strip() in titles and unit[1][0] not in "0123456789":
            found[titles[name.strip()]] = unit[1]
    return found


def _of_rows(table: Table) -> dict[int, str]:
    """Return the units of a row of the preamble that is called so, and stands in the table's columns."""
    for line in reversed(table.preamble):
        cells = [cell.strip() for cell in line.rstrip("\r\n").split(table.dialect.delimiter)]
        if cells[0].lower() in _UNIT_ROWS and len(cells) > 1:
            return {i: names.bare_unit(cell) for i, cell in enumerate(cells[: table.width]) if i and cell}
    return {}


def unit_columns(table: Table) -> list[int]:
    """Return the indexes of the columns that are called units."""
    return [i for i, title in enumerate(table.header) if names.letters(title) in names.UNIT_NAMES]


def _of_columns(table: Table) -> dict[int, str]:
    """Return the units of columns that are followed by one called units, with one word in all rows.

    Where there is one such column and one of values, it is the unit of those.
    """
    values = [i for i, title in enumerate(table.header) if names.letters(title) in names.VALUE_NAMES]
    columns = [i for i in unit_columns(table) if i not in table.left]
    found = {}
    for index in columns:
        words = set(filter(None, map(str.strip, table.columns[index])))
        if len(words) == 1:
            found[values[0] if len(values) == len(columns) == 1 else index - 1] = names.bare_unit(words.pop())
    return found


def start(table: Table) -> str:
    """Return the time at which a file says that it begins, as ISO 8601, or "" where it says none."""
    lines = [line for line in table.preamble if _BEGIN.search(line)]
    return _start_in(lines) or _start_in(table.preamble)


def _start_in(lines: Sequence[str]) -> str:
    found, day = "", ""
    for line in lines:
        of_time = line.strip("#*% ").lower().startswith(("time", "zeit"))
        clock = _CLOCK.search(line) if of_time and day else None
        if clock and (moment := _iso(f"{day} {clock[0].replace(',', '.')}")):
            found = moment
        elif _STARTS.search(line):
            parts = [part.strip().strip('"') for part in _PARTS.split(line.strip("#*% \r\n"))]
            moments = [moment for part in [*_words(line), *parts] if (moment := _iso(part))]
            found, day = (moments[0], moments[0][:10]) if moments else (found, day)
    return found


def _words(line: str) -> list[str]:
    """Return the ends of a line behind its signs of equality and colons."""
    return [line.partition(sign)[2].strip(' \t#\r\n"') for sign in ("=", ":")]


def _iso(text: str) -> str:
    known: TimeFormat | None = time_detection.detect([text])
    if known is None or known.zoned or time_detection.is_ambiguous(known, [text]):
        return ""
    try:
        return (EPOCH + known.read(text) * MICROSECOND).isoformat(" ")
    except ValueError:
        return ""


def sequence(table: Table) -> tuple[Decimal, Decimal] | None:
    """Return the start and the increment (seconds) of a header that names them, as oscilloscopes write it."""
    titles = [title.strip().lower() for title in table.full_header]
    if "increment" not in titles:
        return None
    cells = dict(zip(titles, table.full_units, strict=False))
    try:
        increment, first = Decimal(cells["increment"]), Decimal(cells.get("start") or "0")
    except (InvalidOperation, KeyError):
        return None
    return (first, increment) if increment.is_finite() and first.is_finite() and increment > 0 else None


def shown(time: int) -> str:
    """Return a time (UTC microseconds) as people read it."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).strftime("%Y-%m-%d %H:%M:%S")


def zone_words(table: Table) -> list[str]:
    """Return what lines before the table say of a time zone, as in `Time zone: Europe/Berlin`."""
    return [match[1].strip() for match in map(_ZONE_LINE.match, table.preamble) if match]


def zone(table: Table) -> tuple[str, str]:
    """Return the zone that the lines before the table state, as `+01:00`, and the words for it; or two "".

    Files of typical years have it, without a word, beside the place's latitude and longitude.
    """
    for line in table.preamble:
        cells = [cell.strip().strip('"') for cell in re.split(r"[,;\t]", line.strip("#*% \r\n"))]
        for hours in _beside_place(cells):
            return spelled(timedelta(hours=hours)), f"{hours:g} beside the latitude and the longitude"
    return "", ""


def _beside_place(cells: list[str]) -> list[float]:
    """Return the hours of a zone before or behind a latitude and a longitude that agrees with it."""
    values = [float(cell) if _DECIMAL.fullmatch(cell) else None for cell in cells]
    for first, second, third in zip(values, values[1:], values[2:], strict=False):
        if first is None or second is None or third is None:
            continue
        for hours, latitude, longitude in ((first, second, third), (third, first, second)):
            if (
                abs(latitude) <= 90
                and abs(longitude / 15 - hours) <= 2
                and hours % 0.25 == 0
                and -12 <= hours <= 14
            ):
                return [hours]
    return []
