"""Reads numbers as instruments write them, and the gaps between readings.

A gap is an empty cell or a word of GAPS in any case. `Low`, `High`, `<0.05` and `>400` are gaps too: the
instrument could not measure, and what it wrote is a limit and no reading. Infinite values, numbers too
large or too small for a double, and thousands separators are refused, never guessed at.
"""

import math
import re
from collections.abc import Iterable, Sequence

GAPS = frozenset(
    [
        *("", "nan", "+nan", "-nan", "na", "n/a", "#n/a", "null", "nil", "none", "missing", "-", "--", "---"),
        *(
            "----",
            "–",
            "—",
            "*",
            "**",
            "***",
            "****",
            "no data",
            "nodata",
            "unavailable",
            "unknown",
            "offline",
        ),
        *("bad", "bad input", "i/o timeout", "err", "error", "fail", "failed", "#ref!", "#value!", "#div/0!"),
        *("low", "high", "ol", "ovld", "overload", "under range", "over range"),
    ]
)
"""Words that stand for no reading, in lower case."""

_LIMIT = re.compile(r"[<>≤≥]=? ?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")
"""A value below or above what could be detected."""

_NUMBER = {
    ".": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"),
    ",": re.compile(r"[+-]?(?:[0-9]+,?[0-9]*|,[0-9]+)(?:[eE][+-]?[0-9]+)?"),
}
_THOUSANDS = {
    ",": re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?"),
    ".": re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?"),
    "'": re.compile(r"[+-]?[0-9]{1,3}(?:['’][0-9]{3})+(?:[.,][0-9]*)?"),
    "space": re.compile(r"[+-]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]*)?"),
}
"""Numbers with a sign between their thousands."""

_BETWEEN = {"'": "['’]", "space": r"\s"}
_INFINITE = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)
_NOT_ZERO = re.compile(r"[^eE]*[1-9]")
_WHOLE = re.compile(r"[+-]?[0-9]+")
_EXACT_DIGITS = 15
"""Every number of so many digits is a double of its own."""

_SMALLEST_DIGITS = 300
"""A number without an exponent that is shorter is zero, or not too small."""

_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def is_gap(cell: str) -> bool:
    """Whether the cell stands for a missing reading."""
    text = cell.strip().lower()
    return text in GAPS or (text[:1] in "<>≤≥" and bool(_LIMIT.fullmatch(text)))


def read(cell: str, decimal: str) -> float | None:
    """Return the number, or None for a gap; raise ValueError with the reason, as a phrase."""
    text = cell.strip()
    if is_gap(text):
        return None
    if not _NUMBER[decimal].fullmatch(text):
        if signs := [sign for sign, pattern in _THOUSANDS.items() if pattern.fullmatch(text)]:
            raise Grouped(text, next((sign for sign in signs if sign != decimal), signs[0]))
        raise ValueError(_reason(text, decimal))
    value = float(text.replace(decimal, "."))
    if math.isinf(value):
        raise ValueError(f"number {quoted(text)} is too large")
    if value == 0.0:
        _check_zero(text)
    return value


def read_all(cells: Sequence[str], decimal: str) -> list[float | None]:
    """Return the numbers and gaps of many cells as `read` does one by one, and faster."""
    try:
        return _plain(cells, decimal)
    except ValueError:
        pass
    try:
        filled = iter(_plain([cell for cell in cells if cell], decimal))
        return [next(filled) if cell else None for cell in cells]
    except ValueError:
        return [read(cell, decimal) for cell in cells]


class Grouped(ValueError):
    """A number with signs between its thousands; `sign` is which, as an option takes it."""

    def __init__(self, text: str, sign: str) -> None:
        super().__init__(f"number {quoted(text)} may have {sign!r} between its thousands")
        self.sign = sign


def ungrouped(cells: Sequence[str], sign: str) -> Sequence[str]:
    """Return cells, the numbers among them without this sign between their thousands."""
    pattern, between = _THOUSANDS[sign], _BETWEEN.get(sign, re.escape(sign))
    return [re.sub(between, "", cell) if pattern.fullmatch(cell.strip()) else cell for cell in cells]


def count_rounded(cells: Sequence[str], values: Sequence[float | None]) -> int:
    """Return how many whole numbers were rounded, since no double holds all of their digits."""
    if max(map(len, cells), default=0) <= _EXACT_DIGITS:
        return 0
    pairs = zip(map(str.strip, cells), values, strict=True)
    return sum(1 for cell, value in pairs if _WHOLE.fullmatch(cell) and int(cell) != value)


def _check_zero(text: str) -> None:
    """Raise ValueError for a number that only became zero."""
    if _NOT_ZERO.match(text):
        raise ValueError(f"number {quoted(text)} is too small")


def _plain(cells: Sequence[str], decimal: str) -> list[float | None]:
    """Return the numbers of cells that hold plain numbers only; raise ValueError otherwise.

    `float` alone takes more than is a number here: underscores, digits of other scripts, nan, inf.
    """
    joined = "\n".join(cells)
    if "_" in joined or not joined.isascii():
        raise ValueError("not plain")
    if decimal == ",":
        cells = _with_points(joined, len(cells))
    values = list(map(float, cells))
    if not math.isfinite(sum(values)):
        raise ValueError("not plain")
    if 0.0 in values and ("-" in joined or max(map(len, cells)) > _SMALLEST_DIGITS):
        for cell, value in zip(cells, values, strict=True):
            if not value:
                _check_zero(cell)
    return values  # type: ignore[return-value]  # a list of floats only, made nowhere else


def _with_points(joined: str, count: int) -> list[str]:
    cells = joined.replace(",", ".").split("\n") if "." not in joined else []
    if len(cells) != count:
        raise ValueError("not plain")
    return cells


def decimal_of(cells: Iterable[str]) -> str:
    """Return the decimal sign of cells: a comma where numbers have commas and none has a point."""
    with_comma = False
    for cell in map(str.strip, cells):
        if "," in cell and _NUMBER[","].fullmatch(cell):
            with_comma = True
        elif "." in cell and _NUMBER["."].fullmatch(cell):
            return "."
    return "," if with_comma else "."


def is_number(cell: str, decimal: str) -> bool:
    """Whether the cell looks like a number, even one that is refused."""
    text = cell.strip()
    patterns = (_NUMBER[decimal], _INFINITE, *_THOUSANDS.values())
    return any(pattern.fullmatch(text) for pattern in patterns)


def is_finite(cell: str) -> bool:
    """Whether the cell is a number that is accepted, with either decimal sign."""
    return any(pattern.fullmatch(cell) for pattern in _NUMBER.values()) and len(cell) < 40


def is_ambiguous(cell: str) -> bool:
    """Whether the comma could be a decimal or a thousands separator, as in 1,234."""
    return bool(_ONE_GROUP.fullmatch(cell.strip()))


def quoted(text: str) -> str:
    """Return a cell's text for a message: printable and not long."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _reason(text: str, decimal: str) -> str:
    if _INFINITE.fullmatch(text):
        return f"infinite value {quoted(text)}: leave the field empty where there is no reading"
    if any(pattern.fullmatch(text) for pattern in _NUMBER.values()):
        return f"unreadable number {quoted(text)}: the decimal sign of this file is {decimal!r}"
    return f"unreadable number {quoted(text)}"
