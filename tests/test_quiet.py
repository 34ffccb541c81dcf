"""What drivers, libraries and Python itself write to stderr reaches no screen: an error is one line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.program import Program

DATA = Path(__file__).resolve().parent / "data"
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell and /dev/full")

NewDatabase = Callable[[], str]

COMMANDS = {
    "runs": ("runs {full}", "runs"),
    "check": ("check {full}", "readings"),
    "copy to a file": ("copy {full} new.myapp", "attachments"),
    "copy from a file": ("copy old.myapp {empty}", "readings"),
    "import": ("import {full} weather.csv", "sources"),
    "upgrade": ("upgrade {old} --yes", "readings"),
    "alembic": ("alembic -x url={old} upgrade head", "readings"),
}
"""A command line, and the table at which it waits for another session when its own session is ended."""

MIDDLES = {
    "copy to a file, the digest": ("copy {full} new.myapp", "readings", "COPY%", "time > 0"),
    "copy to a file, the readings": ("copy {full} new.myapp", "readings", "FETCH%", "time > 0"),
    "copy to a file, a content": ("copy {full} new.myapp", "attachments", "SELECT substring%", "id > 1"),
}
"""A command line, and the table, the beginning of a statement and the rows within which its session ends."""

HOOKS = """
import atexit, gc, logging, sys, threading, warnings
from myapp.__main__ import run

class Failing:
    def __del__(self):
        raise ValueError("in a destructor")

def at_exit():
    logging.getLogger("psycopg").warning("in a driver")
    warnings.warn("in a library")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    failing = Failing()

