"""Import options as texts and as arguments of the command line: both lead back to the same options."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from myapp.cli.notebook.import_options import read_options
from myapp.cli.parser import parse
from myapp.errors import UsageError
from myapp.notebook.intake import spelling
from myapp.notebook.intake.csv_file import inspect
from myapp.notebook.intake.options import ImportOptions
from tests.program import ROOT

OTHER: dict[str, Any] = {
    "layout": "long",
    "delimiter": "semicolon",
    "decimal": ",",
    "thousands": "space",
    "encoding": "cp1250",
    "quote": "'",
    "comment": "none",
    "header": 3,
    "table": 2,
    "sheet": "May",
    "units": "none",
    "time": "Year Month Day",
    "date": "Day",
    "channel": "A,B",
    "value": "C",
    "unit": "D",
    "only": ("-1", "of a, b"),
    "skip": ("x", "2"),
    "missing": ("-999", "wind=-1"),
    "time_format": "%d.%m.%y %H:%M",
    "date_order": "dmy",
    "year": 2024,
    "timezone": "-07:00",
    "ambiguous": "order",
    "start": 1_714_521_600_000_001,
    "interval": "15 min",
    "repeated": "spread",
    "on_error": "skip",
}
"""A value of each option that is not the default."""


def test_there_is_a_value_for_each_option() -> None:
    assert set(OTHER) == {field.name for field in fields(ImportOptions)}


@pytest.mark.parametrize("name", OTHER)
def test_the_command_line_understands_the_arguments_of_each_option(name: str) -> None:
    options = replace(ImportOptions(), **{name: OTHER[name]})
    words = spelling.arguments(options)
    assert words
    assert read_options(parse(["import", "trip.myapp", "a.csv", *words])) == options


def test_defaults_need_no_arguments() -> None:
    assert spelling.arguments(ImportOptions()) == []


@pytest.mark.parametrize("name", OTHER)
def test_a_text_gives_each_option(name: str) -> None:
    value = OTHER[name]
    text = "2024-05-01T00:00:00.000001" if name == "start" else str(value)
    if spelling.is_list(name):
        text = spelling.joined(value)
    assert spelling.from_texts({name: f" {text} "}) == replace(ImportOptions(), **{name: value})


@pytest.mark.parametrize("name", OTHER)
def test_each_option_is_read_from_the_text_that_it_is_written_as(name: str) -> None:
    options = replace(ImportOptions(), **{name: OTHER[name]})
    assert spelling.from_texts(spelling.as_texts(options)) == options


def test_a_start_is_in_the_zone_that_is_written_beside_it() -> None:
    options = spelling.from_texts({"start": "2024-05-01T02:00", "timezone": "Europe/Berlin"})
    assert options.start == 1_714_521_600_000_000


@pytest.mark.parametrize(
    ("name", "text"),
    [("header", "third"), ("year", "x"), ("start", "soon"), ("timezone", "Nowhere"), ("decimal", ";")],
)
def test_a_text_that_cannot_be_a_value_is_refused_with_the_name_of_its_option(name: str, text: str) -> None:
    texts = {name: text, "start": "2024-05-01"} if name == "timezone" else {name: text}
    with pytest.raises(UsageError) as refused:
        spelling.from_texts(texts)
    assert refused.value.setting == name


@pytest.mark.parametrize("file", ["co2.csv", "seattle-weather.csv", "sf-temps.csv"])
def test_what_was_detected_is_detected_again_when_it_is_given(file: str) -> None:
    csv_format = inspect(ROOT / "tests" / "data" / file)
    given = {name: text for name, text in spelling.detected(csv_format).items() if name != "time_format"}
    assert inspect(ROOT / "tests" / "data" / file, spelling.from_texts(given)) == csv_format


def test_a_column_is_called_by_its_title_where_that_means_no_other() -> None:
    titles = ("time", "a", "a", "7", "", " b")
    assert [spelling.column_name(titles, index) for index in range(6)] == ["time", "2", "3", "4", "5", "6"]
