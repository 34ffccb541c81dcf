"""The progress of an upgrade never goes back, never exceeds its total, and always moves."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from myapp import paths, product
from myapp.document.estimate import MEGABYTE, amounts
from myapp.document.format import Cost
from myapp.document.meter import INSTRUCTIONS, Meter
from myapp.document.news import first_sentence
from myapp.progress import Progress
from myapp.schema.migrations import Migrations, Step

COSTS = {revision: Cost(*measured) for revision, measured in product.COSTS.items()}
SIZE = 10 * MEGABYTE


class Heard(Progress):
    """A Progress that remembers what it was told."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.done: list[int] = []

    def step(self, description: str) -> None:
        self.words.append(description)

    def amount(self, done: int, total: int) -> None:
        assert total == SIZE
        self.done.append(done)

    def waiting(self) -> None:
        raise AssertionError


@pytest.fixture
def steps(tmp_path: Path) -> list[Step]:
    """All steps there are."""
    return Migrations(paths.migrations_dir(), tmp_path / "none.db").plan()


@pytest.mark.parametrize("costs", [COSTS, {}])
@pytest.mark.parametrize("ticks", [3, 300, 3000])
def test_progress_rises_within_steps_however_wrong_the_estimate_is(
    steps: list[Step], costs: dict[str, Cost], ticks: int
) -> None:
    heard, clock = Heard(), itertools.count()
    meter = Meter(heard, SIZE, costs, clock=lambda: float(next(clock)))
    for index in range(len(steps)):
        meter.begin(steps, index)
        for _ in range(ticks):
            meter.tick()
    for last in (meter.verify, meter.pack):
        last()
        meter.tick()
    assert heard.words[1] == "step 2 of 7: channels"
    assert heard.words[-2:] == ["verifying", "packing"]
    assert heard.done == sorted(heard.done)
    assert 0 <= heard.done[-1] <= SIZE
    assert len(set(heard.done)) > 2 * len(steps)


def test_a_tick_is_told_no_more_often_than_ten_times_a_second(steps: list[Step]) -> None:
    heard = Heard()
    meter = Meter(heard, SIZE, COSTS, clock=lambda: 0.0)
    meter.begin(steps, 0)
    for _ in range(1000):
        meter.tick()
    assert len(heard.done) == 2


def test_a_change_without_steps_says_what_it_does() -> None:
    heard = Heard()
    meter = Meter(heard, SIZE, COSTS)
    for phase in (meter.verify, meter.pack, meter.tick):
        phase()
    assert (heard.words, heard.done) == (["verifying", "packing"], [0])


def test_estimates_follow_the_size_that_each_step_leaves() -> None:
    costs = {"0001": Cost(1, 1, 0.5), "0002": Cost(1, 1)}
    first, second, _checks, _packing = amounts(["0001", "0002"], costs, SIZE)
    assert (round(first.seconds), round(second.seconds)) == (10, 5)


def test_every_released_revision_but_the_first_was_measured() -> None:
    assert sorted(COSTS) == sorted(product.RELEASES.values())[1:]


def test_instructions_between_two_looks_are_few_enough_to_cancel_at_once() -> None:
    assert INSTRUCTIONS <= 100_000


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ("channels\n\nA name, e.g. temp,\nis taken. More.\n\nRevision ID: 1", "A name, e.g. temp, is taken"),
        ("times\n\nVersion 1.5 of it. More.", "Version 1.5 of it"),
        ("bare\n\nRevision ID: 0001\nRevises: ", ""),
        ("", ""),
    ],
)
def test_the_first_sentence_after_the_message_says_what_a_revision_does(
    docstring: str, sentence: str
) -> None:
    assert first_sentence(docstring) == sentence
