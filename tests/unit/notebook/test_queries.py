"""Queries: the content of a document, and runs found by number or title."""

import pytest
from sqlalchemy import event, insert

from myapp.errors import NotFound, UsageError
from myapp.notebook import importing, queries
from myapp.notebook.lookup import find_run
from myapp.notebook.models import metadata
from myapp.notebook.selection import Selection, resolve
from myapp.notebook.statistics import ChannelStatistics

RUNS, TAGS, RUN_TAGS = (metadata.tables[name] for name in ("runs", "tags", "run_tags"))
JAN_1 = 1_577_836_800_000_000
DAY = 86_400_000_000


@pytest.fixture
def filled(engine, write):
    """A connection to a notebook of two runs with readings and one without."""
    with engine.connect() as connection:
        text = "time,a [V],b\n2020-01-02,4,1\n2020-01-01,1,\n2020-01-04,,2\n"
        importing.import_csv(connection, write(text, name="first.csv"), now_us=7)
        importing.import_csv(connection, write("time,b\n2019-01-01,5\n"), title="twin")
        connection.execute(insert(RUNS).values(title="twin", started_at=JAN_1 + DAY))
        connection.execute(insert(TAGS), [{"id": 1, "name": "wet"}, {"id": 2, "name": "cold"}])
        connection.execute(insert(RUN_TAGS), [{"run_id": 1, "tag_id": 1}, {"run_id": 1, "tag_id": 2}])
        yield connection


def test_runs_are_listed_by_start_with_what_they_hold(filled):
    """Channels and readings are counted; tags and sources stand with their run."""
    rows = queries.runs(filled)
    assert [(r.id, r.title, r.channels, r.readings, r.tags) for r in rows] == [
        (2, "twin", 1, 1, ()),
        (1, "first", 2, 4, ("cold", "wet")),
        (3, "twin", 0, 0, ()),
    ]
    assert [(r.started_at, r.ended_at) for r in rows[1:]] == [(JAN_1, JAN_1 + 3 * DAY), (JAN_1 + DAY, None)]
    assert [[s.file_name for s in r.sources] for r in rows] == [["input.csv"], ["first.csv"], []]


def test_a_run_is_shown_with_statistics_of_each_channel(filled):
    """Count, smallest, largest, mean, first and last time come from the database."""
    detail = queries.show(filled, 1)
    assert detail.channels == (
        ChannelStatistics("a", "V", 2, 1, 1.0, 4.0, 2.5, 4.5**0.5, JAN_1, 1.0, JAN_1 + DAY, 4.0),
        ChannelStatistics("b", "", 2, 1, 1.0, 2.0, 1.5, 0.5**0.5, JAN_1 + DAY, 1.0, JAN_1 + 3 * DAY, 2.0),
    )
    assert detail.run == queries.runs(filled)[1]
    assert detail.run.sources[0].imported_at == 7
    assert detail.notes is None


@pytest.mark.parametrize(
    ("by", "reverse", "expected"),
    [
        ("start", True, [3, 1, 2]),
        ("end", False, [2, 3, 1]),
        ("title", False, [1, 2, 3]),
        ("readings", True, [1, 2, 3]),
    ],
)
def test_runs_are_listed_in_the_order_that_is_asked_for(filled, by, reverse, expected):
    """A run without readings ends when it starts; the number decides between equals."""
    assert [row.id for row in queries.runs(filled, by=by, reverse=reverse)] == expected
    assert [row.id for row in queries.runs(filled, by=by, reverse=reverse, limit=2)] == expected[:2]


def test_only_chosen_runs_are_listed_and_each_is_counted_whole(filled):
    """A channel and a time choose the run; its other channels and times are still counted."""
    part = resolve(filled, Selection(channels=("a",), end=JAN_1 + 1))
    assert queries.runs(filled, part) == queries.runs(filled)[1:2]
    assert queries.runs(filled, resolve(filled, Selection(channels=("a",), start=JAN_1 + 2 * DAY))) == []


def test_a_run_is_named_by_id_or_exact_title(filled):
    """A number is an id, as text too; a title is one to the letter."""
    assert find_run(filled, 2) == find_run(filled, "2") == 2
    assert find_run(filled, "first") == 1


@pytest.mark.parametrize("run", ["First", "fir", "0", "99", 99, "1 ", "", "99999999999999999999999", "%"])
def test_a_run_that_does_not_exist_is_not_found(filled, run):
    """Nothing near the name is taken for it."""
    with pytest.raises(NotFound):
        queries.show(filled, run)


def test_a_title_of_several_runs_is_refused_with_their_ids(filled):
    """The message says by which ids they can be told from each other."""
    with pytest.raises(UsageError, match=r"2 runs are called 'twin'.*\(2, 3\)"):
        queries.show(filled, "twin")


def test_an_id_goes_before_a_title(filled):
    """A run called "2" is not in the way of run 2; a number that is no id can still be a title."""
    filled.execute(insert(RUNS).values([{"title": "2", "started_at": 0}, {"title": "1984", "started_at": 0}]))
    assert find_run(filled, "2") == 2
    assert find_run(filled, "1984") == 5


def test_the_number_of_statements_does_not_grow_with_the_runs(filled):
    """Runs are counted in one set, not one by one."""
    statements = []
    event.listen(filled, "before_cursor_execute", lambda *call: statements.append(call[2]))
    queries.runs(filled)
    few = len(statements)
    filled.execute(insert(RUNS), [{"title": f"run {n}", "started_at": n} for n in range(50)])
    statements.clear()
    assert len(queries.runs(filled)) == 53
    assert len(statements) == few
