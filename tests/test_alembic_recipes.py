"""Every recipe for running Alembic inside a program works, the same on every target."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url

from tests.postgres import PASSWORD_ROLE
from tests.program import ROOT, WINDOWS, Program

SCRIPTS = Path(__file__).resolve().parent / "scripts"
NewDatabase = Callable[[], str]

AWKWARD = [
    "with space", "100%", "p%20q", "a#b", "what?x=1", "you&me", "it's", 'say "hi"', "größe-测量-🌡",
    "semi;colon", "a=b,c", "-dash", "new\nline",
]  # fmt: skip
if sys.platform == "win32":
    AWKWARD = [name for name in AWKWARD if not set(name) & set('?"\n')]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Make URLs of empty databases of one backend."""
    if request.param == "postgresql":
        made: NewDatabase = request.getfixturevalue("postgres")
        return made
    numbers = iter(range(1000))
    return lambda: f"sqlite:///{tmp_path / f'{next(numbers)}.db'}"


@pytest.fixture
def url(new_url: NewDatabase) -> str:
    """The URL of an empty database."""
    return new_url()


def revision_of(path: Path) -> list[tuple[str]]:
    """Read a SQLite file's version table, without the program."""
    assert path.is_file()
    with closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


def current(program: Program, url: str) -> list[str]:
    """Ask the program for a database's revision."""
    revisions: list[str] = json.loads(program.run("schema", "current", url, "--json", check=True).stdout)
    return revisions


def script(program: Program, name: str, *args: str | Path) -> dict[str, object]:
    """Run one of the scripts inside the target and return the JSON that it printed."""
    done = program.script(SCRIPTS / name, *args)
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


# 1. alembic.config.main


def test_alembic_config_main_upgrades_in_process(program: Program, url: str, tmp_path: Path) -> None:
    done = program.script(SCRIPTS / "stock_main.py", tmp_path / "my 100%.ini", url)
    assert (done.returncode, done.stderr) == (0, "")
    assert current(program, url) == ["0007"]


def test_the_whole_stock_command_line_is_there(program: Program, url: str) -> None:
    def run(*words: str) -> str:
        return program.run("alembic", "-x", f"url={url}", *words, check=True).stdout

    run("--raiseerr", "upgrade", "0003")
    assert run("current").startswith("0003")
    for words in (["upgrade", "+1"], ["downgrade", "0002"], ["upgrade", "head"], ["stamp", "0007"]):
        run(*words)
    assert "No new upgrade operations" in run("check")
    assert "0007 (head)" in run("current", "-v")
    assert "Path:" in run("history", "-v")
    assert "0005_sources" in run("show", "0005")
    assert (run("heads"), run("branches")) == ("0007 (head)\n", "")


def test_the_stock_command_line_writes_sql_instead_where_asked(program: Program) -> None:
    words = ["-x", "url=postgresql+psycopg://", "upgrade", "head", "--sql"]
    sql = program.run("alembic", *words, check=True).stdout
    assert "TSVECTOR" in sql.upper()
    assert "UPDATE alembic_version SET version_num='0007'" in sql


def test_the_commands_that_write_revisions_are_refused_where_nothing_can_be_written(program: Program) -> None:
    if program.target == "source":
        return  # a checkout can be written; `test_revisions_are_written…` holds that
    refused = program.run("alembic", "revision", "-m", "new")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "checkout" in refused.stderr


def test_a_failing_stock_command_is_one_line(program: Program, tmp_path: Path) -> None:
    failed = program.run("alembic", "-x", f"dbPath={tmp_path / 'a.db'}", "upgrade", "0999")
    assert (failed.returncode, failed.stderr.count("\n")) == (7, 1)


# 2. -x dbPath, -x url


