"""Every exception of a revision, env.py, Alembic or a driver is one of this program's, with its cause."""

from __future__ import annotations

import io
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

import psycopg
import pytest
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Column, Integer, MetaData, Table, create_engine, inspect, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from myapp.cli.progress_bar import ProgressBar
from myapp.errors import BrokenInstallation, InUse, MyappError, NotFound, UpgradeFailed, UsageError
from myapp.schema import stock
from myapp.schema.advisory_lock import ADVISORY_LOCK
from myapp.schema.config import ENVIRONMENT, MigrationUnderWay
from myapp.schema.connections import create_migration_engine, exclusive
from myapp.schema.failures import OwnConnection
from myapp.schema.migrations import Migrations, Step
from tests.migration_folders import BARE_ENV, ENV, FAILING, FOUR, STOCK_ENV, TABLE, add, write
from tests.program import ROOT

AUTOCOMMIT_BLOCK = "\n    with op.get_context().autocommit_block():\n        op.execute('SELECT 1')"
BODIES = {
    "{}['stars']": "KeyError: 'stars'",
    "None + 1": "TypeError",
    "raise RuntimeError('out of order')": "out of order",
    "assert False": "AssertionError",
    "import nothing_of_the_sort": "ModuleNotFoundError",
    "raise SystemExit(3)": "SystemExit: 3",
    "op.no_such_operation()": "AttributeError",
    "from sqlalchemy.exc import MissingGreenlet; raise MissingGreenlet('x')": "run_sync",
    AUTOCOMMIT_BLOCK: "autocommit_block() would end the transaction",
}


def failure(action: Callable[[], object]) -> MyappError:
    """Return the error of this program that an action ends in."""
    with pytest.raises(MyappError) as caught:
        action()
    return caught.value


@pytest.mark.parametrize("env", [ENV, BARE_ENV], ids=["our env.py", "another env.py"])
@pytest.mark.parametrize("body", BODIES)
def test_an_exception_of_a_revision_is_an_upgrade_that_failed(tmp_path: Path, body: str, env: str) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": body}, env)
    error = failure(Migrations(folder, tmp_path / "a.db").upgrade)
    assert isinstance(error, UpgradeFailed)
    assert BODIES[body] in str(error)
    assert "0002" in str(error)
    assert error.__cause__ is not None
    assert Migrations(folder, tmp_path / "a.db").current() == ()


UNIQUE = "\n    op.execute('CREATE UNIQUE INDEX u ON a (id % 2)')"
REFUSED = "from alembic.util import CommandError; raise CommandError('time is no time')"


@pytest.mark.parametrize("body", [UNIQUE, REFUSED])
def test_content_that_a_revision_or_the_database_refuses_is_told_from_a_broken_revision(
    tmp_path: Path, body: str
) -> None:
    fill = f"{TABLE}; op.execute('INSERT INTO a VALUES (1), (3)')"
    error = failure(
        Migrations(write(tmp_path / "m", {"0001": fill, "0002": body}), tmp_path / "a.db").upgrade
    )
    assert isinstance(error, UpgradeFailed)
    assert error.of_content


@pytest.mark.parametrize("body", [*BODIES, "op.execute('SELECT * FROM nowhere')"])
@pytest.mark.parametrize("place", ["revision", "env.py"])
def test_a_broken_revision_or_env_py_is_not_blamed_on_the_content(
    tmp_path: Path, body: str, place: str
) -> None:
    env = ENV if place == "revision" else f"from alembic import op\n{body.strip()}\n{ENV}"
    folder = write(tmp_path / "m", {"0001": body if place == "revision" else "pass"}, env)
    error = failure(Migrations(folder, tmp_path / "a.db").upgrade)
    assert isinstance(error, UpgradeFailed)
    assert not error.of_content


