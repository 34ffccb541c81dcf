"""The shapes of statements that a server which spreads a notebook over several needs, held on one server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

import myapp
from myapp.application import context
from myapp.document.server.document import ServerDocument
from myapp.notebook import attachments, editing
from myapp.notebook.export import Export
from myapp.notebook.importing import import_csv
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.selection import Part, Selection, resolve
from myapp.notebook.sql import Sql

ROWS = [f"2024-01-01 00:00:{second:02d},{second},{second / 7}" for second in range(60)]


@pytest.fixture
def document(postgres: Callable[[], str]) -> ServerDocument:
    """A notebook on a server."""
    url = postgres()
    myapp.create(url)
    return ServerDocument(make_url(url), context())


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are executed."""
    executed: list[str] = []
    execute = Sql.__call__

    def noted(self: Sql, statement: str, /, **values: object) -> object:
        executed.append(" ".join(statement.split()))
        return execute(self, statement, **values)

    monkeypatch.setattr(Sql, "__call__", noted)
    return executed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A CSV file of two channels."""
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["time,a,b", *ROWS, ""]), encoding="utf-8")
    return path


def test_no_row_has_a_subquery_of_its_own(
    document: ServerDocument, statements: list[str], file: Path
) -> None:
    with document.driver_writing() as connection:
        import_csv(connection, file)
        part = resolve(connection, Selection(channels=("a",), tags=(), start=0))
        conditions = part.conditions("postgresql").values()
        assert list(Export(connection, 1).csv())[1].startswith("2024-01-01T00:00:00Z,0.0,")
        editing.tag(connection, 1, ["x"])
        editing.untag(connection, 1, ["x"])
    assert not [text for text in (*statements, *conditions) if "EXISTS (" in text]
    assert "EXISTS (" in Part((1,), (1,), 0, None).channels("sqlite")  # where it is the quicker way


def test_an_attachment_is_inserted_by_a_query(
    document: ServerDocument, statements: list[str], file: Path
) -> None:
    with document.driver_writing() as connection:
        import_csv(connection, file)
        attachments.attach(connection, 1, file)
    (insert,) = [text for text in statements if text.startswith("INSERT INTO attachments")]
    assert insert.startswith("INSERT INTO attachments (run_id, name, sha256, size, added_at, content) SELECT")


def test_what_two_imports_share_is_locked_only_where_it_changes(
    document: ServerDocument, statements: list[str], file: Path
) -> None:
    """A channel that is there is not inserted again, and the start of a run in order is written once."""
    for number in (1, 2):
        with document.driver_writing() as connection:
            assert import_csv(connection, file, again=True).run_id == number
    assert len([text for text in statements if text.startswith("INSERT INTO channels")]) == 2
    assert not [text for text in statements if text.startswith("UPDATE runs")]


def test_the_start_of_a_run_whose_file_goes_back_in_time_is_that_of_its_first_reading(
    document: ServerDocument, tmp_path: Path
) -> None:
    file = tmp_path / "back.csv"
    late = [f"2024-01-02 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},{n},1" for n in range(60_000)]
    file.write_text("\n".join(["time,a,b", *late, *ROWS, ""]), encoding="utf-8")
    with document.driver_writing() as connection:
        result = import_csv(connection, file)
        assert Sql(connection).value("SELECT started_at FROM runs") == result.started_at
    assert result.started_at == 1_704_067_200_000_000


SPREADING = """
    CREATE FUNCTION refuse_double() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM readings r WHERE r.run_id = new.run_id
                   AND r.channel_id = new.channel_id AND r.time = new.time) THEN
            RAISE EXCEPTION 'duplicate key' USING ERRCODE = 'XX000';
        END IF;
        RETURN new;
    END $$;
    CREATE TRIGGER refuse_double BEFORE INSERT ON readings FOR EACH ROW EXECUTE FUNCTION refuse_double()
"""
"""A server of several reports a double within COPY as an internal error, as this trigger does."""


@pytest.mark.parametrize("fault", ["skip", "refuse"])
def test_a_double_that_is_reported_as_an_internal_error_is_named_by_its_line(
    document: ServerDocument, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("\n".join(["time,a,b", *ROWS, ROWS[30], ""]), encoding="utf-8")
    with document.driver_writing() as connection:
        connection.execute(SPREADING)
    faults: list[str] = []
    options = ImportOptions(on_error=fault)  # type: ignore[arg-type]
    try:
        with document.driver_writing() as connection:
            done = import_csv(connection, file, options, report=lambda each: faults.append(str(each)))
            assert (done.readings, done.faults) == (120, 2)
    except myapp.errors.BadData as error:
        faults.append(str(error))
    assert "line 62, column 2: a second reading of a at the time of another" in faults[0]


def test_an_internal_error_that_is_no_double_stays_what_it_is(
    document: ServerDocument, tmp_path: Path
) -> None:
    import psycopg

    file = tmp_path / "twice.csv"
    file.write_text("\n".join(["time,a,b", *ROWS, "2024-01-01 00:00:20.5,1,2", ""]), encoding="utf-8")
    with document.driver_writing() as connection:
        connection.execute(SPREADING.replace("IF EXISTS", "IF NOT EXISTS"))
    with pytest.raises(psycopg.InternalError), document.driver_writing() as connection:
        import_csv(connection, file)