atexit.register(at_exit)
sys.argv[0] = "myapp"
run()
"""


@pytest.fixture(scope="module")
def prepared(forked: Program, tmp_path_factory: pytest.TempPathFactory, documents: Path) -> Path:
    """A folder with a document and a file to import."""
    folder = tmp_path_factory.mktemp("prepared")
    (folder / "weather.csv").write_bytes((DATA / "seattle-weather.csv").read_bytes())
    forked.run("new", folder / "old.myapp", check=True)
    forked.run("import", folder / "old.myapp", DATA / "co2.csv", check=True)
    forked.run("attach", folder / "old.myapp", "1", folder / "weather.csv", check=True)
    return folder


def command_line(words: str, prepared: Path, forked: Program, postgres: NewDatabase) -> tuple[list[str], str]:
    """Return the words, files and databases in their places, and the URL of the one that is waited for."""
    places, locked = {}, ""
    for name in ("full", "empty", "old"):
        if f"{{{name}}}" in words:
            places[name] = url = postgres()
            locked = locked or url
            steps = {"full": ["copy", f"{prepared / 'old.myapp'}", url], "empty": ["new", url]}
            forked.run(*steps.get(name, ["schema", "upgrade", url, "0003"]), check=True)
    return [word.format(**places) for word in words.split()], locked


@contextmanager
def holding(url: str, table: str) -> Iterator[Callable[[], None]]:
    """Hold a table; give what ends the session that waits for it."""
    with psycopg.connect(url.replace("+psycopg", "")) as holder:
        holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        waiting = f"SELECT pid FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"
        yield lambda: end_sessions(holder, waiting)


def end_sessions(connection: psycopg.Connection, query: str, once: str = "") -> None:
    """End the sessions whose processes a query names, once it or another query names one."""
    deadline = time.monotonic() + 60
    while connection.execute(once or query).fetchone() is None:
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({query}) AS sessions")


def demand_one_line(started: Program, line: list[str], folder: Path, end: Callable[[], None]) -> None:
    """Run a command whose session `end` ends: it says so in one line, and leaves no file."""
    before = sorted(folder.iterdir())
    process = subprocess.Popen(
        [*started.command, *line],
        cwd=folder,
        env=started.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    end()
    _output, said = process.communicate(timeout=60)
    assert (process.returncode, said.count("\n")) == (8, 1), said
    assert "terminating connection" in said or "connection is lost" in said
    assert sorted(folder.iterdir()) == before


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder."""
    return Path(shutil.copytree(prepared, tmp_path / "folder"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_server_that_ends_a_session_is_one_line_whatever_the_driver_says(
    started: Program, forked: Program, postgres: NewDatabase, folder: Path, name: str
) -> None:
    words, table = COMMANDS[name]
    line, url = command_line(words, folder, forked, postgres)
    with holding(url, table) as end:
        demand_one_line(started, line, folder, end)


@pytest.mark.parametrize("name", MIDDLES)
def test_a_session_that_ends_within_a_statement_is_one_line_too(
    started: Program, forked: Program, postgres: NewDatabase, folder: Path, name: str
) -> None:
    """The statement waits within: a policy for the command's role sleeps at a row."""
    words, table, statement, rows = MIDDLES[name]
    line, url = command_line(words, folder, forked, postgres)
    role = f"slow_{uuid.uuid4().hex}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN")
        forked.run("schema", "grant", url, "--reader", role, check=True)
        admin.execute(
            "INSERT INTO attachments (run_id, name, sha256, size, added_at, content) "
            "SELECT 1, n || '.bin', '', 1, 0, 'x' FROM generate_series(1, 200) AS n"
        )
        admin.execute(
            "CREATE FUNCTION waits() RETURNS boolean LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(300); RETURN true; END $$"
        )
        admin.execute(
            f"CREATE POLICY slow ON {table} USING "
            f"(NOT (current_query() LIKE '{statement}' AND {rows}) OR waits())"
        )
        admin.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        sleeping = f"SELECT pid FROM pg_stat_activity WHERE usename = '{role}' AND wait_event = 'PgSleep'"
        line = [word.replace(url, url.replace("//postgres:", f"//{role}:")) for word in line]
        demand_one_line(started, line, folder, lambda: end_sessions(admin, sleeping))


@pytest.mark.parametrize("table", ["readings", "attachments"])
def test_a_server_that_ends_all_sessions_of_a_copy_is_one_line_too(
    started: Program, forked: Program, postgres: NewDatabase, folder: Path, table: str
) -> None:
    """The target waits in a trigger, the source within what it sends: the driver logs what it cannot end."""
    line, source = command_line("copy {full} {empty}", folder, forked, postgres)
    with psycopg.connect(source.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(
            "INSERT INTO readings SELECT 1, 1, 9e15::bigint + n, n FROM generate_series(1, 60000) AS n"
        )
        admin.execute(
            "INSERT INTO attachments (run_id, name, sha256, size, added_at, content) "
            "SELECT 1, n || '.bin', '', 1, 0, convert_to(repeat('x', 1000000), 'UTF8') "
            "FROM generate_series(1, 5) AS n"
        )
    with psycopg.connect(line[2].replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(
            "CREATE FUNCTION waits() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(300); RETURN new; END $$"
        )
        admin.execute(f"CREATE TRIGGER slow BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION waits()")
        names = [psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", ""))["dbname"] for url in line[1:]]
        ours = f"application_name = 'myapp' AND datname = ANY (ARRAY{names})"
        asleep = f"SELECT pid FROM pg_stat_activity WHERE {ours} AND wait_event = 'PgSleep'"
        every = f"SELECT pid FROM pg_stat_activity WHERE {ours} ORDER BY wait_event = 'PgSleep'"
        demand_one_line(started, line, folder, lambda: end_sessions(admin, every, once=asleep))


@posix
def test_a_driver_that_logs_to_a_full_screen_changes_no_exit_code(
    started: Program, forked: Program, postgres: NewDatabase, prepared: Path, tmp_path: Path
) -> None:
    words, table = COMMANDS["copy to a file"]
    line, url = command_line(words, prepared, forked, postgres)
    with holding(url, table) as end:
        command = ["/bin/sh", "-c", 'exec "$@" 2>/dev/full', "sh", *started.command, *line]
        process = subprocess.Popen(command, cwd=tmp_path, env=started.environment())
        end()
        assert process.wait(timeout=60) == 8


def test_what_python_and_libraries_print_by_themselves_is_not_shown(
    started: Program, prepared: Path, tmp_path: Path
) -> None:
    script = tmp_path / "hooks.py"
    script.write_text(HOOKS, encoding="utf-8")
    words = ["schema", "current", os.fspath(prepared / "old.myapp")]  # runs and the like use no library
    done = started.script(script, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0007\n"
    if started.target == "source":
        python, *rest = started.script_command
        command = [python, "-X", "dev", *rest, os.fspath(script), *words]
        shown = subprocess.run(
            command, env=started.environment(), capture_output=True, encoding="utf-8", check=True
        )
        for each in ("in a driver", "in a library", "ZeroDivisionError", "in a destructor"):
            assert each in shown.stderr


def test_a_program_that_uses_the_library_keeps_what_it_has_set_up(
    started: Program, prepared: Path, tmp_path: Path
) -> None:
    script = tmp_path / "library.py"
    script.write_text(
        "import logging, sys, threading, myapp\n"
        "with myapp.open(sys.argv[1]) as notebook:\n"
        "    notebook.runs(myapp.Selection(text='co2'))\n"
        "assert logging.lastResort is not None\n"
        "assert threading.excepthook is threading.__excepthook__\n"
        "assert sys.unraisablehook is sys.__unraisablehook__\n",
        encoding="utf-8",
    )
    done = started.script(script, prepared / "old.myapp")
    assert (done.returncode, done.stderr) == (0, "")