@pytest.mark.parametrize(
    "body", ["{}['x']", "raise SystemExit", "def (", "import nothing_of_the_sort", "pass"]
)
@pytest.mark.parametrize("action", ["upgrade", "current", "compare", "sql"])
def test_an_exception_of_env_py_is_this_programs_too(tmp_path: Path, body: str, action: str) -> None:
    folder = write(tmp_path / "migrations", FOUR, body)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE t (i)")
    migrations = Migrations(folder, tmp_path / "a.db")
    actions: dict[str, Callable[[], object]] = {
        "upgrade": migrations.upgrade,
        "current": migrations.current,
        "compare": migrations.compare,
        "sql": lambda: migrations.sql(io.StringIO()),
    }
    if body == "pass" and action == "sql":
        return  # it writes nothing, as it says
    assert "env.py" in str(failure(actions[action]))


def test_revisions_that_cannot_be_read_are_a_broken_installation(tmp_path: Path) -> None:
    lost = tmp_path / "lost"
    add(lost, "0002", "0001")
    (lost / "env.py").write_text(ENV, encoding="utf-8")
    wrong = write(tmp_path / "wrong", {"0001": "def ("})
    for folder, word in ((lost, "0001"), (wrong, "SyntaxError")):
        for action in ("heads", "history", "upgrade"):
            with pytest.warns(UserWarning, match="not present") if folder is lost else _nothing():
                error = failure(getattr(Migrations(folder, tmp_path / "a.db"), action))
            assert isinstance(error, BrokenInstallation)
            assert word in str(error)


FAULTS = {
    "assert False": "AssertionError",
    "None + 1": "TypeError: unsupported operand",
    "raise ValueError(\"argument: 'engine_name'\")": "argument",
    "\n    def autocommit_block():\n        raise ValueError('mine')\n    autocommit_block()": "mine",
    "raise KeyError": "KeyError",
}


@pytest.mark.parametrize("body", FAULTS)
def test_a_revisions_fault_is_told_by_its_name_once_and_with_no_remedy_for_another(
    tmp_path: Path, body: str
) -> None:
    error = str(failure(Migrations(write(tmp_path / "m", {"0001": body}), tmp_path / "a.db").upgrade))
    assert f"failed: revision 0001: {FAULTS[body]}" in error
    assert "KeyError: KeyError" not in error
    assert not [each for each in REMEDIES if each in error]


REMEDIES = ("autocommit_block() would", "several databases", "connection of its own", "only after a commit")


@pytest.mark.parametrize("body", ["raise RuntimeError('mine')", "import asyncio\nasyncio.run(5)"])
def test_a_fault_of_env_py_beside_its_connection_is_told_as_it_is(tmp_path: Path, body: str) -> None:
    folder = write(tmp_path / "m", FOUR, f"{body}\n{ENV}")
    error = str(failure(Migrations(folder, tmp_path / "a.db").upgrade))
    assert "env.py, line" in error
    assert "connection of its own" not in error


def test_an_engine_that_a_revision_makes_in_vain_is_not_blamed_on_env_py(tmp_path: Path) -> None:
    folder = write(tmp_path / "m", {"0001": "sa.create_engine('none')"}, BARE_ENV)
    url = make_url(f"sqlite:///{tmp_path / 'a.db'}")
    error = str(failure(lambda: stock.main(["upgrade", "head"], folder, url=url)))
    assert "0001_revision.py, line" in error
    assert "connection of its own" not in error


def test_an_env_py_that_is_given_no_connection_is_not_told_to_use_one(tmp_path: Path) -> None:
    """As it writes SQL."""
    folder = write(
        tmp_path / "m", FOUR, f"from sqlalchemy import create_engine\ncreate_engine('none')\n{ENV}"
    )
    error = str(failure(lambda: Migrations(folder, tmp_path / "a.db").sql(io.StringIO())))
    assert "env.py, line 2" in error
    assert "connection of its own" not in error


def test_an_env_py_with_a_connection_of_its_own_is_told_the_lines_with_a_reason_or_without() -> None:
    assert "the one that it is given: let it be the two lines" in str(OwnConnection("m"))
    assert "the one that it is given (why): let it be the two lines" in str(OwnConnection("m", "why"))


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    "database",
    [
        5,
        None,
        sqlite3,
        "mysql://me:secret@host/d",
        "no-such://me:secret@host/d",
        "x://[me:secret",
    ],
)
def test_what_is_no_database_is_refused_in_words(tmp_path: Path, database: object) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    error = failure(lambda: Migrations(folder, database).upgrade())  # type: ignore[arg-type]
    assert isinstance(error, UsageError)
    assert "secret" not in str(error)


