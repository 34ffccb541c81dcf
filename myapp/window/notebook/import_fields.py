"""The options of an import in words for people: their groups, labels, explanations and usual values.

An option that is not named here gets a control too, with its own name as the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from zoneinfo import available_timezones

from PySide6.QtCore import QCoreApplication

from myapp.notebook.intake import ticks
from myapp.notebook.intake.options import DELIMITERS, ImportOptions
from myapp.notebook.intake.spelling import alternatives

BY_COLUMNS = ("skip",)
"""Options that the list of columns says."""


@dataclass(frozen=True)
class OptionField:
    """An option: its group, its label, what it means, and values to choose from, each with its words.

    With `free` another value may be written.
    """

    name: str
    group: str
    label: str
    explanation: str
    choices: Sequence[tuple[str, str]]
    free: bool


def groups() -> dict[str, str]:
    """Return the titles of the groups, in their order."""
    return {
        "text": _tr("Text"),
        "columns": _tr("Columns"),
        "times": _tr("Times"),
        "faults": _tr("Faults"),
    }


def option_fields() -> list[OptionField]:
    """Return all options but those of `BY_COLUMNS`, in the order of the groups."""
    words = _words()
    named = [name for name in words if name in {field.name for field in fields(ImportOptions)}]
    others = [field.name for field in fields(ImportOptions) if field.name not in {*named, *BY_COLUMNS}]
    return [_field(name, *words[name]) for name in named] + [
        _field(name, "faults", name.replace("_", " ").capitalize(), "") for name in others
    ]


def _field(name: str, group: str, label: str, explanation: str) -> OptionField:
    literal = [each for each in alternatives(name) if isinstance(each, str)]
    free = str in alternatives(name) or int in alternatives(name) or tuple in alternatives(name)
    if bool in alternatives(name):
        literal, free = ["true"], False
    values = literal or _usual(name)
    words = _value_words()
    pairs = [(value, words.get((name, value)) or words.get(("", value), value)) for value in values]
    optional = type(None) in alternatives(name) or free or bool in alternatives(name)
    choices = [("", ""), *pairs] if optional else pairs
    return OptionField(name, group, label, explanation, choices, free or not literal)


def _usual(name: str) -> Sequence[str]:
    if name == "timezone":
        return sorted(available_timezones())
    return {
        "delimiter": tuple(DELIMITERS),
        "decimal": (".", ","),
        "encoding": ("utf-8", "cp1252", "latin-1", "cp1250", "utf-16"),
        "quote": ('"', "'", "none"),
        "comment": ("#", "none"),
        "time_format": ticks.WORDS,
    }.get(name, ())


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportOptions", text)


def _words() -> dict[str, tuple[str, str, str]]:
    """Return the group, the label and the explanation of each option."""
    return {
        "delimiter": ("text", _tr("Delimiter"), _tr("The character between fields")),
        "decimal": ("text", _tr("Decimal sign"), _tr("The sign before the decimals of numbers")),
        "thousands": ("text", _tr("Thousands"), _tr("The sign between the thousands of numbers")),
        "encoding": ("text", _tr("Encoding"), _tr("How characters are written as bytes")),
        "quote": ("text", _tr("Quote"), _tr("The character that encloses fields")),
        "comment": ("text", _tr("Comments"), _tr("The beginning of lines that are left out")),
        "header": ("text", _tr("Header"), _tr("The line with the names of the columns")),
        "units": ("text", _tr("Units"), _tr("The line with the units of the columns")),
        "table": ("text", _tr("Table"), _tr("The number of the table, in a file that has several")),
        "missing": (
            "text",
            _tr("Missing values"),
            _tr("Numbers or words that stand for no reading, with commas between them: -999, wind=-1"),
        ),
        "only": (
            "columns",
            _tr("Only channels"),
            _tr("The channels to import, with commas between them; all others are left out"),
        ),
        "layout": ("columns", _tr("Layout"), _tr("A column for each channel, or a row for each reading")),
        "time": ("columns", _tr("Time column"), _tr("The column of times, or several that make them up")),
        "date": ("columns", _tr("Date column"), _tr("The column of dates beside one of times of day")),
        "channel": ("columns", _tr("Channel column"), _tr("The names of channels, in a long file")),
        "value": ("columns", _tr("Value column"), _tr("The numbers, in a long file")),
        "unit": ("columns", _tr("Unit column"), _tr("The units, in a long file")),
        "time_format": ("times", _tr("Time format"), _tr("A pattern such as %d.%m.%Y %H:%M, or a word")),
        "date_order": ("times", _tr("Date order"), _tr("The meaning of dates such as 03/04/05")),
        "year": ("times", _tr("Year"), _tr("The year of times that have none")),
        "timezone": ("times", _tr("Time zone"), _tr("The zone of times that name none")),
        "ambiguous": ("times", _tr("Repeated hour"), _tr("The hour that a clock shows twice in autumn")),
        "start": ("times", _tr("Start"), _tr("The start of elapsed times: 2024-05-31T12:00")),
        "interval": ("times", _tr("Interval"), _tr("The time between rows that have none: 1 ms, 15 min")),
        "repeated": ("faults", _tr("Repeated times"), _tr("Second readings of one channel at one time")),
        "on_error": ("faults", _tr("Faulty rows"), _tr("Rows and fields that cannot be read")),
    }


def _value_words() -> dict[tuple[str, str], str]:
    """Return the words for values, by the option's name where they mean something else there."""
    return {
        ("", "comma"): _tr("Comma"),
        ("", "semicolon"): _tr("Semicolon"),
        ("", "tab"): _tr("Tab"),
        ("", "bar"): _tr("Bar |"),
        ("", "space"): _tr("Blanks"),
        ("", "none"): _tr("None"),
        ("", "true"): _tr("Yes"),
        ("", "wide"): _tr("A column for each channel"),
        ("", "long"): _tr("A row for each reading"),
        ("", "dmy"): _tr("Day, month, year"),
        ("", "mdy"): _tr("Month, day, year"),
        ("", "ymd"): _tr("Year, month, day"),
        ("", "refuse"): _tr("Refuse the file"),
        ("", "skip"): _tr("Leave out and list them, unless they are many"),
        ("", "skip-all"): _tr("Leave out and list all"),
        ("", "earlier"): _tr("The earlier hour"),
        ("", "later"): _tr("The later hour"),
        ("", "order"): _tr("As the rows go on"),
        ("", "first"): _tr("Keep the first"),
        ("", "last"): _tr("Keep the last"),
        ("", "spread"): _tr("Keep all, a microsecond apart"),
        ("decimal", "."): _tr("Point"),
        ("decimal", ","): _tr("Comma"),
        ("thousands", "."): _tr("Point"),
        ("thousands", ","): _tr("Comma"),
        ("thousands", "'"): _tr("Apostrophe"),
        ("thousands", "space"): _tr("Blank"),
    }
