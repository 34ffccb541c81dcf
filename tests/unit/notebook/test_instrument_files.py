# ruff: noqa: E501  # an entry is easier to read in one line
"""Files in the layouts of instruments import to what they mean, or ask for what they do not say."""

import json
import re

import pytest

from myapp.errors import BadData, UsageError
from myapp.notebook.intake import csv_file
from myapp.notebook.intake.options import ImportOptions
from tests import instruments
from tests.unit.notebook.awkward import microseconds
from tests.unit.notebook.instrument_cases import KINDS_BAD, KINDS_GOOD
from tests.unit.notebook.test_awkward_files import readings


@pytest.mark.parametrize("case", KINDS_GOOD, ids=lambda case: case.name)
def test_a_file_of_an_instrument_gives_its_readings(write, case):
    """Each reading is at its time in its channel with its unit, and nothing else is."""
    path = write(case.content)
    expected = {t: {microseconds(at): v for at, v in ones.items()} for t, ones in case.readings.items()}
    assert readings(path, case.options) == expected
    with csv_file.CsvFile(path, case.options) as file:
        list(file.batches())
        assert file.skipped == case.skipped


@pytest.mark.parametrize("case", KINDS_BAD, ids=lambda case: case.name)
def test_what_a_file_does_not_say_is_asked_for(write, case):
    """The message names the place, the fact and the option; nothing is guessed."""
    path = write(case.content)
    with pytest.raises((BadData, UsageError)) as caught:
        readings(path, case.options)
    assert re.search(case.detail, str(caught.value)), str(caught.value)
    assert (caught.value.line, caught.value.column) == (case.line, case.column)
    assert caught.value.setting == case.setting
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", [case for case in KINDS_BAD if case.setting], ids=lambda case: case.name)
def test_values_of_a_refusal_are_values_of_its_option(write, case):
    """What a refusal offers is a value that the option takes."""
    with pytest.raises(BadData) as caught:
        readings(write(case.content), case.options)
    for value in caught.value.values:
        taken = (value,) if caught.value.setting in ("missing", "only", "skip") else value
        if caught.value.setting not in ("start", "year"):
            ImportOptions(**{caught.value.setting: taken})


def test_words_that_stand_for_gaps_are_counted(write):
    """What was no number and no reading is named, with how often."""
    with csv_file.CsvFile(write("time,a,b\n2024-03-01,Low,\n2024-03-02,Low,---\n2024-03-03,1,2\n")) as file:
        list(file.batches())
        assert dict(file.words) == {"Low": 2, "---": 1}


TWO_TABLES = "time,a\n2024-03-01,1\n2024-03-02,2\n\nwhen,b\n2024-03-01,7\n2024-03-02,8\n"


def test_the_end_of_a_table_and_further_tables_are_named(write):
    """What is behind the table is left out, and said so."""
    with csv_file.CsvFile(write(TWO_TABLES)) as file:
        list(file.batches())
        assert (file.end.line, file.more_tables) == (5, (6,))


ENTRIES = [
    {
        "file": "station.csv", "kind": "a missing value and a zone in each row", "options_allowed": "missing value",
        "rows": 2, "refused": False,
        "channels": {"a": {"unit": "mm", "count": 1, "sum": 1.5, "first_utc": "2024-03-01 05:00:00", "last_utc": "2024-03-01 05:00:00", "column": 2}},
    },
    {
        "file": "scope.csv", "kind": "finer than a microsecond", "options_allowed": "", "rows": 2, "refused": False,
        "refusal_also_right": "refuse", "channels": {},
    },
]  # fmt: skip


def test_the_script_for_folders_of_instruments_compares_and_follows_refusals(tmp_path, capsys, monkeypatch):
    """A right file is right once its refusals were followed, and a wrong one is told apart."""
    (tmp_path / "station.csv").write_text("time,tz_cd,a (mm)\n2024-03-01,EST,1.5\n2024-03-02,EST,-999\n")
    (tmp_path / "scope.csv").write_text("time (s),a\n0,1\n1e-9,2\n")
    (tmp_path / "expected.json").write_text(json.dumps(ENTRIES))
    monkeypatch.setattr("sys.argv", ["instruments", str(tmp_path)])
    assert instruments.main() == 0
    assert "2 of 2 are right" in capsys.readouterr().out
    (tmp_path / "station.csv").write_text("time,tz_cd,a (mm)\n2024-03-01,EDT,1.5\n2024-03-02,EST,-999\n")
    assert instruments.main() == 1
    assert "WRONG  station.csv" in capsys.readouterr().out