class _OtherDialect(SQLiteDialect_pysqlite):
    """A database that is neither SQLite nor PostgreSQL to this program and to Alembic."""

    name = "other"
    supports_statement_cache = True


class _OtherImpl(DefaultImpl):
    __dialect__ = "other"
    transactional_ddl = False


def test_another_database_is_migrated_and_no_promise_is_made_that_it_cannot_keep(tmp_path: Path) -> None:
    registry.register("other", __name__, "_OtherDialect")
    folder = write(tmp_path / "migrations", {"0001": TABLE, "0002": FAILING})
    url = f"other:///{tmp_path / 'a.db'}"
    assert len(Migrations(folder, url).upgrade("0001")) == 1
    error = failure(Migrations(folder, url).upgrade)
    assert "may be changed in part" in str(error)


# The names of revisions


def names(steps: list[Step]) -> list[str]:
    """Return the steps as text."""
    return [str(step).partition(" (")[0] for step in steps]


@pytest.mark.parametrize(
    ("start", "action", "target", "expected"),
    [
        ("base", "upgrade", "+1", ["upgrade 0001"]),
        ("0002", "upgrade", "+2", ["upgrade 0003", "upgrade 0004"]),
        ("0001", "upgrade", "0001+1", ["upgrade 0002"]),
        ("0001", "upgrade", "0003-1", ["upgrade 0002"]),
        ("0004", "downgrade", "-1", ["downgrade 0004"]),
        ("0004", "downgrade", "0003-1", ["downgrade 0004", "downgrade 0003"]),
        ("0004", "downgrade", "0001+1", ["downgrade 0004", "downgrade 0003"]),
        ("0004", "upgrade", "0002", []),
        ("0002", "upgrade", "+9", NotFound),
        ("0002", "downgrade", "-9", NotFound),
        ("0002", "downgrade", "+1", NotFound),
        ("0002", "upgrade", "0099", NotFound),
        ("0002", "upgrade", "0099+1", NotFound),
        ("0002", "downgrade", "0004", UsageError),
    ],
)
def test_relative_revisions_are_those_of_alembic(
    tmp_path: Path, start: str, action: str, target: str, expected: list[str] | type[MyappError]
) -> None:
    migrations = Migrations(write(tmp_path / "migrations", FOUR), tmp_path / "a.db")
    if start != "base":
        migrations.upgrade(start)
    change: Callable[[str], list[Step]] = getattr(migrations, action)
    if isinstance(expected, list):
        assert names(change(target)) == expected
    else:
        with pytest.raises(expected):
            change(target)


def test_an_unknown_revision_makes_no_file(tmp_path: Path) -> None:
    migrations = Migrations(write(tmp_path / "migrations", FOUR), tmp_path / "a.db")
    for target in ("0099", "0099+1", "nowhere@+1"):
        assert isinstance(failure(lambda target=target: migrations.upgrade(target)), NotFound)  # type: ignore[misc]
    assert not (tmp_path / "a.db").exists()


def test_branches_are_named_and_multiple_heads_are_said_as_that(tmp_path: Path) -> None:
    folder = write(tmp_path / "migrations", {"0001": TABLE})
    add(folder, "aa", "0001", label="left")
    add(folder, "bb", "0001", label="right")
    migrations = Migrations(folder, tmp_path / "a.db")
    for action in (migrations.upgrade, migrations.plan, migrations.stamp):
        error = failure(lambda action=action: action("head"))  # type: ignore[misc]
        assert isinstance(error, UsageError)
        assert "multiple heads (aa, bb)" in str(error)
    assert names(migrations.upgrade("left@+1")) == ["upgrade 0001"]
    assert names(migrations.upgrade("left@+1")) == ["upgrade aa"]
    assert names(migrations.upgrade("heads")) == ["upgrade bb"]
    assert isinstance(failure(lambda: migrations.upgrade("+1")), MyappError)
    assert names(migrations.downgrade("left@-1")) == ["downgrade aa"]


