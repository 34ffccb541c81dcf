"""A plain command line is read without argparse, and never otherwise than argparse reads it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.cli import plain
from myapp.cli.parser import parse

COMMANDS = ["info", "runs", "show", "note", "tag", "check", "save-as", "export", "plot", "extract", "schema"]
WORDS = [
    *("trip.myapp", "3", "", "-", "--", "-3", "a b", "x.png", "start", "sideways", "png"),
    *("--json", "--jso", "--json=1", "--wait", "--wait=1", "--no-upgrade", "--no-upgrad", "--help", "-h"),
    *("--run", "--tag", "--tag=wet", "--text", "--from", "--to", "--limit", "--sort", "--reverse", "-o"),
    *("--plot", "--no-plot", "--lose", "--for", "--format", "--force", "--out", "--append", "-ox.csv"),
]


def values(found: Any) -> dict[str, Any]:
    """Return what was read, the command by what it calls."""
    read = dict(vars(found))
    read["command"] = [cell.cell_contents for cell in read["command"].__closure__]
    return read


@given(st.sampled_from(COMMANDS), st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_is_read_plainly_is_what_argparse_reads(command: str, words: list[str]) -> None:
    found = plain.read([command, *words])
    if found is not None:
        assert values(found) == values(parse([command, *words]))


@pytest.mark.parametrize(
    "line",
    [
        "info trip.myapp",
        "runs trip.myapp --tag wet --tag cold --json --limit 3 --sort title",
        "runs --wait 2.5 trip.myapp --no-upgrade",
        "show trip.myapp 3",
        "rename trip.myapp 3 north",
        "save-as trip.myapp ann.myapp --for 0.5.0 --lose 0006",
    ],
)
def test_what_people_type_mostly_is_read_plainly(line: str) -> None:
    found = plain.read(line.split())
    assert found is not None
    assert values(found) == values(parse(line.split()))


@pytest.mark.parametrize(
    "line",
    [
        *("", "nonsense", "info", "info a b", "info trip.myapp --jso", "runs trip.myapp --limit many"),
        *("runs trip.myapp --sort sideways", "runs trip.myapp --limit", "runs trip.myapp --tag=wet"),
        *("info --help", "runs -- trip.myapp", "tag trip.myapp 3 wet", "extract trip.myapp"),
        *("show trip.myapp 3 --plot", "schema current trip.myapp", "exec trip.myapp -- ls"),
    ],
)
def test_all_else_is_left_to_argparse(line: str) -> None:
    assert plain.read(line.split()) is None
