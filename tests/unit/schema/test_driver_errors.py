"""What a driver's exception means is known by its kind and its code, never by words that others use too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from myapp.errors import BadData, Cancelled, Damaged, MyappError, UsageError
from myapp.schema.driver_errors import explain, first_line, translated


def raised(action: Callable[[], object]) -> Exception:
    """Return the exception that an action ends in."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any: what it means is asked afterwards
        action()
    return caught.value


def meaning(action: Callable[[], object]) -> MyappError | None:
    """Return the error that the exception of an action means."""
    return explain(raised(action), "the file")


@pytest.fixture
def server(postgres: Callable[[], str]) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the driver."""
    return psycopg.connect(postgres().replace("+psycopg", "", 1), autocommit=True)


@pytest.mark.parametrize(
    "error",
    [
        OverflowError("integer overflow"),
        ValueError("unsupported file format"),
        ValueError("Could not decode to UTF-8 column 'a' with text 'b'"),
        LookupError("no 'idna' codec is here"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ],
    ids=repr,
)
def test_a_revisions_exception_in_a_drivers_words_is_none_of_the_drivers(error: Exception) -> None:
    assert explain(error, "the file") is None


def test_a_stored_text_that_is_none_is_damage_and_is_not_repeated() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        error = meaning(connection.execute("SELECT CAST(x'61ff' AS TEXT) AS title").fetchone)
    assert isinstance(error, Damaged)
    assert error.detail == "Could not decode to UTF-8 column 'title'"


def test_an_error_is_explained_where_a_revision_raises_it_again_without_its_cause() -> None:
    def again() -> None:
        with create_engine("sqlite://").connect() as connection:
            try:
                connection.exec_driver_sql("SELECT CAST(x'ff' AS TEXT)").all()
            except DBAPIError as error:
                raise error from None

    assert isinstance(meaning(again), Damaged)


def test_a_host_that_no_server_can_have_is_a_wrong_url() -> None:
    assert isinstance(meaning(lambda: "a..b".encode("idna")), UsageError)


@pytest.mark.parametrize(
    "words",
    ['database "x" does not exist', "bad value for x", "x cannot contain NUL", "connection failed: x"],
)
@pytest.mark.parametrize("state", ["P0001", "HV999"])
def test_what_a_trigger_says_is_not_taken_for_the_servers_own_words(
    server: psycopg.Connection[tuple[object, ...]], words: str, state: str
) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = '{state}'; END $$"
    with server:
        assert meaning(lambda: server.execute(raising)) is None


def test_a_nul_character_is_bad_data_and_a_wrong_number_of_values_a_bug(
    server: psycopg.Connection[tuple[object, ...]],
) -> None:
    with server:
        error = meaning(lambda: server.execute("SELECT %s::text", ("a\0b",)))
        assert isinstance(error, BadData)
        assert "a NUL character, which PostgreSQL cannot hold" in str(error)
        assert meaning(lambda: server.execute("SELECT %s", ("a", "b"))) is None


def test_a_cancelled_work_is_named_by_who_knew_it_first() -> None:
    for first, named in (("", "inner"), ("first", "first")):
        with pytest.raises(Cancelled) as caught, translated("outer"), translated("inner"):
            raise Cancelled(first)
        assert caught.value.subject == named


def test_an_exception_without_words_is_named_by_its_kind() -> None:
    assert first_line(KeyError()) == "KeyError"