def test_a_stamp_names_the_revision_that_it_wrote(tmp_path: Path) -> None:
    migrations = Migrations(write(tmp_path / "migrations", FOUR), tmp_path / "a.db")
    assert names(migrations.stamp("0004")) == ["stamp 0004"]
    assert names(migrations.stamp("0002")) == ["stamp 0002"]
    assert names(migrations.stamp("base")) == ["stamp base"]


# Other applications' env.py


def test_an_env_py_may_name_its_version_table(tmp_path: Path, database: URL) -> None:
    env = "from myapp.schema.environment import run\nrun(version_table='mine')\n"
    migrations = Migrations(write(tmp_path / "migrations", FOUR, env), database)
    assert len(migrations.upgrade("0002")) == 2
    assert (migrations.current(), names(migrations.plan())) == (("0002",), ["upgrade 0003", "upgrade 0004"])
    assert names(migrations.downgrade("-1")) == ["downgrade 0002"]
    assert len(migrations.upgrade()) == 3
    assert migrations.upgrade() == []


@pytest.mark.parametrize("env", [ENV, BARE_ENV, STOCK_ENV], ids=["ours", "bare", "stock"])
def test_an_upgrade_that_moved_the_version_returns_its_steps_whatever_env_py_does(
    tmp_path: Path, postgres: Callable[[], str], env: str
) -> None:
    announced: list[int] = []
    folder = write(tmp_path / "migrations", FOUR, env.replace(".connect()", ".begin()"))
    migrations = Migrations(folder, postgres(), on_step=lambda _steps, index: announced.append(index))
    assert names(migrations.upgrade()) == [f"upgrade {name}" for name in FOUR]
    assert (announced, migrations.current()) == ([0, 1, 2, 3], ("0004",))
    assert migrations.upgrade() == []


def test_an_env_py_with_a_connection_of_its_own_is_told_what_to_do(tmp_path: Path) -> None:
    env = STOCK_ENV.replace("(url,", "(url, connect_args={'timeout': 0},")
    folder = write(tmp_path / "migrations", FOUR, env)
    error = failure(Migrations(folder, tmp_path / "a.db").upgrade)
    assert isinstance(error, UpgradeFailed)
    assert "connection of its own" in str(error)
    assert "from myapp.schema.environment import run" in str(error)


