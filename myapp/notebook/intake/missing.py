"""Missing values that instruments write as numbers, such as -999: those given, and those to ask for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from myapp.errors import BadData, StrPath
from myapp.notebook.intake import numbers
from myapp.notebook.intake.csv_format import ChannelColumn, LongColumns
from myapp.notebook.intake.options import NONE
from myapp.notebook.intake.table import Table

_NINES = ["999", "9999", "99999", "999999", "9999999", "99999999", "999999999"]
_DECIMAL_NINES = ["99.99", "999.9", "999.99", "9999.9", "9999.99", "99999.9"]
_HUGE = ["1e30", "1e31", "1e35", "1e36", "1e37", "1e38", "9.96920996838687e36", "9.969209968386869e36"]
_LARGEST = ["3.4e38", "3.4028235e38", "3.40282347e38", "3.40282346638529e38", "3.4028234663852886e38"]
_HALF_LARGEST = ["1.70141e38", "1.7014118e38", "1.70141183460469e38", "1.701411834604692e38"]
_OF_LOGGERS = ["6999", "7999", "8888", "88888", "999.25", "9999.25"]
_BOTH_SIGNS = [*_NINES, *_DECIMAL_NINES, *_OF_LOGGERS, *_HUGE, *_LARGEST, *_HALF_LARGEST]
_NEGATIVE = ["-99", "-99.9", "-127", "-888", "-9900", "-32768", "-3276.8", "-2147483648"]
_POSITIVE = ["32767", "65535", "3276.7", "6553.5", "2147483647", "99", "99.9"]

USUAL = frozenset(map(float, [*_BOTH_SIGNS, *_NEGATIVE, *_POSITIVE])) | frozenset(
    -float(text) for text in _BOTH_SIGNS
)
"""Numbers that usually stand for a missing value where they lie far outside of all others."""

_TWO_DIGITS = frozenset({99.0, 99.9})
"""Numbers that are as often readings: they must lie further outside."""

_FAR, _FURTHER = 0.5, 2.0
"""How far outside the others a number lies, as a part of their range, that nobody takes for one of them:
temperatures from -30 to 45 leave -99 at 0.9 of it, and the next count after 998 is no part of it at all."""


@dataclass(frozen=True)
class MissingValues:
    """What stands for no reading: numbers and words in every column, or in those with a name."""

    everywhere: tuple[str, ...] = ()
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.by_name)

    def of(self, channel: ChannelColumn) -> "Missing":
        """Return what stands for no reading in a channel's column."""
        own = [value for name in _names_of(channel) for value in self.by_name.get(name, ())]
        return Missing.of((*self.everywhere, *own))

    def unknown(self, channels: Iterable[ChannelColumn]) -> list[str]:
        """Return the names that no channel has."""
        known = {name for channel in channels for name in _names_of(channel)}
        return [name for name in self.by_name if name not in known]


def _names_of(channel: ChannelColumn) -> tuple[str, str, str]:
    return channel.name, channel.title, str(channel.column)


@dataclass(frozen=True)
class Missing:
    """Numbers and words (in lower case) that stand for no reading; with `kept` no others are asked for."""

    numbers: frozenset[float] = frozenset()
    words: frozenset[str] = frozenset()
    kept: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Missing":
        """Return the numbers and words of an option's values."""
        given = [text.strip().lower() for text in texts]
        values = [text.replace(",", ".") for text in given if numbers.is_finite(text)]
        words = [text for text in given if text != NONE and not numbers.is_finite(text)]
        return cls(frozenset(map(float, values)), frozenset(words), NONE in given)

    def __bool__(self) -> bool:
        return bool(self.numbers or self.words)

    def blanked(self, cells: Sequence[str]) -> Sequence[str]:
        """Return cells, those with a word that stands for no reading emptied."""
        if not self.words:
            return cells
        return ["" if cell.strip().lower() in self.words else cell for cell in cells]

    def without(self, values: Sequence[float | None]) -> Sequence[float | None]:
        """Return values with None for each number that stands for no reading."""
        if not self.numbers:
            return values
        return [None if value in self.numbers else value for value in values]


def parsed(values: Iterable[str]) -> MissingValues:
    """Return the missing values of an option: `VALUE` for all columns, `NAME=VALUE` for one."""
    everywhere, by_name = [], dict[str, tuple[str, ...]]()
    for text in values:
        name, sign, value = text.rpartition("=")
        if sign and name.strip():
            by_name[name.strip()] = (*by_name.get(name.strip(), ()), value)
        else:
            everywhere.append(text)
    return MissingValues(tuple(everywhere), by_name)


def check_names(table: Table, values: Iterable[str], long: LongColumns | None) -> None:
    """Raise BadData where a value is given for a column that does not exist; long files name theirs later."""
    for name in [] if long else parsed(values).by_name:
        table.index(name, "missing")


@dataclass
class _Watched:
    """The range of a channel's numbers but the usual missing values, and those with their first line."""

    low: float = float("inf")
    high: float = float("-inf")
    suspects: Counter[float] = field(default_factory=Counter)
    lines: dict[float, int] = field(default_factory=dict)


class MissingWatch:
    """Watches a file's numbers for missing values that nobody named."""

    def __init__(self, path: StrPath) -> None:
        self._path = path
        self._watched: dict[ChannelColumn, _Watched] = {}

    def see(self, channel: ChannelColumn, values: Sequence[float], lines: Sequence[int]) -> None:
        """Note a channel's numbers; only the smallest and the largest can lie outside of the others."""
        watched = self._watched.setdefault(channel, _Watched())
        low, high = min(values), max(values)
        if low in USUAL or high in USUAL:
            for value, line in zip(values, lines, strict=True):
                if value in USUAL:
                    watched.suspects[value] += 1
                    watched.lines.setdefault(value, line)
            others = [value for value in values if value not in USUAL]
            if not others:
                return
            low, high = min(others), max(others)
        watched.low, watched.high = min(watched.low, low), max(watched.high, high)

    def check(self) -> None:
        """Raise BadData for the first column with usual missing values far outside of its other numbers."""
        for channel, watched in self._watched.items():
            for value, count in watched.suspects.most_common():
                if _is_far(value, watched):
                    raise self._refusal(channel, watched, value, count)

    def _refusal(self, channel: ChannelColumn, watched: _Watched, value: float, count: int) -> BadData:
        text = f"{value:.15g}"
        others = (
            f"; the others are {watched.low:g} to {watched.high:g}" if watched.low <= watched.high else ""
        )
        fact = f"{count} of {channel.title} {'is' if count == 1 else 'are'} {text}{others}"
        return BadData(
            self._path,
            watched.lines[value],
            channel.column,
            fact,
            setting="missing",
            values=(text, NONE),
            advice=f"say {{missing}} {text} if that means no reading, or {{missing}} none to keep it",
        )


def _is_far(value: float, watched: _Watched) -> bool:
    """Whether a number lies far outside of a channel's others, or there are none."""
    if watched.low > watched.high:
        return value not in _TWO_DIGITS
    distance = max(watched.low - value, value - watched.high)
    part = _FURTHER if value in _TWO_DIGITS else _FAR
    return distance > max(part * (watched.high - watched.low), 0)