@pytest.mark.parametrize("name", AWKWARD)
def test_db_path_is_a_file_of_exactly_that_name(program: Program, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.db"
    program.run("alembic", "-x", f"dbPath={path}", "upgrade", "head", check=True)
    assert revision_of(path) == [("0007",)]
    assert list(tmp_path.iterdir()) == [path]


def test_db_path_may_be_relative(program: Program, tmp_path: Path) -> None:
    program.run("alembic", "-x", "dbPath=here.db", "upgrade", "head", cwd=tmp_path, check=True)
    assert revision_of(tmp_path / "here.db") == [("0007",)]


@pytest.mark.skipif(WINDOWS, reason="Windows gives links to few, and paths of 260 letters to most")
def test_db_path_may_be_linked_or_very_long(program: Program, tmp_path: Path) -> None:
    (tmp_path / "real.db").touch()
    (tmp_path / "link.db").symlink_to("real.db")
    program.run("alembic", "-x", f"dbPath={tmp_path / 'link.db'}", "upgrade", "head", check=True)
    assert revision_of(tmp_path / "real.db") == [("0007",)]
    long = tmp_path.joinpath(*["d" * 60] * 5) / ("f" * 60)  # SQLite itself takes 512 bytes
    long.parent.mkdir(parents=True)
    program.run("alembic", "-x", f"dbPath={long}", "upgrade", "head", check=True)
    assert revision_of(long) == [("0007",)]


def test_the_stock_executable_works_in_a_checkout_from_any_folder(program: Program, tmp_path: Path) -> None:
    if program.target != "source":
        return
    alembic = [sys.executable, "-c", "from alembic.config import main; main()"]
    upgrade = ["-x", f"dbPath={tmp_path / 'a b.db'}", "upgrade", "head"]
    subprocess.run([*alembic, *upgrade], cwd=ROOT, check=True, capture_output=True)
    assert revision_of(tmp_path / "a b.db") == [("0007",)]
    config = ["-c", os.fspath(ROOT / "pyproject.toml")]
    upgrade[1] = f"dbPath={tmp_path / 'c.db'}"
    subprocess.run([*alembic, *config, *upgrade], cwd=tmp_path, check=True, capture_output=True)
    assert revision_of(tmp_path / "c.db") == [("0007",)]
    check = [*alembic, *config, "-x", f"dbPath={tmp_path / 'c.db'}", "check"]
    assert b"No new" in subprocess.run(check, cwd=tmp_path, check=True, capture_output=True).stdout


# 3. run_migrations(script_location, dsn)


def test_run_migrations_upgrades_and_leaves_the_process_as_it_was(program: Program, url: str) -> None:
    result = script(program, "run_migrations.py", "shipped", url)
    assert result["changed"] == []
    assert len(result["steps"]) == 7  # type: ignore[arg-type]
    assert current(program, url) == ["0007"]
    assert script(program, "run_migrations.py", "shipped", url)["steps"] == []


@pytest.mark.parametrize("name", AWKWARD)
def test_run_migrations_takes_a_file_in_any_place(program: Program, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    script(program, "run_migrations.py", "shipped", folder / f"{name}.db")
    assert revision_of(folder / f"{name}.db") == [("0007",)]
    assert list(folder.iterdir()) == [folder / f"{name}.db"]


@pytest.mark.parametrize("content", ["missing", "empty", "no versions"])
def test_a_migrations_folder_without_revisions_is_an_error(
    program: Program, tmp_path: Path, url: str, content: str
) -> None:
    location = tmp_path / "migrations"
    if content != "missing":
        location.mkdir()
    if content == "no versions":
        (location / "env.py").write_text("raise AssertionError", encoding="utf-8")
    done = program.script(SCRIPTS / "run_migrations.py", location, url)
    assert done.returncode != 0
    assert "there are no " in done.stderr
    assert current(program, url) == []


def test_a_password_may_hold_what_urls_escape(program: Program, postgres: NewDatabase) -> None:
    url = make_url(postgres())
    role, password = f"careful_{uuid.uuid4().hex[:8]}", "p%40ss@w:o/r?d#% "
    _create_role(url, role, password)
    dsn = url.set(username=role, password=password).render_as_string(hide_password=False)
    assert len(script(program, "run_migrations.py", "shipped", dsn)["steps"]) == 7  # type: ignore[arg-type]
    assert current(program, dsn) == ["0007"]
    assert program.run("alembic", "-x", f"url={dsn}", "current", check=True).stdout.startswith("0007")
    wrong = url.set(username=role, password=password.strip()).render_as_string(hide_password=False)
    refused = program.run("schema", "current", wrong)
    assert (refused.returncode, refused.stderr.count("\n")) == (8, 1)
    assert password.strip() not in refused.stderr


def test_a_password_is_never_shown(program: Program) -> None:
    url = "postgresql+psycopg://me:secret%40@localhost:1/none?connect_timeout=2"
    failed = program.run("schema", "current", url)
    assert (failed.returncode, failed.stderr.count("\n")) == (8, 1)
    assert "secret" not in failed.stderr


# 4. step by step


def test_every_step_returns_values(program: Program, url: str) -> None:
    assert script(program, "step_by_step.py", url) == {
        "current at first": [],
        "heads": ["0007"],
        "bases": ["0001"],
        "branches": [],
        "history": ["0001", "0002", "0003", "0004", "0005", "0006", "0007"],
        "part of history": ["0002", "0003", "0004"],
        "message": "channels",
        "plan": ["0001", "0002", "0003"],
        "upgraded": [
            "upgrade 0001 (runs and readings)",
            "upgrade 0002 (channels)",
            "upgrade 0003 (times in UTC, notes, tags)",
        ],
        "current": ["0003"],
        "compare finds differences": True,
        "rest of plan": ["0004", "0005", "0006", "0007"],
        "downgraded": ["downgrade 0003 (times in UTC, notes, tags)", "downgrade 0002 (channels)"],
        "nothing left": [],
        "compare at head": [],
        "produce at head": True,
        "losses": {},
        "unknown revision": "NotFound",
        "relative": ["downgrade 0007 (overview of readings)"],
        "stamped": ["stamp 0007 (overview of readings)"],
        "stamped back": ["stamp 0005 (sources and attachments)"],
        "sql up": True,
        "sql down": True,
        "inside the caller's transaction": ["0004"],
        "after its commit": ["0004"],
        "objects": [True, True, True, ["0004"]],
    }


def test_revisions_are_written_and_merged_where_the_folder_can_be(
    program: Program, tmp_path: Path, url: str
) -> None:
    assert script(program, "write_revisions.py", tmp_path / "migrations", url) == {
        "file": "0008_places.py",
        "creates": True,
        "differences after": [],
        "heads": ["0008", "0009"],
        "branches": ["0007"],
        "merged": ["0008", "0009"],
        "is_merge_point": True,
        "head": ["0010"],
        "other": ["0007"],
    }


def test_threads_take_turns(program: Program, tmp_path: Path) -> None:
    revisions: object = script(program, "threads.py", tmp_path)
    assert revisions == [["0003"]] * 8


# 5. create_all and stamp


def test_create_all_and_stamp_equals_the_migrations(program: Program, new_url: NewDatabase) -> None:
    result = script(program, "create_all.py", new_url(), new_url())
    assert result["differences"] == []
    assert int(str(result["objects"])) > 20


# the same by the program's own commands


def test_schema_commands_work_on_any_database(program: Program, url: str) -> None:
    def run(*words: str) -> str:
        return program.run("schema", *words, check=True).stdout

    assert run("plan", url).count("\n") == 8
    assert run("upgrade", url, "0004").count("upgrade") == 4
    assert current(program, url) == ["0004"]
    assert run("downgrade", url, "0002", "--yes") == (
        "downgrade 0004 (readings by key, runs with a start)\ndowngrade 0003 (times in UTC, notes, tags)\n"
    )
    assert run("upgrade", url, "--yes").count("upgrade") == 5
    assert run("compare", url) == ""
    assert program.run("schema", "stamp", url, "0005", "--yes").returncode == 7
    assert current(program, url) == ["0007"]
    _forget_revision(url)
    assert run("stamp", url, "0007", "--yes") == "stamp 0007 (overview of readings)\n"
    assert current(program, url) == ["0007"]
    listed = [line.split("\t")[0] for line in run("history").splitlines()[1:]]
    assert listed == ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
    assert (run("heads"), run("branches").count("\n")) == ("0007\n", 1)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_schema_sql_prints_what_an_upgrade_would_run(program: Program, dialect: str, tmp_path: Path) -> None:
    sql = program.run("schema", "sql", "--for", dialect, check=True).stdout
    assert sql.count("CREATE TABLE") >= 9
    assert ("PRAGMA user_version = 6" in sql) == (dialect == "sqlite")
    down = ["--down", "--from", "0007", "--to", "0004"]
    sql = program.run("schema", "sql", "--for", dialect, *down, check=True).stdout
    assert "DROP TABLE attachments" in sql


def test_the_sql_for_sqlite_makes_the_same_schema_when_it_is_run(program: Program, tmp_path: Path) -> None:
    sql = program.run("schema", "sql", check=True).stdout
    program.run("new", tmp_path / "new.myapp", check=True)
    schemas = []
    for name in ("new.myapp", "by-hand.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            if name == "by-hand.db":
                connection.executescript(sql)
            query = "SELECT type, name, sql FROM sqlite_master WHERE sql <> '' ORDER BY type, name"
            schemas.append(connection.execute(query).fetchall())
    assert [row[:2] for row in schemas[0]] == [row[:2] for row in schemas[1]]


def test_a_lossy_downgrade_is_refused_until_each_loss_is_named(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "trip.myapp"
    program.run("new", path, check=True)
    program.run("import", path, ROOT / "tests" / "data" / "co2.csv", check=True)
    before = path.read_bytes()
    refused = program.run("schema", "downgrade", path, "0004")
    assert (refused.returncode, refused.stderr.count("\n")) == (7, 1)
    assert "1 sources" in refused.stderr
    assert "--lose 0005" in refused.stderr
    assert path.read_bytes() == before
    stock = program.run("alembic", "-x", f"dbPath={path}", "downgrade", "0004")
    assert stock.returncode == 7
    program.run("alembic", "-x", f"dbPath={path}", "-x", "lose=0005", "downgrade", "0004", check=True)
    assert revision_of(path) == [("0004",)]
    assert path.read_bytes()[60:64] == (4).to_bytes(4, "big")
    program.run("schema", "upgrade", path, check=True)
    program.run("schema", "downgrade", path, "0004", check=True)


def _forget_revision(url: str) -> None:
    """Empty the version table, as of a database that `create_all` made."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")


def _create_role(url: URL, role: str, password: str) -> None:
    """Make a role that owns a database on the test server and must connect with a password."""
    with create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        secret = password.replace("%", "%%")
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD '{secret}' IN ROLE {PASSWORD_ROLE}")
        connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" OWNER TO {role}')
        connection.exec_driver_sql(f"ALTER SCHEMA public OWNER TO {role}")