def test_an_env_py_that_fails_after_its_own_commit_is_not_called_unchanged(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    env = STOCK_ENV.replace(".connect()", ".begin()") + "raise KeyError('late')\n"
    migrations = Migrations(write(tmp_path / "migrations", FOUR, env), postgres())
    assert "may be changed in part" in str(failure(migrations.upgrade))


@pytest.mark.parametrize("body", ["op.get_bind().commit()", "op.execute('COMMIT')"])
def test_a_revision_that_commits_on_a_server_is_not_called_unchanged(
    tmp_path: Path, postgres: Callable[[], str], body: str
) -> None:
    migrations = Migrations(write(tmp_path / "migrations", {"0001": TABLE, "0002": body}), postgres())
    error = str(failure(migrations.upgrade))
    assert "may be changed in part" in error
    assert "a revision ended the transaction by itself" in error


def test_a_new_value_of_an_enum_is_explained(tmp_path: Path, postgres: Callable[[], str]) -> None:
    revisions = {
        "0001": "op.execute(\"CREATE TYPE mood AS ENUM ('good')\")",
        "0002": "op.execute(\"ALTER TYPE mood ADD VALUE 'better'\")",
        "0003": "op.execute(\"SELECT 'better'::mood\")",
    }
    migrations = Migrations(write(tmp_path / "migrations", revisions), postgres())
    migrations.upgrade("0001")
    error = failure(migrations.upgrade)
    assert isinstance(error, UpgradeFailed)
    assert "only after a commit" in str(error)
    assert len(migrations.upgrade("0002")) == len(migrations.upgrade()) == 1


@pytest.mark.parametrize("query", ["?uri=true", "?mode=ro&uri=true"])
def test_a_file_may_be_named_by_sqlites_own_uri(tmp_path: Path, query: str) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    path = tmp_path / "a b.db"
    url = f"sqlite:///file:{str(path).replace(' ', '%20')}{query}"
    assert Migrations(folder, url).current() == ()
    assert not path.exists()
    Migrations(folder, path).upgrade()
    assert Migrations(folder, url).current() == ("0004",)
    assert Migrations(folder, url).subject == str(path)


# The stock command line


def test_alembics_init_makes_a_whole_folder_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = write(tmp_path / "own", FOUR)
    stock.main(["init", "new"], own, output=io.StringIO())
    assert sorted(each.name for each in Path("new").iterdir()) == [
        "README",
        "env.py",
        "script.py.mako",
        "versions",
    ]
    assert (tmp_path / "alembic.ini").exists()
    for words in (["init", "new"], ["init", "-t", "none", "x"], ["-c", "missing/a.ini", "init", "y"]):
        assert isinstance(failure(lambda words=words: stock.main(words, own)), UpgradeFailed)  # type: ignore[misc]
    assert sorted(each.name for each in Path().iterdir()) == ["alembic.ini", "new", "own"]


def test_alembics_templates_are_listed_where_no_migrations_are(tmp_path: Path) -> None:
    output = io.StringIO()
    stock.main(["list_templates"], tmp_path / "none", url=make_url("sqlite://"), output=output)
    assert "generic" in output.getvalue()


def test_alembics_init_writes_the_settings_where_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stock.main(["-c", "mine.toml", "init", "-t", "pyproject", "new"], write(tmp_path / "own", FOUR))
    assert (tmp_path / "mine.toml").exists()
    assert not (tmp_path / "pyproject.toml").exists()


@pytest.mark.parametrize(
    "words", [["init", "new"], ["revision", "-m", "new"], ["merge", "heads"], ["edit", "head"]]
)
def test_what_writes_migrations_is_refused_where_they_are_not_to_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = write(tmp_path / "own", FOUR)
    files = sorted(tmp_path.rglob("*"))
    error = failure(lambda: stock.main(words, own, prog="shelf alembic", may_write=False))
    assert isinstance(error, UsageError)
    assert f"shelf alembic {words[0]} writes" in str(error)
    assert "checkout" in str(error)
    assert sorted(tmp_path.rglob("*")) == files
    stock.main(["-x", f"dbPath={tmp_path / 'a.db'}", "upgrade", "head"], own, may_write=False)
    assert Migrations(own, tmp_path / "a.db").current() == ("0004",)


@pytest.mark.parametrize("words", [["heads"], ["branches"], ["history"], ["show", "0002"]])
def test_what_needs_no_database_reads_none(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    stock.main(["-x", f"dbPath={tmp_path / 'a.db'}", *words], write(tmp_path / "own", FOUR))


def test_the_stock_command_without_a_word_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        stock.main([], write(tmp_path / "own", FOUR))
    assert "too few arguments" in capsys.readouterr().err


def test_the_stock_command_fails_with_alembics_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = write(tmp_path / "own", FOUR)
    error = failure(lambda: stock.main(["-x", f"dbPath={tmp_path / 'a.db'}", "upgrade", "0999"], own))
    assert "Can't locate revision identified by '0999'" in str(error)
    assert capsys.readouterr() == ("", "")


def test_settings_of_other_migrations_are_refused_not_ignored(tmp_path: Path) -> None:
    own = write(tmp_path / "own", FOUR)
    for words in (["-c", "other.ini", "current"], ["-n", "other", "current"]):
        error = failure(lambda words=words: stock.main(words, own))  # type: ignore[misc]
        assert isinstance(error, UsageError)
        assert "-c and -n" in str(error)


@pytest.mark.parametrize("env", ["{}['x']", "raise SystemExit(0)"])
def test_an_exception_in_the_stock_command_is_ours_or_raw_where_that_was_asked(
    tmp_path: Path, env: str
) -> None:
    own = write(tmp_path / "own", FOUR, env)
    assert "env.py, line 1" in str(failure(lambda: stock.main(["upgrade", "head"], own)))
    with pytest.raises((KeyError, SystemExit)):
        stock.main(["--raiseerr", "upgrade", "head"], own)


def test_an_error_of_this_programs_is_raised_where_there_is_no_original(tmp_path: Path) -> None:
    own = write(tmp_path / "own", {})
    assert isinstance(failure(lambda: stock.main(["--raiseerr", "upgrade", "head"], own)), BrokenInstallation)


# In use, and turns


def test_in_use_says_who_and_how_long_as_it_was(tmp_path: Path) -> None:
    folder, path = write(tmp_path / "migrations", FOUR), tmp_path / "a.db"
    script = f"""import sqlite3
connection = sqlite3.connect({str(path)!r}, isolation_level=None)
connection.execute('BEGIN EXCLUSIVE')
print(flush=True)
input()"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        for action in (
            Migrations(folder, path, wait=0.2).upgrade,
            Migrations(folder, path, wait=0.2).current,
        ):
            error = failure(action)
            assert isinstance(error, InUse)
            assert "in use by another program (waited 0.2 s)" in str(error)
        other.kill()
    with closing(sqlite3.connect(path, isolation_level=None)) as mine:
        mine.execute("BEGIN EXCLUSIVE")
        error = failure(Migrations(folder, path, wait=0.2).upgrade)
        assert "in use by this program itself" in str(error) or not sys.platform.startswith("linux")


def test_a_wait_says_who_holds_a_database_as_far_as_that_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.db"
    wait = ProgressBar("upgrading", f"{path}", 3).waiting
    wait()
    assert capsys.readouterr().err == f"myapp: {path} is in use: waiting up to 3 s\n"
    with closing(sqlite3.connect(path, isolation_level=None)) as mine:
        mine.execute("BEGIN EXCLUSIVE")
        wait()
    if sys.platform.startswith("linux"):
        assert "is in use by this program itself: waiting up to 3 s" in capsys.readouterr().err


def test_a_deadlock_on_a_server_is_no_wait_and_ones_own_upgrade_no_other_program(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    url = make_url(postgres())
    folder = write(tmp_path / "migrations", FOUR)
    with exclusive(create_migration_engine(url)):
        error = str(failure(Migrations(folder, url, wait=0.2).upgrade))
    assert "by this program itself (waited 0.2 s)" in error
    raising = "\n    op.execute(\"DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$\")"
    error = str(failure(Migrations(write(tmp_path / "m", {"0001": raising}), url).upgrade))
    assert (
        "since it and another program's waited for each other: try again, nothing of it was written" in error
    )


def test_a_migration_within_a_migration_of_the_same_thread_is_refused_in_words(tmp_path: Path) -> None:
    """As of two coroutines on one event loop: the second would take the first one's place in Alembic."""
    folder = write(tmp_path / "migrations", FOUR)
    errors: list[MyappError] = []

    def begin_another(_steps: object, _index: int) -> None:
        other = Migrations(folder, tmp_path / "b.db")
        words = ["-x", f"dbPath={tmp_path / 'b.db'}", "upgrade", "head"]
        actions = (other.upgrade, lambda: other.sql(io.StringIO()), lambda: stock.main(words, folder))
        errors.extend(map(failure, actions))

    assert len(Migrations(folder, tmp_path / "a.db", on_step=begin_another).upgrade()) == 4
    assert {(type(error), getattr(error, "own", None)) for error in errors} == {(MigrationUnderWay, True)}
    assert "await that one first" in str(errors[0])
    assert not (tmp_path / "b.db").exists()
    assert len(Migrations(folder, tmp_path / "b.db").upgrade()) == 4


def test_a_locked_database_does_not_make_the_upgrade_of_another_wait(tmp_path: Path) -> None:
    folder, path = write(tmp_path / "migrations", FOUR), tmp_path / "held.db"
    waits, results = threading.Event(), []
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        held = Migrations(folder, path, wait=60, on_wait=waits.set)
        thread = threading.Thread(target=lambda: results.append(held.upgrade()))
        thread.start()
        assert waits.wait(30)
        assert len(Migrations(folder, tmp_path / "free.db").upgrade()) == 4
        assert not results
        holder.execute("COMMIT")
        thread.join()
    assert len(results[0]) == 4


@pytest.mark.parametrize("words", [["upgrade", "head"], ["current"], ["check"], ["history", "-i"]])
def test_a_stock_command_that_waits_for_a_database_lets_other_threads_migrate(
    tmp_path: Path, words: list[str]
) -> None:
    folder, path = write(tmp_path / "migrations", FOUR), tmp_path / "held.db"
    Migrations(folder, path).upgrade()
    waits, ended = threading.Event(), threading.Event()

    def command() -> None:
        options = {"metadata": "tests.second_application.models:metadata", "output": io.StringIO()}
        with suppress(UpgradeFailed):  # `check` finds a difference
            stock.main(["-x", f"dbPath={path}", *words], folder, on_wait=waits.set, **options)
        ended.set()

    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        thread = threading.Thread(target=command)
        thread.start()
        assert waits.wait(30)
        assert len(Migrations(folder, tmp_path / "free.db").upgrade()) == 4
        assert not ended.is_set()
        holder.execute("COMMIT")
        thread.join()
    assert ended.is_set()


@pytest.mark.parametrize(
    "words", [["history", "-i"], ["history", "-r", "base:current"], ["current"], ["check"]]
)
@pytest.mark.parametrize("present", [True, False])
def test_a_stock_command_that_reads_makes_no_version_table(
    tmp_path: Path, database: URL, words: list[str], present: bool
) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    engine = create_migration_engine(database)
    if present:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER)")
    name = database.render_as_string(hide_password=False)
    refused = pytest.raises(UpgradeFailed) if words == ["check"] else nullcontext()
    with refused:
        stock.main(["-x", f"url={name}", *words], folder, output=io.StringIO())
    assert present or not database.database or not Path(database.database).exists()
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["theirs"][:present]


def test_a_file_that_is_not_there_is_compared_as_an_empty_database_and_not_made(tmp_path: Path) -> None:
    folder = write(tmp_path / "migrations", FOUR)
    metadata = MetaData()
    Table("theirs", metadata, Column("id", Integer))
    migrations = Migrations(folder, tmp_path / "a.db", metadata=metadata)
    assert [difference[0] for difference in migrations.compare()] == ["add_table"]
    assert (migrations.current(), len(migrations.plan()), list(tmp_path.iterdir())) == ((), 4, [folder])
    assert len(migrations.upgrade()) == 4
    assert migrations.current() == ("0004",)


def test_the_wait_for_another_threads_migration_ends_when_a_statement_says_so(tmp_path: Path) -> None:
    """A stop token listens to statements."""
    folder = write(tmp_path / "migrations", FOUR)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with ENVIRONMENT.entered("another"):
            entered.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    entered.wait()

    def stop() -> None:
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt), ENVIRONMENT.entered(str(folder), stop):
            pass
    finally:
        leave.set()
        thread.join()


