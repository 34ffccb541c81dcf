"""Databases on a server: URLs without passwords, a database's state and health, waiting for locks."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from myapp.application import context
from myapp.cli.messages import message
from myapp.document.server.check import check_server
from myapp.document.server.distribution import _statements
from myapp.document.server.document import (
    ServerDocument,
    create_server,
    filled_server,
    open_server,
    upgrade_server,
)
from myapp.document.server.roles import grants
from myapp.errors import (
    InUse,
    MyappError,
    NewerDocument,
    NotADocument,
    NotFound,
    SystemRefused,
    UpgradeFailed,
    UpgradeNeeded,
    UsageError,
    shown,
    without_passwords,
)
from myapp.product import METADATA
from myapp.schema import libraries
from myapp.schema.connections import create_migration_engine, exclusive, subject
from myapp.schema.migrations import Migrations
from myapp.schema.servers import connect_options, server_url, with_password
from tests.postgres import PASSWORD_ROLE

CONTEXT = context()
VERSIONS = "CREATE TABLE alembic_version (version_num text)"
NOT_VALID = """
    ALTER TABLE sources ADD CONSTRAINT fk_sources_run_id_runs
    FOREIGN KEY (run_id) REFERENCES runs (id) ON DELETE CASCADE NOT VALID
"""


@pytest.fixture
def url(postgres: Callable[[], str]) -> URL:
    """An empty database."""
    return server_url(postgres())


@pytest.fixture
def notebook(url: URL) -> URL:
    """A new notebook."""
    create_server(url, CONTEXT)
    return url


@pytest.fixture
def admin(url: URL) -> Iterator[Connection]:
    """A connection that does as it likes, each statement by itself."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


# URLs


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "POSTGRES"])
def test_every_way_to_write_postgresql_is_the_same(scheme: str) -> None:
    url = server_url(f"{scheme}://me:s%40cret@db:5433/trip?sslmode=verify-full&sslrootcert=/ca.pem")
    assert url.drivername == "postgresql+psycopg"
    assert (url.host, url.port, url.database, url.password) == ("db", 5433, "trip", "s@cret")
    assert dict(url.query) == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}
    assert subject(url) == (
        "postgresql+psycopg://me:***@db:5433/trip?sslmode=verify-full&sslrootcert=%2Fca.pem"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "mysql://me:secret@db/trip",
        "sqlite:///trip.db",
        "postgresql+asyncpg://me:secret@db/trip",
        "postgresql://me:secret/pa@ss@db/trip",
        "postgresql://me:secret/ret@db/trip",
        "postgresql://me:se@secret@db/trip",
        "postgresql://me@db/trip?password=secret@second",
        "postgresql://me@db:secret/trip",
        "postgresql://me:secret@db/trip%00s",
        "postgresql://me%00:secret@db/trip",
        "postgresql://me:secret%00@db/trip",
        "postgresql://me:secret@db/trip?host=%2Ftmp%00",
        "postgresql://me:secret@db/\udcfftrip",
        "postgresql://",
    ],
)
def test_any_other_url_is_refused_without_repeating_a_password(typed: str) -> None:
    if typed == "postgresql://":  # libpq's own defaults
        assert server_url(typed).database is None
        return
    with pytest.raises(UsageError) as caught:
        server_url(typed)
    assert "sec" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("typed", "fact"),
    [
        ("postgresql://a..b/trip", "no server can have this name"),
        (f"postgresql://{'a' * 70}/trip", "no server can have this name"),
        ("postgresql://localhost/trip?host=%FF", "no server can have this name"),
        ("postgresql://localhost/trip?connect_timeout=soon", "bad value for connect_timeout"),
        ("postgresql://localhost/trip?port=db", "this URL cannot be used"),
        ("postgresql:///trip?host=a,b,c&port=1,2", "this URL cannot be used"),
        ("postgresql://localhost/trip?nonsense=1", "invalid connection option"),
    ],
)
def test_a_url_with_which_nothing_can_be_reached_is_a_usage_error(typed: str, fact: str) -> None:
    url = server_url(typed)
    with pytest.raises(UsageError, match=fact), open_server(url, CONTEXT):
        pass
    assert with_password(url, lambda: pytest.fail("nobody demanded a password")) == url


def test_a_password_is_asked_for_only_where_the_server_demands_one(url: URL, admin: Connection) -> None:
    role = f"careful_{uuid.uuid4().hex[:8]}"
    admin.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'secret' IN ROLE {PASSWORD_ROLE}"))
    guarded = url.set(username=role, password=None)
    assert with_password(guarded, lambda: "secret") == guarded.set(password="secret")
    for free in (url, url.set(database="nowhere"), server_url("postgresql://nowhere.invalid/trip")):
        assert with_password(free, lambda: pytest.fail("nobody demanded a password")) == free


