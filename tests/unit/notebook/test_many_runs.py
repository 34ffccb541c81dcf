"""Selections of 200,000 runs work on both databases, and one of a few runs goes by the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

import myapp
from myapp.application import context
from myapp.document.open import open_document
from myapp.document.protocol import Document
from myapp.document.server.document import open_server
from myapp.errors import NotFound
from myapp.notebook import editing, queries
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.lookup import find_runs, find_tags
from myapp.notebook.models import metadata
from myapp.notebook.selection import Part, Selection, resolve
from myapp.notebook.sql import Sql
from myapp.schema.connections import as_url
from myapp.schema.urls import is_url

MANY = 200_000
IDS = range(2, MANY + 2)
TABLES = metadata.tables
RUNS, READINGS = TABLES["runs"], TABLES["readings"]

COLUMNS = "run_id, channel_id, time, value"
NUMBERS = f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n <= {MANY})"
FILL = [
    f"INSERT INTO runs (id, title, started_at) {NUMBERS} SELECT n, 'run ' || n, n FROM numbers",
    "INSERT INTO channels (id, name, unit) VALUES (1, 'a', ''), (2, 'b', ''), (3, 'unused', '')",
    f"INSERT INTO readings ({COLUMNS}) {NUMBERS} SELECT n, 1 + n % 2, n, 1 FROM numbers",
    "INSERT INTO tags (id, name) VALUES (1000, 'wet')",
    "INSERT INTO run_tags (run_id, tag_id) VALUES (7, 1000)",
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def notebook(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    """A document with one run more than are selected, each with a reading, in a file and on a server."""
    file = tmp_path_factory.mktemp("many") / "many.myapp"
    path = myapp.create(file if request.param == "sqlite" else request.getfixturevalue("postgres")())
    with _opened(path) as document:
        with document.writing() as connection:
            for statement in FILL:
                connection.execute(text(statement))
        yield document


def _opened(path: str) -> AbstractContextManager[Document]:
    return open_server(as_url(path), context()) if is_url(path) else open_document(path, context())


@pytest.fixture
def connection(notebook: Document) -> Iterator[Connection]:
    """A connection that may write, whose changes are rolled back."""
    with suppress(_Undone), notebook.writing() as connection:
        yield connection
        raise _Undone


class _Undone(Exception):
    pass


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """The statements that are executed, with their values."""
    executed: list[tuple[str, dict[str, object]]] = []
    execute = Sql.__call__

    def noted(self: Sql, statement: str, /, **values: object) -> object:
        executed.append((statement, values))
        return execute(self, statement, **values)

    monkeypatch.setattr(Sql, "__call__", noted)
    return executed


def test_runs_are_looked_up_all_together_by_id_and_by_title(
    connection: Connection, statements: Sequence[object]
) -> None:
    assert find_runs(connection, list(IDS)) == list(IDS)
    assert find_runs(connection, [f"run {n}" for n in IDS]) == list(IDS)
    assert find_runs(connection, ["run 9", 7, "8"]) == [9, 7, 8]
    assert len(statements) == 4
    with pytest.raises(NotFound, match="'none'"):
        find_runs(connection, [*IDS, "none", MANY + 2])


def test_all_of_them_are_selected_listed_and_read(connection: Connection) -> None:
    part = resolve(connection, Selection(runs=tuple(IDS), channels=("a", "b"), start=0))
    assert part.run_ids == tuple(IDS)
    sql = Sql(connection)
    assert sql.value(f"SELECT count(*) FROM runs WHERE {part.runs(sql.dialect)}", **part.values) == MANY
    assert [run.id for run in queries.runs(connection, part, reverse=True, limit=2)] == [MANY + 1, MANY]
    assert sum(1 for _reading in queries.readings(connection, part)) == MANY


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_as_many_ids_go_into_every_statement_of_a_copy(
    tmp_path: Path, postgres: Callable[[], str], source: str, target: str
) -> None:
    """Of the runs themselves a few will do."""
    expected = {"runs": 10, "channels": 2, "readings": 10, "tags": 1, "run_tags": 1, "sources": 0}
    names = (tmp_path / "a.myapp", postgres()), (tmp_path / "b.myapp", postgres())
    paths = [
        myapp.create(file if kind == "sqlite" else server)
        for kind, (file, server) in zip((source, target), names, strict=True)
    ]
    with _opened(paths[0]) as first, _opened(paths[1]) as second:
        with first.writing() as connection:
            for statement in FILL:
                connection.execute(text(statement.replace(f"<= {MANY}", "<= 10")))
        with first.reading() as connection, second.writing() as written:
            copied = transfer(connection, written, Part(tuple(IDS), None, None, None))
    assert copied.rows == {**expected, "attachments": 0}


@pytest.mark.parametrize("notebook", ["sqlite"], indirect=True)
def test_all_of_them_are_extracted(notebook: Document, tmp_path: Path) -> None:
    part = myapp.library.extract(
        notebook, Selection(runs=tuple(IDS)), tmp_path / "part.myapp", notebook.context
    )
    with myapp.open(part) as extracted:
        assert [run.id for run in extracted.runs()] == list(IDS)


@pytest.mark.parametrize("notebook", ["sqlite"], indirect=True)
def test_all_of_them_are_deleted(connection: Connection) -> None:
    removal = editing.removal(connection, IDS)
    assert (removal.run_ids, len(removal.titles), removal.readings) == (tuple(IDS), MANY, MANY)
    editing.delete_runs(connection, removal.run_ids)
    assert list(connection.execute(select(RUNS.c.id)).scalars()) == [1]
    assert list(connection.execute(select(READINGS.c.run_id)).scalars()) == [1]


def test_hundreds_of_tags_words_and_channels_select_too(connection: Connection) -> None:
    names = [f"tag{n}" for n in range(300)]
    rows = [{"id": 100 + n, "name": name, "unit": "V"} for n, name in enumerate(names)]
    connection.execute(insert(TABLES["channels"]), rows)
    editing.tag(connection, 5, names)
    assert resolve(connection, Selection(tags=tuple(names))).run_ids == (5,)
    assert resolve(connection, Selection(text=" ".join(names))).run_ids == (5,)
    assert resolve(connection, Selection(tags=(*names, "wet"))).run_ids == ()
    assert resolve(connection, Selection(channels=(*names, "a"), runs=(5, 6, 8))).run_ids == (6, 8)
    with pytest.raises(NotFound, match="'none'"):
        find_tags(connection, ["wet", "none"])


@pytest.mark.parametrize("notebook", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ids", [(5,), (5, 9), (5, 9, 12, 77)])
def test_the_rows_of_one_run_or_a_few_are_looked_up_by_the_key(
    connection: Connection, ids: tuple[int, ...]
) -> None:
    part = Part(ids, (1, 2), 3, 9)
    conditions = part.conditions("sqlite")
    for name, condition in conditions.items():
        plan = _plan(connection, f"SELECT * FROM {name} WHERE {condition}", part.values)
        assert not [
            step for step in plan if step.startswith(f"SCAN {name}") and name not in ("channels", "tags")
        ]
    assert "SEARCH readings USING PRIMARY KEY (run_id=? AND channel_id=? AND time>? AND time<?)" in _plan(
        connection, f"SELECT * FROM readings WHERE {conditions['readings']}", part.values
    )


@pytest.mark.parametrize("notebook", ["sqlite"], indirect=True)
def test_one_channel_of_one_run_comes_in_the_order_of_time_without_being_sorted(
    connection: Connection,
) -> None:
    part = Part((5,), (1,), None, None)
    query = f"SELECT * FROM readings WHERE {part.readings('sqlite')} ORDER BY time"
    assert _plan(connection, query, part.values) == [
        "SEARCH readings USING PRIMARY KEY (run_id=? AND channel_id=?)"
    ]


@pytest.mark.parametrize("notebook", ["sqlite"], indirect=True)
def test_a_run_is_looked_up_by_its_id_in_the_key(
    connection: Connection, statements: Sequence[tuple[str, dict[str, object]]]
) -> None:
    find_runs(connection, [5])
    find_runs(connection, ["5"])
    find_runs(connection, [5, 6])
    plans = [_plan(connection, statement, values) for statement, values in tuple(statements)]
    assert all(plan[0] == "SEARCH runs USING INTEGER PRIMARY KEY (rowid=?)" for plan in plans)
    assert len(plans) == 3


def _plan(connection: Connection, query: str, values: dict[str, object]) -> list[str]:
    return [row[3] for row in Sql(connection)(f"EXPLAIN QUERY PLAN {query}", **values)]