def test_an_upgrade_that_waits_for_a_server_can_be_given_up(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    url = make_url(postgres())
    folder = write(tmp_path / "migrations", FOUR)
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(False)) as holder:
        holder.execute(f"SELECT pg_advisory_xact_lock_shared({ADVISORY_LOCK})")
        calls = iter((None, KeyboardInterrupt()))

        def on_wait() -> None:
            if (error := next(calls)) is not None:
                raise error

        with pytest.raises(KeyboardInterrupt):
            Migrations(folder, url, wait=60, on_wait=on_wait).upgrade()
        _interrupt_a_process(folder, url, holder)
    assert len(Migrations(folder, url).upgrade()) == 4


def _interrupt_a_process(folder: Path, url: URL, holder: psycopg.Connection[tuple[object, ...]]) -> None:
    """Send Ctrl-C to a program that waits for the lock; it ends, and so does its session."""
    script = "import sys; from myapp.schema.migrations import Migrations; Migrations(*sys.argv[1:]).upgrade()"
    command = [sys.executable, "-c", script, str(folder), url.render_as_string(False)]
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    waiting = f"{locks} AND objid = {ADVISORY_LOCK}"
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        while holder.execute(waiting).fetchone() != (1,):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _output, message = process.communicate(timeout=60)
    assert message.rstrip().endswith(b"KeyboardInterrupt")
    while holder.execute(waiting).fetchone() != (0,):
        time.sleep(0.02)


def test_what_run_calls_raises_its_own_exceptions(tmp_path: Path) -> None:
    def fail(_context: MigrationContext) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Migrations(write(tmp_path / "migrations", FOUR), create_engine("sqlite://")).run(fail)