def test_what_waits_for_the_libraries_is_called_before_a_server_is_asked(url: URL) -> None:
    calls: list[str] = []
    libraries.at_first_use(lambda: calls.append("called"))
    with_password(url, str)
    assert calls == ["called"]


def test_a_password_in_the_query_is_a_password() -> None:
    url = server_url("postgresql://me@db/trip?password=secret&sslpassword=other&sslmode=require")
    assert url.password == "secret"
    assert "secret" not in subject(url) + repr(url)
    assert "other" not in subject(url)
    assert url.query["sslpassword"] == "other"


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("open postgresql://me:secret@db/trip now", "open postgresql://me:***@db/trip now"),
        ("postgresql://me:se@cr/et@db/trip", "postgresql://me:***@db/trip"),
        ("postgresql://me@db/trip?a=b&password=secret&c=d", "postgresql://me@db/trip?a=b&password=***&c=d"),
        ("postgresql://db:5432/trip", "postgresql://db:5432/trip"),
        ("me:secret@db is no URL", "me:secret@db is no URL"),
        ("a://b:c@d e://f:g@h", "a://b:***@d e://f:***@h"),
    ],
)
def test_no_text_shows_the_password_of_a_url(original: str, expected: str) -> None:
    assert without_passwords(original) == expected == shown(original)


def test_a_connection_is_given_a_limit_only_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    assert connect_options(make_url("postgresql://db"))["connect_timeout"] > 0
    assert "connect_timeout" not in connect_options(make_url("postgresql://db?connect_timeout=3"))
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "7")
    assert "connect_timeout" not in connect_options(make_url("postgresql://db"))


def test_a_server_lists_a_session_by_the_applications_name(notebook: URL) -> None:
    with open_server(notebook, CONTEXT) as document, document.reading() as connection:
        assert connection.execute(text("SHOW application_name")).scalar_one() == CONTEXT.format.name


# What a database is


def opening(url: URL) -> MyappError | None:
    """Return the error of opening, None if there is none."""
    try:
        with open_server(url, CONTEXT):
            return None
    except MyappError as error:
        return error


def test_an_empty_database_is_told_from_a_notebook(url: URL, admin: Connection) -> None:
    error = opening(url)
    assert isinstance(error, NotADocument)
    assert "`myapp new`" in message(error)
    create_server(url, CONTEXT)
    assert opening(url) is None
    with pytest.raises(SystemRefused, match="a document in it already"):
        create_server(url, CONTEXT)


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["CREATE TABLE invoices (id integer)"], "it has invoices"),
        (["CREATE VIEW v AS SELECT 1"], "it has v"),
        (["CREATE SEQUENCE s"], "it has s"),
        ([VERSIONS, "CREATE TABLE t (i int)"], "revision is none"),
        (
            [
                VERSIONS,
                "INSERT INTO alembic_version VALUES ('0003')",
            ],
            "revision is 0003",
        ),
        (
            [
                VERSIONS,
                "INSERT INTO alembic_version VALUES ('0\x1b9')",
            ],
            "revision is 0%1B9",
        ),
    ],
)
def test_another_programs_database_is_refused_and_stays_as_it_is(
    url: URL, admin: Connection, statements: list[str], words: str
) -> None:
    for statement in statements:
        admin.execute(text(statement))
    for attempt in (lambda: opening(url), lambda: _error(create_server, url, CONTEXT)):
        error = attempt()
        assert isinstance(error, NotADocument), error
        assert words in str(error)


def test_what_an_extension_brings_does_not_fill_a_database(url: URL, admin: Connection) -> None:
    admin.execute(text("CREATE TABLE theirs (id integer)"))
    admin.execute(text("ALTER EXTENSION plpgsql ADD TABLE theirs"))
    create_server(url, CONTEXT)


def test_a_newer_and_an_older_notebook_are_told(notebook: URL, admin: Connection) -> None:
    admin.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    admin.execute(text("UPDATE document SET written_by = 'myapp 0.9.1'"))
    newer = opening(notebook)
    assert isinstance(newer, NewerDocument)
    assert newer.release == "myapp 0.9.1"
    admin.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    older = opening(notebook)
    assert isinstance(older, UpgradeNeeded)
    assert "--yes" in message(older)


