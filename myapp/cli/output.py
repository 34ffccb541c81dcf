"""Prints results to stdout and remarks to stderr.

Tables are drawn by rich on a terminal and are tab-separated in a pipe.
"""

from __future__ import annotations

import sys

from myapp.errors import without_passwords
from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def line(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def remark(text: str) -> None:
    """Print a line that is not the result, to stderr."""
    sys.stderr.write(remark_line(text))


def remark_line(text: str) -> str:
    """Return a remark as it is printed: one printable line without passwords."""
    return f"{NAME}: {plain(without_passwords(text))}\n"


def json(value: Any) -> None:
    """Print a value as JSON, in ASCII: every terminal and locale can show it."""
    from json import dumps

    print(dumps(value, indent=2, ensure_ascii=True))


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Print name and value pairs, a line each."""
    width = max(len(name) for name, _value in pairs)
    for name, value in pairs:
        print(f"{name:<{width}}  {plain(value)}")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their column names; columns of numbers are aligned to the right on a terminal."""
    if sys.stdout.isatty():
        _draw(columns, rows)
        return
    for row in [columns, *rows]:
        print("\t".join(plain(value) for value in row))


def width() -> int:
    """Return the number of characters of a line: the terminal's, at most 200, and 80 in a pipe."""
    from shutil import get_terminal_size

    return max(20, min(get_terminal_size((80, 24)).columns, 200)) if sys.stdout.isatty() else 80


def utc_time(microseconds: int | None) -> str:
    """Return a UTC time as `2024-05-31 23:59:59`, with decimals where it has any, "" for None."""
    if microseconds is None:
        return ""
    from datetime import UTC, datetime, timedelta

    try:
        time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return f"{microseconds} µs"
    text = time.replace(tzinfo=None).isoformat(" ")
    return text.rstrip("0") if "." in text else text


def _draw(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD)
    for index, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        drawn.add_column(name, justify="right" if numbers else "left", no_wrap=name.endswith("(UTC)"))
    for row in rows:
        drawn.add_row(*(Text(plain(value)) for value in row))
    Console().print(drawn)


def plain(value: object) -> str:
    """Return a value as one printable line."""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)
