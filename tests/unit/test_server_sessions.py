"""A server's numbers, times and texts are the same whatever its role, database, URL or environment set."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

from myapp.application import context
from myapp.document.server.document import create_server, open_server
from myapp.errors import InUse
from myapp.schema.connections import create_migration_engine
from myapp.schema.servers import server_url

WRONG = {
    "extra_float_digits": "-15",
    "DateStyle": "German, DMY",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kathmandu",
    "bytea_output": "escape",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "quote_all_identifiers": "on",
    "gin_fuzzy_search_limit": "1",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "synchronous_commit": "off",
    "statement_timeout": "9s",
    "lock_timeout": "9s",
    "idle_in_transaction_session_timeout": "9s",
    "idle_session_timeout": "9s",
    "transaction_timeout": "9s",
}
RIGHT = {
    "extra_float_digits": "3",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "gin_fuzzy_search_limit": "0",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "synchronous_commit": "on",
    "statement_timeout": "0",
    "lock_timeout": "7s",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "transaction_timeout": "0",
}
ALL = "SELECT name, current_setting(name) FROM unnest(:names ::text[]) AS name"
PLACES = ["role", "database", "url", "environment"]


@pytest.fixture
def url(postgres: Callable[[], str]) -> URL:
    """An empty database."""
    return server_url(postgres())


@pytest.fixture
def admin(url: URL) -> Iterator[Connection]:
    """A connection that does as it likes, each statement by itself."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
        for role in connection.info.pop("roles", ()):
            connection.execute(text(f"DROP OWNED BY {role} CASCADE"))
            connection.execute(text(f"DROP ROLE {role}"))


def _set_wrong(
    place: str, url: URL, admin: Connection, patch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> URL:
    """Set every setting wrong in one place and return the URL of who meets them."""
    options = " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in wrong.items())
    if place == "environment":
        patch.setenv("PGOPTIONS", options)
        patch.setenv("PGCLIENTENCODING", "LATIN1")
    if place == "url":
        encoding = {"client_encoding": "latin1"} if "client_encoding" in wrong else {}
        return url.update_query_dict({"options": options, **encoding})
    role = f"strange_{uuid.uuid4().hex}"
    admin.execute(text(f"CREATE ROLE {role} LOGIN SUPERUSER"))
    admin.info.setdefault("roles", []).append(role)
    subject = {"role": f"ROLE {role}", "database": f'DATABASE "{url.database}"'}.get(place)
    for name, value in wrong.items() if subject else ():
        admin.execute(text(f"ALTER {subject} SET {name} = '{value}'"))
    return url.set(username=role)


@pytest.mark.parametrize("place", PLACES)
def test_every_session_of_a_notebook_sets_what_it_reads_and_writes_by(
    url: URL, admin: Connection, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = _set_wrong(place, url, admin, monkeypatch, WRONG)
    create_server(strange, context(7))
    with open_server(strange, context(7)) as document, document.reading() as connection:
        rows = connection.execute(text(ALL), {"names": list(RIGHT)}).all()
        assert {row.name: row.current_setting for row in rows} == RIGHT
        number = connection.execute(text("SELECT 0.1::float8 + 0.2::float8, '\\x00ff'::bytea")).one()
        assert (number[0], bytes(number[1])) == (0.1 + 0.2, b"\x00\xff")
    exact = "COPY (SELECT 0.1::float8 + 0.2::float8) TO STDOUT"
    with open_server(strange, context(7)) as document, document.driver_reading() as raw:
        with raw.cursor().copy(exact) as lines:
            copied = [float(row[0]) for row in lines.rows()]
        assert copied == [0.1 + 0.2]


@pytest.mark.parametrize("place", PLACES)
def test_a_literal_means_the_same_in_every_session(
    url: URL, admin: Connection, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy writes literals by what a new connection says of its strings."""
    strange = _set_wrong(place, url, admin, monkeypatch, {"standard_conforming_strings": "off"})
    with create_migration_engine(strange).connect() as connection:
        assert connection.execute(text("SELECT 'a\\b'")).scalar_one() == "a\\b"
        assert connection.dialect._backslash_escapes is False  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", PLACES)
def test_a_notebooks_tables_are_those_of_one_schema(
    url: URL, admin: Connection, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function of another schema cannot take the place of the server's own."""
    admin.execute(text("CREATE SCHEMA lab"))
    admin.execute(text("CREATE SCHEMA other"))
    admin.execute(text("CREATE FUNCTION other.count(int) RETURNS int RETURN 7"))
    admin.execute(text("CREATE FUNCTION other.lower(text) RETURNS text RETURN 'taken'"))
    admin.execute(text("CREATE FUNCTION other.current_schema() RETURNS name RETURN 'taken'"))
    path = {"search_path": "lab,other,pg_catalog"}
    strange = _set_wrong(place, url, admin, monkeypatch, {})
    if place in ("role", "database"):
        subject = f"ROLE {strange.username}" if place == "role" else f'DATABASE "{url.database}"'
        admin.execute(text(f"ALTER {subject} SET search_path = lab, other, pg_catalog"))
    else:
        strange = _set_wrong(place, url, admin, monkeypatch, path)
    create_server(strange, context())
    with open_server(strange, context()) as document, document.reading() as connection:
        assert connection.execute(text("SHOW search_path")).scalar_one() == "lab"
        assert connection.dialect.default_schema_name == "lab"
        assert connection.execute(text("SELECT lower('AB'::text)")).scalar_one() == "ab"
        admin.execute(text("CREATE TABLE other.stray (id int)"))
        assert connection.execute(text("SELECT to_regclass('stray')")).scalar_one() is None


def test_a_reader_waits_for_a_lock_no_longer_than_was_said(url: URL) -> None:
    create_server(url, context())
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as other:
        other.execute(text("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(InUse), open_server(url, context(0.2)) as document, document.reading() as reader:
            reader.execute(text("SELECT count(*) FROM runs"))