def test_a_notebook_that_a_role_may_not_see_is_not_taken_for_an_empty_database(
    notebook: URL, admin: Connection
) -> None:
    admin.execute(text("CREATE ROLE blind LOGIN"))
    try:
        blind = notebook.set(username="blind")
        assert "may not read the table alembic_version" in str(opening(blind))
        admin.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
        assert "may not use the schema public" in str(opening(blind))
        assert isinstance(_error(create_server, blind, CONTEXT), SystemRefused)
    finally:
        admin.execute(text("DROP OWNED BY blind"))
        admin.execute(text("DROP ROLE blind"))


def test_a_database_that_cannot_hold_every_text_gets_no_notebook(url: URL, admin: Connection) -> None:
    name = f"{url.database}_latin"
    admin.execute(
        text(f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    )
    with pytest.raises(SystemRefused, match="its encoding is LATIN1"):
        create_server(url.set(database=name), CONTEXT)


def test_an_unknown_database_is_not_found(url: URL) -> None:
    assert isinstance(opening(url.set(database="nowhere")), NotFound)


# Reading, writing, upgrading


def test_a_reader_cannot_write_and_sees_one_state(notebook: URL, admin: Connection) -> None:
    with open_server(notebook, CONTEXT) as document, document.reading() as connection:
        count = text("SELECT count(*) FROM tags")
        assert connection.execute(count).scalar_one() == 0
        admin.execute(text("INSERT INTO tags (name) VALUES ('new')"))
        assert connection.execute(count).scalar_one() == 0
        with document.driver_reading() as raw:
            assert raw.execute("SELECT count(*) FROM tags").fetchone() == (1,)
    failing = pytest.raises(SystemRefused, match="read-only")
    with failing, ServerDocument(notebook, CONTEXT).reading() as connection:
        connection.execute(text("DELETE FROM tags"))


def test_a_writer_says_which_program_wrote_last_or_nothing_happened(notebook: URL, admin: Connection) -> None:
    admin.execute(text("UPDATE document SET written_by = 'myapp 0.1.0'"))
    written = text("SELECT written_by FROM document")
    document = ServerDocument(notebook, CONTEXT)
    with pytest.raises(ZeroDivisionError), document.writing() as connection:
        _write_and_fail(connection)
    assert admin.execute(written).scalar_one() == "myapp 0.1.0"
    with document.writing() as connection:
        connection.execute(text("INSERT INTO tags (name) VALUES ('new')"))
    assert admin.execute(written).scalar_one() == CONTEXT.format.program
    assert admin.execute(text("SELECT count(*) FROM tags")).scalar_one() == 1


def test_writers_do_not_wait_for_each_other_and_an_upgrade_waits_for_them(
    notebook: URL,
) -> None:
    one, other = ServerDocument(notebook, context(0.2)), ServerDocument(notebook, context(0.2))
    with one.writing(), other.writing():
        pass
    with one.writing(), pytest.raises(InUse):
        upgrade_server(notebook, context(0.2))
    with exclusive(create_migration_engine(notebook)), pytest.raises(InUse), other.writing():
        pass


def test_a_notebook_that_was_upgraded_meanwhile_is_not_written(notebook: URL, admin: Connection) -> None:
    with open_server(notebook, CONTEXT) as document:
        admin.execute(text("UPDATE alembic_version SET version_num = '0008'"))
        with pytest.raises(NewerDocument), document.writing():
            pass


def test_an_upgrade_is_whole_or_not_at_all(url: URL, admin: Connection) -> None:
    Migrations(CONTEXT.format.migrations, url).upgrade("0003")
    admin.execute(text("CREATE TABLE sources (id integer)"))  # in the way of 0005
    assert isinstance(_error(upgrade_server, url, CONTEXT, METADATA), UpgradeFailed)
    assert Migrations(CONTEXT.format.migrations, url).current() == ("0003",)
    admin.execute(text("DROP TABLE sources"))
    admin.execute(text("ALTER TABLE runs ADD COLUMN stray text"))  # no revision knows it
    failed = _error(upgrade_server, url, CONTEXT, METADATA)
    assert "the comparison with the models failed" in str(failed)
    admin.execute(text("ALTER TABLE runs DROP COLUMN stray"))
    done = upgrade_server(url, CONTEXT, METADATA)
    assert done is not None
    assert (done.from_revision, done.to_revision, len(done.steps)) == ("0003", "0007", 4)
    assert upgrade_server(url, CONTEXT, METADATA) is None


def test_a_table_that_somebody_keeps_is_waited_for_and_no_longer(url: URL) -> None:
    """The wait holds for every lock of an upgrade, not only for the one between programs."""
    Migrations(CONTEXT.format.migrations, url).upgrade("0003")
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as other:
        other.execute(text("SELECT * FROM runs"))  # a reader that stays in its transaction
        assert isinstance(_error(upgrade_server, url, context(0.3), METADATA), InUse)
    assert upgrade_server(url, CONTEXT, METADATA) is not None


def test_of_many_that_make_a_notebook_at_once_one_does(url: URL) -> None:
    outcomes: list[object] = []

    def make() -> None:
        outcomes.append(_error(create_server, url, CONTEXT))

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "SystemRefused", "SystemRefused"]


