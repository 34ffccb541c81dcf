"""Files with many channels: gathered before they are written, with the readings and faults of any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

import myapp
from myapp.errors import BadData
from myapp.notebook.importing import import_csv
from myapp.notebook.intake import gathering
from myapp.notebook.intake.converting import Batch, Series
from myapp.notebook.intake.csv_format import ChannelColumn
from myapp.notebook.intake.gathering import MANY_CHANNELS, gathered
from myapp.notebook.intake.options import ImportOptions

MANY = MANY_CHANNELS + 10


def batches(channels: int, number: int) -> Iterator[Batch]:
    """Yield batches of two readings of each channel, in the order of time."""
    columns = [ChannelColumn(f"c{place}", "", place) for place in range(channels)]
    for batch in range(number):
        times = [10 * batch, 10 * batch + 1]
        yield Batch(times, [Series(column, times, [1.0, float(batch)], times) for column in columns])


def rows(some: Iterator[Batch]) -> list[tuple[str, int, float, int]]:
    """Return all readings of batches, sorted."""
    return sorted(
        (series.channel.name, *each)
        for batch in some
        for series in batch.series
        for each in zip(series.times, series.numbers, series.lines, strict=True)
    )


def test_batches_of_few_channels_pass_as_they_are() -> None:
    few = list(batches(3, 4))
    assert all(one is other for one, other in zip(gathered(few), few, strict=True))


@pytest.mark.parametrize("at_once", [1, 500, 10**6])
def test_batches_of_many_channels_are_fewer_and_lose_nothing(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "READINGS", at_once)
    made = list(gathered(batches(MANY, 30)))
    assert rows(iter(made)) == rows(batches(MANY, 30))
    assert len(made) == {1: 30, 500: 6, 10**6: 1}[at_once]


def test_a_batch_of_few_channels_keeps_its_place_behind_those_that_are_gathered() -> None:
    many, few = batches(MANY, 2), Batch([30], [Series(ChannelColumn("c0", "", 0), [30], [1.0], [30])])
    times = [time for batch in gathered([*many, few]) for time in batch.times]
    assert times == [0, 1, 10, 11, 30]


def wide(path: Path, lines: list[int]) -> Path:
    """Write a file with many channels and a line for each time, in seconds."""
    titles = ",".join(["time", *(f"c{number}" for number in range(MANY))])
    cells = [",".join([str(time), *(f"{time % 7}.5" for _channel in range(MANY))]) for time in lines]
    path.write_text("\n".join([titles, *cells, ""]), encoding="utf-8")
    return path


EPOCH = ImportOptions(time_format="epoch")


def test_a_wide_file_imports_whole_and_its_overview_is_right(tmp_path: Path) -> None:
    file = wide(tmp_path / "wide.csv", [*range(3000), *range(5000, 3000, -1)])
    with myapp.open(myapp.create(tmp_path / "a.myapp")) as notebook:
        done = notebook.import_csv(file, options=EPOCH)
        assert (done.readings, len(done.channels)) == (5000 * MANY, MANY)
        shown = notebook.show(done.run_id)
        assert shown.channels == notebook.show(done.run_id, exact=True).channels
        assert {(each.count, each.gaps) for each in shown.channels} == {(5000, 0)}


def test_a_second_reading_far_behind_is_named_by_its_line(connection: Connection, tmp_path: Path) -> None:
    file = wide(tmp_path / "wide.csv", [*range(3000), 5])
    with pytest.raises(BadData, match="line 3002, column 2: a second reading of c0"):
        import_csv(connection, file, EPOCH)
