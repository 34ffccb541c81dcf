"""The tables of what runs on which target: each entry names tests that exist."""

import pytest

from tests.conftest import runs_on_wheel
from tests.on_wheel import ON_WHEEL
from tests.on_windows import LONG_ON_WINDOWS, ON_WINDOWS
from tests.program import ROOT

ENTRIES = [(file, name) for file, names in ON_WHEEL.items() for name in names]


@pytest.mark.parametrize(("file", "name"), ENTRIES)
def test_an_entry_of_the_list_for_the_wheel_names_tests(file: str, name: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert f"\ndef {name.partition('[')[0] or 'test_'}" in text


@pytest.mark.parametrize("name", [*ON_WINDOWS, *LONG_ON_WINDOWS])
def test_an_entry_of_the_list_for_windows_names_a_file_or_folder_of_tests(name: str) -> None:
    assert (ROOT / "tests" / name).exists()


def test_only_what_is_in_the_list_runs_on_the_wheel() -> None:
    assert runs_on_wheel("tests/test_documents.py::test_no_reading_is_lost[0001]")
    assert not runs_on_wheel("tests/test_documents.py::test_new_never_replaces_a_file")
    assert not runs_on_wheel("tests/test_rescue.py::test_no_reading_is_lost")
