"""A selection chooses the same runs and readings on every database."""

import pytest
from sqlalchemy import insert

from myapp.errors import NotFound, UsageError
from myapp.notebook.models import metadata
from myapp.notebook.selection import Selection, resolve
from myapp.notebook.sql import Sql

TABLES = metadata.tables
RUNS, CHANNELS, READINGS = (TABLES[name] for name in ("runs", "channels", "readings"))
TAGS, RUN_TAGS = TABLES["tags"], TABLES["run_tags"]
SOURCES, ATTACHMENTS = TABLES["sources"], TABLES["attachments"]


@pytest.fixture(scope="module")
def filled(shared_engine):
    """A notebook of four runs; the last has no readings."""
    with shared_engine.begin() as connection:
        _fill(connection)
    return shared_engine


@pytest.fixture
def connection(filled):
    """A connection whose changes are rolled back."""
    with filled.connect() as connection:
        yield connection


def _fill(connection):
    runs = [
        {"id": 1, "title": "Winter trip", "started_at": 0, "notes": "snow on the foo-bar pass"},
        {"id": 2, "title": "summer trip", "started_at": 10, "notes": None},
        {"id": 3, "title": "it's O'Hara's \"best\"", "started_at": 20, "notes": "sommertag"},
        {"id": 4, "title": "empty", "started_at": 30, "notes": None},
    ]
    connection.execute(insert(RUNS), runs)
    names = [("temp", "°C"), ("temp", "K"), ("wind", ""), ("a [b]", ""), ("a", "b"), ("unused", "")]
    rows = [{"id": i, "name": name, "unit": unit} for i, (name, unit) in enumerate(names, 1)]
    connection.execute(insert(CHANNELS), rows)
    readings = [(1, 1, 0), (1, 1, 10), (1, 3, 5), (2, 2, 10), (2, 4, 15), (3, 5, 20), (3, 3, 30)]
    rows = [{"run_id": r, "channel_id": c, "time": t, "value": 1.0} for r, c, t in readings]
    connection.execute(insert(READINGS), rows)
    connection.execute(
        insert(TAGS), [{"id": 1, "name": "cold"}, {"id": 2, "name": "trip"}, {"id": 3, "name": "lonely"}]
    )
    links = [(1, 1), (1, 2), (2, 2)]
    connection.execute(insert(RUN_TAGS), [{"run_id": r, "tag_id": t} for r, t in links])
    file = {"sha256": "", "size": 0}
    connection.execute(insert(SOURCES), [{"run_id": 2, "file_name": "f", "imported_at": 0, **file}])
    connection.execute(
        insert(ATTACHMENTS), [{"run_id": 1, "name": "f", "added_at": 0, "content": b"", **file}]
    )


def _runs(connection, **criteria):
    part = resolve(connection, Selection(**criteria))
    sql = Sql(connection)
    return sql.column(f"SELECT id FROM runs WHERE {part.runs(sql.dialect)} ORDER BY id", **part.values)


def _readings(connection, **criteria):
    part = resolve(connection, Selection(**criteria))
    sql, columns = Sql(connection), "run_id, channel_id, time"
    query = f"SELECT {columns} FROM readings WHERE {part.readings(sql.dialect)} ORDER BY {columns}"
    return [tuple(row) for row in sql(query, **part.values)]


def _counts(connection, **criteria):
    part = resolve(connection, Selection(**criteria))
    sql = Sql(connection)
    return {
        name: sql.value(f"SELECT count(*) FROM {name} WHERE {condition}", **part.values)
        for name, condition in part.conditions(sql.dialect).items()
    }


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"runs": (2, "Winter trip", "2")}, [1, 2]),
        ({"channels": ("temp",)}, [1, 2]),
        ({"channels": ("temp [K]",)}, [2]),
        ({"channels": ("a [b]",)}, [2, 3]),
        ({"channels": ("wind", "temp [K]")}, [1, 2, 3]),
        ({"channels": ("unused",)}, []),
        ({"tags": ("trip",)}, [1, 2]),
        ({"tags": ("trip", "cold")}, [1]),
        ({"tags": ("lonely",)}, []),
        ({"start": 15}, [2, 3]),
        ({"end": 10}, [1]),
        ({"start": 10, "end": 11}, [1, 2]),
        ({"start": 31}, []),
        ({"channels": ("wind",), "start": 6}, [3]),
        (
            {"runs": (1,), "tags": ("trip",), "channels": ("temp",), "text": "snow", "start": 10, "end": 11},
            [1],
        ),
    ],
)
def test_all_that_is_said_must_fit_a_run(connection, criteria, expected):
    """Runs, channels by name or with the unit, tags, and times from the first to before the last."""
    assert _runs(connection, **criteria) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trip", [1, 2]),
        ("TRIP winter", [1]),
        ("winter summer", []),
        ("summer winter", []),
        ("cold", [1]),
        ("snow cold winter", [1]),
        ("s*", [1, 2, 3]),
        ("so*", [3]),
        ("foo-bar", [1]),
        ("it's", [3]),
        ("o'hara's", [3]),
        ('"best"', [3]),
        ("AND", []),
        ("trip OR empty", []),
        ("title:trip", []),
        ("NEAR(trip)", []),
        ("back\\slash", []),
        ("nothing", []),
        (":word %s ?", []),
    ],
)
def test_every_word_of_a_text_is_in_title_notes_or_tags(connection, text, expected):
    """Letters count and nothing else: no operator, no quote and no mark of a query means anything."""
    assert _runs(connection, text=text) == expected


