"""`check` of a notebook on a server finds what `copy` to a file would refuse, and nothing that it takes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, create_engine, insert, text
from sqlalchemy.pool import NullPool

from myapp.application import context
from myapp.document.check import Health
from myapp.document.derive import filled
from myapp.document.server import rows
from myapp.document.server.check import check_server
from myapp.document.server.document import create_server, open_server
from myapp.document.server.roles import run_grants
from myapp.errors import BadData, Damaged, SystemRefused
from myapp.notebook.copying.digest import WHOLE
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.models import metadata
from myapp.product import METADATA
from myapp.schema.migrations import Migrations
from myapp.schema.servers import server_url
from tests.unit.notebook.test_transfer import FULL, ROWS

CONTEXT = context()
RUN = "INSERT INTO runs VALUES (1, 'first', 0, NULL)"
CHANNEL = "INSERT INTO channels VALUES (1, 'x', '')"
UNIQUE = "UPDATE pg_index SET indisunique = {} WHERE indexrelid = 'uq_tags_name'::regclass"

REFUSED = {
    "a NaN": (
        [RUN, CHANNEL, "INSERT INTO readings VALUES (1, 1, -5, 'NaN'), (1, 1, 6, 0)"],
        "values: 1 rows of readings have NaN as value (run_id 1, channel_id 1, time -5)",
    ),
    "a missing title": (
        [
            "ALTER TABLE runs ALTER COLUMN title DROP NOT NULL",
            "INSERT INTO runs VALUES (7, NULL, 0, NULL)",
            "ALTER TABLE runs ADD CONSTRAINT titled NOT NULL title NOT VALID",
        ],
        "values: 1 rows of runs have no title (id 7)",
    ),
    "the same tag twice, hidden by an index": (
        [
            UNIQUE.format("false"),
            "INSERT INTO tags VALUES (1, 'wet'), (2, 'wet'), (3, 'dry')",
            UNIQUE.format("true"),
        ],
        "keys: 1 keys (name) of tags are there more than once (such as wet)",
    ),
    "a reading of no run": (
        [CHANNEL, "ALTER TABLE readings DISABLE TRIGGER ALL", "INSERT INTO readings VALUES (9, 1, 0, 0)"],
        "references: 1 rows of readings point to no row of runs",
    ),
}
"""What a copy refuses: the statements that bring it about, and the finding."""


@pytest.fixture
def url(postgres: Callable[[], str]) -> URL:
    """A new notebook."""
    url = server_url(postgres())
    create_server(url, CONTEXT)
    return url


@pytest.fixture
def admin(url: URL) -> Iterator[Connection]:
    """A connection that does as it likes, each statement by itself."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


def checked(url: URL) -> Health:
    """Return the health of a notebook."""
    return check_server(url, CONTEXT, METADATA)


def copied(url: URL, path: Path) -> None:
    """Copy a notebook into a new file, as the command does."""
    with (
        open_server(url, CONTEXT) as document,
        document.reading() as source,
        filled(path, CONTEXT) as target,
    ):
        transfer(source, target, WHOLE)


@pytest.mark.parametrize("case", REFUSED)
def test_check_finds_what_a_copy_to_a_file_refuses(
    url: URL, admin: Connection, tmp_path: Path, case: str
) -> None:
    statements, finding = REFUSED[case]
    for statement in statements:
        admin.execute(text(statement))
    health = checked(url)
    assert health.state == "damaged"
    assert finding in health.damage
    with pytest.raises(BadData):
        copied(url, tmp_path / "copy.myapp")
    assert list(tmp_path.iterdir()) == []


def test_check_finds_nothing_in_what_a_copy_takes(url: URL, admin: Connection, tmp_path: Path) -> None:
    """Infinite values, times of any year, every text, large contents."""
    for name in FULL:
        admin.execute(insert(metadata.tables[name]), ROWS[name])
    assert checked(url).damage == []
    copied(url, tmp_path / "copy.myapp")


def test_check_finds_a_text_that_is_no_utf8_where_a_database_takes_every_byte(
    admin: Connection, url: URL, tmp_path: Path
) -> None:
    name = f"ascii_{uuid.uuid4().hex}"
    admin.execute(text(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"))
    url = url.set(database=name)
    Migrations(CONTEXT.format.migrations, url).upgrade()
    engine = create_engine(url.update_query_dict({"client_encoding": "latin1"}), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO tags VALUES (1, 'plain')"))
    assert checked(url).damage == []
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO tags VALUES (2, E'na\\xefve')")
    (finding,) = checked(url).damage
    assert finding.startswith("reading: tags cannot be read: invalid byte sequence for encoding")
    with pytest.raises(SystemRefused, match="invalid byte sequence"):
        copied(url, tmp_path / "copy.myapp")


def test_check_finds_a_value_that_is_too_long_for_a_file(
    url: URL, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rows._longest_value() == 1_000_000_000
    monkeypatch.setattr(rows, "_longest_value", lambda: 100)
    admin.execute(
        text("INSERT INTO runs VALUES (1, repeat('ü', 50), 0, NULL), (2, repeat('ü', 51), 0, NULL)")
    )
    assert checked(url).damage == ["values: 1 rows of runs have a title too long for a file (id 2)"]


def test_a_page_that_the_server_cannot_read_is_damage_and_no_bug(
    url: URL, admin: Connection, tmp_path: Path
) -> None:
    """The server's error is raised by a policy, which runs for each row that another role reads."""
    role = f"reader_{uuid.uuid4().hex}"
    admin.execute(text(f"CREATE ROLE {role} LOGIN"))
    list(run_grants(url, CONTEXT, [role], []))
    for statement in (
        """CREATE FUNCTION unreadable() RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'invalid page in block 3' USING ERRCODE = 'XX001'; END $$""",
        "INSERT INTO tags VALUES (1, 'wet')",
        "ALTER TABLE tags ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY unreadable ON tags USING (unreadable())",
    ):
        admin.execute(text(statement))
    url = url.set(username=role)
    with pytest.raises(Damaged, match=r"invalid page in block 3.*ask who keeps the server"):
        copied(url, tmp_path / "copy.myapp")
    (finding,) = checked(url).damage
    assert finding.startswith("reading: tags cannot be read: invalid page in block 3")


@pytest.mark.filterwarnings("ignore:Can't validate argument:sqlalchemy.exc.SAWarning")  # of Alembic's
@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (
            ["ALTER TABLE runs ADD CONSTRAINT titled CHECK (title <> 'x') NOT VALID"],
            "constraints: the constraint titled of runs was never validated",
        ),
        (
            ["ALTER TABLE sources DISABLE TRIGGER ALL"],
            "constraints: the foreign keys of sources are switched off: ENABLE TRIGGER ALL",
        ),
    ],
)
def test_check_finds_constraints_that_promise_nothing(
    url: URL, admin: Connection, statements: list[str], finding: str
) -> None:
    for statement in statements:
        admin.execute(text(statement))
    assert finding in checked(url).damage


def test_the_values_of_an_older_notebook_are_checked_too(postgres: Callable[[], str]) -> None:
    url = server_url(postgres())
    Migrations(CONTEXT.format.migrations, url).upgrade("0003")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (RUN, CHANNEL, "INSERT INTO readings VALUES (5, 1, 1, 0, 'NaN')"):
            connection.execute(text(statement))
    (finding,) = checked(url).damage
    assert finding.startswith("values: 1 rows of readings have NaN as value")