def test_what_fills_a_database_is_whole_or_not_at_all(url: URL, admin: Connection) -> None:
    with pytest.raises(ZeroDivisionError), filled_server(url, CONTEXT) as connection:
        _write_and_fail(connection)
    assert isinstance(opening(url), NotADocument)
    with filled_server(url, CONTEXT) as connection:
        connection.execute(text("INSERT INTO tags (name) VALUES ('new')"))
    with pytest.raises(SystemRefused, match="something in it already"), filled_server(url, CONTEXT):
        pass


# Health


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        ([], []),
        (["ALTER TABLE sources DROP COLUMN size"], ["schema: ", "size"]),
        (["DROP INDEX ix_sources_sha256"], ["schema: ", "ix_sources_sha256"]),
        (
            ["ALTER TABLE sources DISABLE TRIGGER ALL", "INSERT INTO sources VALUES (1, 9, '', '', 0, 0)"],
            ["references: 1 rows of sources point to no row of runs"],
        ),
        (
            [
                "ALTER TABLE sources DROP CONSTRAINT fk_sources_run_id_runs",
                NOT_VALID,
            ],
            ["references: the reference of sources to runs was never validated"],
        ),
    ],
)
def test_check_finds_what_is_wrong_and_writes_nothing(
    notebook: URL, admin: Connection, statements: list[str], words: list[str]
) -> None:
    for statement in statements:
        admin.execute(text(statement))
    health = check_server(notebook, CONTEXT, METADATA)
    assert health.state == ("damaged" if words else "head")
    assert [word for word in words if word not in "\n".join(health.damage)] == []
    assert "schema" in health.checks
    assert any("pg_amcheck" in note for note in health.notes)


def test_check_says_of_an_older_notebook_what_it_does_not_compare(url: URL) -> None:
    Migrations(CONTEXT.format.migrations, url).upgrade("0003")
    health = check_server(url, CONTEXT, METADATA)
    assert (health.state, health.damage) == ("older", [])
    assert "schema" not in health.checks
    assert any("not compared" in note for note in health.notes)


# Roles


def test_grants_name_every_table_and_cover_those_that_come(notebook: URL, admin: Connection) -> None:
    admin.execute(text('CREATE ROLE "Anna B%"'))
    try:
        lines = grants(notebook, CONTEXT, ["Anna B%"], [])
        every = admin.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars()
        assert all(any(f"public.{table}" in line for line in lines) for table in every)
        assert any(line.startswith("ALTER DEFAULT PRIVILEGES") for line in lines)
        assert all('"Anna B%"' in line for line in lines)
        assert not any("INSERT" in line or "SEQUENCE" in line for line in lines)
        written = grants(notebook, CONTEXT, [], ["Anna B%"])
        assert not any("INSERT" in line and "alembic_version" in line for line in written)
        with pytest.raises(NotFound, match="nobody"):
            grants(notebook, CONTEXT, ["nobody"], [])
    finally:
        admin.execute(text('DROP ROLE "Anna B%"'))


def _write_and_fail(connection: Connection) -> None:
    connection.execute(text("INSERT INTO tags (name) VALUES ('new')"))
    raise ZeroDivisionError


def _error(call: Callable[..., object], *arguments: object) -> MyappError | None:
    try:
        call(*arguments)
    except MyappError as error:
        return error
    return None


def test_a_table_of_any_name_is_spread_after_its_triggers_are_dropped(postgres: Callable[[], str]) -> None:
    with psycopg.connect(postgres().replace("+psycopg", "", 1)) as connection:
        connection.execute(
            'CREATE TABLE "Odd table" (id int); CREATE FUNCTION idle() RETURNS trigger'
            " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
        connection.execute('CREATE TRIGGER "It\'s" AFTER INSERT ON "Odd table" EXECUTE FUNCTION idle()')
        drop, spread = list(_statements(connection, {"Odd table": "id"}, ("Odd table",)))
        connection.execute(*drop)
        assert connection.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal").fetchone() == (0,)
        with pytest.raises(psycopg.errors.UndefinedFunction, match=r"create_distributed_table\(regclass"):
            connection.execute(*spread)
