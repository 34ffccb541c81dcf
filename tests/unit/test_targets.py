"""The list of tests for the wheel: each entry names tests that exist."""

import pytest

from tests.conftest import ON_WHEEL
from tests.program import ROOT


@pytest.mark.parametrize("entry", ON_WHEEL)
def test_an_entry_of_the_list_for_the_wheel_names_tests(entry: str) -> None:
    module, _, name = entry.partition("::")
    assert f"\ndef {name or 'test_'}" in (ROOT / "tests" / module).read_text(encoding="utf-8")
