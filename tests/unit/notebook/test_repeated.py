"""Second readings of one time: refused with the option's name, or one of them is kept, or all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import myapp
from myapp.application import context
from myapp.document.open import open_document
from myapp.document.protocol import Document
from myapp.document.server.document import open_server
from myapp.errors import BadData
from myapp.notebook.importing import ImportResult, import_csv
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.overview import checking
from myapp.notebook.repeated import RULES
from myapp.notebook.sql import Sql
from myapp.schema.servers import server_url

SECOND = 1_000_000
WIDE = [
    "2024-01-01 00:00:00,1,10",
    "2024-01-01 00:00:00,2,",
    "2024-01-01 00:00:00,3,30",
    "2024-01-01 00:00:01,4,40",
]
KEPT = {
    "first": {"a": [(0, 1.0), (SECOND, 4.0)], "b": [(0, 10.0), (SECOND, 40.0)]},
    "last": {"a": [(0, 3.0), (SECOND, 4.0)], "b": [(0, 30.0), (SECOND, 40.0)]},
    "spread": {
        "a": [(0, 1.0), (1, 2.0), (2, 3.0), (SECOND, 4.0)],
        "b": [(0, 10.0), (1, 30.0), (SECOND, 40.0)],
    },
}


@pytest.fixture(params=["sqlite", "postgresql"])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Document]:
    """An empty document, in a file and on a server."""
    path = str(tmp_path / "a.myapp") if request.param == "sqlite" else request.getfixturevalue("postgres")()
    myapp.create(path)
    opening: Any = open_document(path, context())
    if request.param == "postgresql":
        opening = open_server(server_url(path), context())
    with opening as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[[list[str], str], Path]:
    """Write a CSV file."""

    def write(rows: list[str], header: str = "time,a,b") -> Path:
        path = tmp_path / "logger.csv"
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return path

    return write


Readings = dict[str, list[tuple[int, float]]]


def imported(document: Document, path: Path, rule: Any) -> tuple[ImportResult, Readings]:
    """Import a file by a rule; return the result, and the readings by channel, from the first time on."""
    with document.driver_writing() as connection:
        result = import_csv(connection, path, ImportOptions(repeated=rule, time_format="%Y-%m-%d %H:%M:%S"))
    readings: Readings = {}
    query = "SELECT name, time, value FROM readings JOIN channels ON id = channel_id ORDER BY name, time"
    with document.driver_reading() as connection:
        for name, time, value in Sql(connection)(query):
            readings.setdefault(name, []).append((time - result.started_at, value))
        assert checking.findings(Sql(connection)) == []
    assert sum(map(len, readings.values())) == result.readings
    return result, readings


@pytest.mark.parametrize("rule", KEPT)
def test_readings_at_one_time_are_kept_by_the_rule(
    document: Document, write: Callable[..., Path], rule: str
) -> None:
    result, readings = imported(document, write(WIDE), rule)
    assert readings == KEPT[rule]
    assert result.repeated == 3


@pytest.mark.parametrize("rule", KEPT)
def test_they_may_be_far_apart_and_in_other_batches(
    document: Document, write: Callable[..., Path], rule: str
) -> None:
    rows = [f"2024-01-01 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},{n},1" for n in range(60_000)]
    result, readings = imported(document, write([*rows, "2024-01-01 00:00:05,-1,-2"]), rule)
    at_five = [value for time, value in readings["a"] if 5 * SECOND <= time < 6 * SECOND]
    assert at_five == {"first": [5.0], "last": [-1.0], "spread": [5.0, -1.0]}[rule]
    assert result.repeated == 2


def test_a_long_file_has_them_by_channel(document: Document, write: Callable[..., Path]) -> None:
    rows = [f"2024-01-01 00:00:0{n // 4},{'ab'[n % 2]},{n}" for n in range(12)]
    result, readings = imported(document, write(rows, "time,channel,value"), "spread")
    assert [time for time, _value in readings["a"]] == [0, 1, SECOND, SECOND + 1, 2 * SECOND, 2 * SECOND + 1]
    assert result.repeated == 6


def test_the_refusal_names_the_option(document: Document, write: Callable[..., Path]) -> None:
    with pytest.raises(BadData) as refused, document.driver_writing() as connection:
        import_csv(connection, write(WIDE))
    assert (refused.value.line, refused.value.column, refused.value.setting) == (3, 2, "repeated")


times = st.lists(st.integers(0, 6), max_size=12)


@given(times, st.sets(st.integers(0, 9)))
def test_each_rule_writes_no_time_twice_and_what_it_says(times: list[int], stored: set[int]) -> None:
    for name, rule in RULES.items():
        resolved = rule(times, stored)
        written = list(resolved.times)
        assert len(set(written)) == len(written) == len(resolved.indices)
        assert not set(written) & (stored - set(resolved.replaced))
        if name == "spread":
            assert list(resolved.indices) == list(range(len(times)))
            assert all(time <= place for time, place in zip(times, written, strict=True))
        else:
            assert written == [times[index] for index in resolved.indices]
        if name == "last":
            assert dict(zip(written, resolved.indices, strict=True)) == {
                time: index for index, time in enumerate(times)
            }


@pytest.mark.parametrize("rule", ["refuse", "last"])
@pytest.mark.parametrize("document", ["sqlite"], indirect=True)
def test_another_rule_that_readings_break_is_not_called_a_second_reading(
    document: Document, write: Callable[[list[str], str], Path], rule: Any
) -> None:
    path = write([*WIDE[:1], "2024-01-01 00:00:02,2,20", "2024-01-01 00:00:01,3,30"], "time,a,b")
    with document.driver_writing() as connection:
        connection.execute(
            "CREATE TEMP TRIGGER too_much BEFORE INSERT ON readings WHEN new.value > 25"
            " BEGIN SELECT RAISE(ABORT, 'more than 25'); END"
        )
        with pytest.raises(sqlite3.IntegrityError, match="more than 25"):
            import_csv(connection, path, ImportOptions(repeated=rule))
