"""The options of an import in words for people: their groups, labels, explanations and usual values.

An option that is not named here gets a control too, with its own name as the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from zoneinfo import available_timezones

from PySide6.QtCore import QObject

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


def option_fields() -> list[OptionField]:
    """Return all options but those of `BY_COLUMNS`, in the order of the groups."""
    words = OptionWords().labels()
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
    words = OptionWords().values()
    pairs = [(value, words.get((name, value)) or words.get(("", value), value)) for value in values]
    optional = type(None) in alternatives(name) or free or bool in alternatives(name)
    choices = [("", words.get((name, ""), "")), *pairs] if optional else pairs
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


class OptionWords(QObject):
    """The words for options and their values."""

    def groups(self) -> dict[str, str]:
        """Return the titles of the groups, in their order."""
        return {
            "text": self.tr("Text"),
            "columns": self.tr("Columns"),
            "times": self.tr("Times"),
            "faults": self.tr("Faults"),
        }

    def labels(self) -> dict[str, tuple[str, str, str]]:
        """Return the group, the label and the explanation of each option."""
        return {
            "delimiter": ("text", self.tr("Delimiter"), self.tr("The character between fields")),
            "decimal": ("text", self.tr("Decimal sign"), self.tr("The sign before the decimals of numbers")),
            "thousands": (
                "text",
                self.tr("Thousands"),
                self.tr("The sign between the thousands of numbers"),
            ),
            "encoding": ("text", self.tr("Encoding"), self.tr("How characters are written as bytes")),
            "quote": ("text", self.tr("Quote"), self.tr("The character that encloses fields")),
            "comment": ("text", self.tr("Comments"), self.tr("The beginning of lines that are left out")),
            "header": ("text", self.tr("Header"), self.tr("The line with the names of the columns")),
            "units": ("text", self.tr("Units"), self.tr("The line with the units of the columns")),
            "table": (
                "text",
                self.tr("Table"),
                self.tr("The number of the table, in a file that has several"),
            ),
            "sheet": ("text", self.tr("Sheet"), self.tr("The sheet of a workbook: its name or its number")),
            "missing": (
                "text",
                self.tr("Missing values"),
                self.tr(
                    "Numbers or words that stand for no reading, with commas between them: -999, wind=-1"
                ),
            ),
            "only": (
                "columns",
                self.tr("Only channels"),
                self.tr("The channels to import, with commas between them; all others are left out"),
            ),
            "layout": (
                "columns",
                self.tr("Layout"),
                self.tr("A column for each channel, or a row for each reading"),
            ),
            "time": (
                "columns",
                self.tr("Time column"),
                self.tr("The column of times, or several that make them up"),
            ),
            "date": (
                "columns",
                self.tr("Date column"),
                self.tr("The column of dates beside one of times of day"),
            ),
            "channel": (
                "columns",
                self.tr("Channel column"),
                self.tr("The names of channels, in a long file"),
            ),
            "value": ("columns", self.tr("Value column"), self.tr("The numbers, in a long file")),
            "unit": ("columns", self.tr("Unit column"), self.tr("The units, in a long file")),
            "time_format": (
                "times",
                self.tr("Time format"),
                self.tr("A pattern such as %d.%m.%Y %H:%M, or a word"),
            ),
            "date_order": ("times", self.tr("Date order"), self.tr("The meaning of dates such as 03/04/05")),
            "year": ("times", self.tr("Year"), self.tr("The year of times that have none")),
            "timezone": ("times", self.tr("Time zone"), self.tr("The zone of times that name none")),
            "ambiguous": (
                "times",
                self.tr("Repeated hour"),
                self.tr("The hour that a clock shows twice in autumn"),
            ),
            "start": ("times", self.tr("Start"), self.tr("The start of elapsed times: 2024-05-31T12:00")),
            "interval": (
                "times",
                self.tr("Interval"),
                self.tr("The time between rows that have none: 1 ms, 15 min"),
            ),
            "repeated": (
                "faults",
                self.tr("Repeated times"),
                self.tr("Second readings of one channel at one time"),
            ),
            "on_error": ("faults", self.tr("Faulty rows"), self.tr("Rows and fields that cannot be read")),
        }

    def values(self) -> dict[tuple[str, str], str]:
        """Return the words for values, by the option's name where they mean something else there."""
        return {
            ("", "comma"): self.tr("Comma"),
            ("", "semicolon"): self.tr("Semicolon"),
            ("", "tab"): self.tr("Tab"),
            ("", "bar"): self.tr("Bar |"),
            ("", "space"): self.tr("Blanks"),
            ("", "none"): self.tr("None"),
            ("", "true"): self.tr("Yes"),
            ("", "wide"): self.tr("A column for each channel"),
            ("", "long"): self.tr("A row for each reading"),
            ("", "dmy"): self.tr("Day, month, year"),
            ("", "mdy"): self.tr("Month, day, year"),
            ("", "ymd"): self.tr("Year, month, day"),
            ("", "refuse"): self.tr("Refuse the file"),
            ("", "skip"): self.tr("Leave out and list them, unless they are many"),
            ("", "skip-all"): self.tr("Leave out and list all"),
            ("", "earlier"): self.tr("The earlier hour"),
            ("", "later"): self.tr("The later hour"),
            ("", "order"): self.tr("As the rows go on"),
            ("", "first"): self.tr("Keep the first"),
            ("", "last"): self.tr("Keep the last"),
            ("", "spread"): self.tr("Keep all, a microsecond apart"),
            ("decimal", "."): self.tr("Point"),
            ("decimal", ","): self.tr("Comma"),
            ("thousands", ""): self.tr("None"),
            ("thousands", "."): self.tr("Point"),
            ("thousands", ","): self.tr("Comma"),
            ("thousands", "'"): self.tr("Apostrophe"),
            ("thousands", "space"): self.tr("Blank"),
        }