@pytest.mark.parametrize("text", ["*", "- '", "\\", "\"'&|!"])
def test_a_text_without_a_word_is_refused(connection, text):
    """There is nothing to search for."""
    with pytest.raises(UsageError):
        resolve(connection, Selection(text=text))


@pytest.mark.parametrize(
    "criteria",
    [
        {"runs": ("none",)},
        {"channels": ("Temp",)},
        {"channels": ("temp [F]",)},
        {"tags": ("Cold",)},
        {"tags": ("caf\udce9",)},
        {"channels": ("caf\udce9",)},
        {"runs": ("caf\udce9",)},
    ],
)
def test_a_name_that_is_none_is_not_found(connection, criteria):
    """A slip of the keyboard chooses nothing silently, nor do bytes that are no text."""
    with pytest.raises(NotFound):
        resolve(connection, Selection(**criteria))


def test_a_text_that_is_none_is_refused(connection):
    """Bytes of the command line that are no text cannot be searched for."""
    with pytest.raises(UsageError):
        resolve(connection, Selection(text="caf\udce9"))


def test_a_selection_that_ends_before_it_begins_is_refused(connection):
    """An empty time range is a slip too."""
    with pytest.raises(UsageError):
        resolve(connection, Selection(start=5, end=5))


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"runs": (1,)}, [(1, 1, 0), (1, 1, 10), (1, 3, 5)]),
        ({"channels": ("temp",)}, [(1, 1, 0), (1, 1, 10), (2, 2, 10)]),
        ({"start": 10, "end": 20}, [(1, 1, 10), (2, 2, 10), (2, 4, 15)]),
        ({"tags": ("cold",), "channels": ("wind",)}, [(1, 3, 5)]),
        ({"runs": (4,)}, []),
        ({"runs": (4,), "channels": ("temp",)}, []),
    ],
)
def test_readings_are_those_of_the_runs_channels_and_times(connection, criteria, expected):
    """What narrows the runs narrows the readings too."""
    assert _readings(connection, **criteria) == expected


@pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True, scope="module")
def test_a_time_range_is_looked_up_and_not_gone_through(connection):
    """An hour of a year is found by the key, in each channel; PostgreSQL chooses by what a table holds."""
    part = resolve(connection, Selection(start=10, end=20))
    query = f"SELECT * FROM readings WHERE {part.readings('sqlite')}"
    plan = Sql(connection)(f"EXPLAIN QUERY PLAN {query}", **part.values).fetchall()
    assert "(run_id=? AND channel_id=? AND time>? AND time<?)" in plan[0][3]


def test_a_part_holds_what_its_rows_refer_to_and_no_more(connection):
    """Channels without a reading in the part and tags of other runs stay out."""
    assert _counts(connection, tags=("trip",), channels=("temp",)) == {
        "runs": 2, "channels": 2, "readings": 3, "tags": 2, "run_tags": 3, "sources": 1, "attachments": 1,
    }  # fmt: skip
    assert set(_counts(connection, runs=(4,)).values()) == {0, 1}


def test_a_selection_of_nothing_special_is_all_there_is(connection):
    """Unused channels and tags too: the whole is the whole."""
    part = resolve(connection, Selection())
    assert part.whole
    assert _counts(connection) == {
        "runs": 4, "channels": 6, "readings": 7, "tags": 3, "run_tags": 3, "sources": 1, "attachments": 1,
    }  # fmt: skip


def test_as_many_runs_may_be_chosen_as_there_are(connection):
    """No database's limit of parameters is met."""
    rows = [{"id": n, "title": "many", "started_at": 0, "notes": "plenty"} for n in range(100, 40_100)]
    connection.execute(insert(RUNS), rows)
    assert len(_runs(connection, text="plenty")) == 40_000
