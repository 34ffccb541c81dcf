"""A notebook on a PostgreSQL server, by URL: the same commands as on a file, and what a server adds."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgres import PASSWORD_ROLE
from tests.program import Program
from tests.tls import certificate, proxy

DATA = Path(__file__).resolve().parent / "data"
SECRET = "s3cret/pa@ss"
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")

NewDatabase = Callable[[], str]
Place = Callable[[str], str]


@pytest.fixture(params=["file", "server"])
def notebook_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a notebook can be made: each call returns a document's path or an empty database's URL."""
    if request.param == "file":
        return lambda name: str(tmp_path / f"{name}.myapp")
    postgres: NewDatabase = request.getfixturevalue("postgres")
    return lambda _name: postgres()


@pytest.fixture
def database(program: Program, postgres: NewDatabase) -> str:
    """The URL of a notebook with one run in it, on a server."""
    url = postgres()
    program.run("new", url, check=True)
    program.run("import", url, DATA / "co2.csv", check=True)
    return url


@pytest.fixture
def old(postgres: NewDatabase, program: Program, documents: Path) -> str:
    """The URL of a notebook of revision 0003, which holds what the kept document of 0003 does."""
    url = postgres()
    program.run("schema", "upgrade", url, "0003", check=True)
    with closing(sqlite3.connect(documents / "0003.myapp")) as document, connected(url) as server:
        for table in ("document", "runs", "channels", "readings", "tags", "run_tags"):
            found = document.execute(f"SELECT * FROM {table}")
            names = ", ".join(column[0] for column in found.description)
            with server.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in found:
                    copy.write_row(row)
        for table in ("runs", "channels", "tags"):
            server.execute(f"SELECT setval('{table}_id_seq', max(id)) FROM {table}")
    return url


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        yield connection


def tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return sorted(row[0] for row in found)


def refused(program: Program, code: int, *arguments: str | os.PathLike[str], **options: object) -> str:
    """Demand that a command ends with a code and one line, and return that line."""
    done = program.run(*arguments, **options)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done
    assert "Traceback" not in done.stderr
    return done.stderr


# The same on both


def test_a_notebook_is_the_same_wherever_it_is(program: Program, notebook_place: Place) -> None:
    place = notebook_place("trip")
    assert refused(program, 3, "runs", place)
    made = program.run("new", place, check=True).stdout
    assert made.strip().rpartition("/")[2] == place.rpartition("/")[2].replace("/", "%2F") or "://" in place
    assert refused(program, 8, "new", place)
    done = program.run("import", place, DATA / "co2.csv", DATA / "seattle-weather.csv", check=True)
    assert done.stdout.splitlines()[0] == "co2.csv: run 1, 2225 readings of co2"
    bad = refused(program, 9, "import", place, DATA / "co2.csv")
    assert "imported already, as run 1 (co2)" in bad
    listed = json.loads(program.run("runs", place, "--json", check=True).stdout)
    assert [(run["title"], run["readings"]) for run in listed] == [("co2", 2225), ("seattle-weather", 5844)]
    shown = json.loads(program.run("show", place, "co2", "--json", check=True).stdout)
    assert shown["channels"][0] | {"mean": 0, "deviation": 0} == {
        "name": "co2", "unit": "", "count": 2225, "gaps": 0, "minimum": 313.0, "maximum": 373.9, "mean": 0,
        "deviation": 0, "first": 316.1, "first_at": -371174400000000,
        "last": 371.5, "last_at": 1009584000000000,
    }  # fmt: skip
    facts = json.loads(program.run("info", place, "--json", check=True).stdout)
    assert (facts["revision"], facts["runs"], facts["channels"]) == ("0007", 2, 5)
    assert (facts["created_by"], facts["written_by"]) == ("myapp 0.7.0", "myapp 0.7.0")
    health = json.loads(program.run("check", place, "--json", check=True).stdout)
    assert (health["state"], health["damage"]) == ("head", [])
    assert refused(program, 3, "show", place, "77")


def test_runs_are_changed_found_and_taken_out_alike_wherever_the_notebook_is(
    program: Program, notebook_place: Place, tmp_path: Path
) -> None:
    place, note = notebook_place("trip"), tmp_path / "note.txt"
    note.write_text("kept with the run", encoding="utf-8")

    def run(*words: str | Path) -> str:
        return program.run(words[0], place, *words[1:], check=True).stdout

    run("new")
    run("import", DATA / "co2.csv", DATA / "sf-temps.csv")
    run("tag", "1", "air", "hawaii")
    run("note", "1", "measured on a mountain")
    run("rename", "1", "Mauna Loa")
    run("attach", "1", note)
    found = json.loads(run("runs", "--text", "mount* mauna", "--tag", "air", "--json"))
    assert [(each["title"], each["tags"]) for each in found] == [("Mauna Loa", ["air", "hawaii"])]
    assert "note.txt" in run("show", "Mauna Loa")
    exported = run("export", "1")
    assert exported.count("\n") > 100
    assert run("plot", "1", "-o", "-", "--format", "svg").startswith("<svg")
    part = tmp_path / "part.myapp"
    run("extract", "--run", "1", "-o", part)
    assert program.run("export", part, "1", check=True).stdout == exported
    assert run("exec", "--run", "1", "--", *program.command, "export", "{}", "1") == exported
    out = tmp_path / "out.txt"
    run("detach", "1", "note.txt", "-o", out)
    assert out.read_bytes() == note.read_bytes()
    run("delete", "1", "--yes")
    assert [each["title"] for each in json.loads(run("runs", "--json"))] == ["sf-temps"]
    assert json.loads(run("info", "--json"))["tags"] == 0


def test_the_library_opens_a_server_by_its_url(program: Program, database: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, myapp\n"
        "with myapp.open(sys.argv[1]) as notebook:\n"
        "    (run,) = notebook.runs()\n"
        "    print(sum(1 for reading in notebook.readings()) == run.readings, notebook.backup)\n"
        "    with myapp.temporary_part(notebook) as path, myapp.open(path) as part:\n"
        "        print([each.title for each in part.runs()] == [run.title])\n",
        encoding="utf-8",
    )
    assert program.script(script, database, check=True).stdout == "True None\nTrue\n"


def test_a_bad_line_leaves_nothing_wherever_the_notebook_is(
    program: Program, notebook_place: Place, tmp_path: Path
) -> None:
    place = notebook_place("trip")
    program.run("new", place, check=True)
    bad = tmp_path / "bad.csv"
    bad.write_text("time,a,b\n2024-01-01,1,2\n2024-01-02,3,four\n", encoding="utf-8")
    assert "bad.csv, line 3, column 3" in refused(program, 9, "import", place, bad)
    assert json.loads(program.run("runs", place, "--json", check=True).stdout) == []


# Upgrades


def test_an_older_database_is_upgraded_only_where_that_is_said(program: Program, old: str) -> None:
    for command in (["info"], ["runs"], ["show", "1"], ["upgrade"], ["import", str(DATA / "co2.csv")]):
        line = refused(program, 7, command[0], old, *command[1:])
        assert "0003" in line
        assert re.search(r"`myapp upgrade postgresql\S+ --yes`", line)
    for command in (["upgrade", old], ["downgrade", old, "0001"], ["stamp", old, "0007"]):
        assert "--yes" in refused(program, 7, "schema", *command)
    with connected(old) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
    done = program.run("upgrade", old, "--yes", check=True)
    assert "was upgraded from revision 0003 to 0007" in done.stderr
    assert program.run("upgrade", old, check=True).stderr == ""


def test_an_upgrade_on_a_server_makes_what_it_makes_of_a_file(
    program: Program, old: str, postgres: NewDatabase, documents: Path, tmp_path: Path
) -> None:
    file = Path(shutil.copy(documents / "0003.myapp", tmp_path))
    program.run("upgrade", old, "--yes", check=True)
    digests = [
        json.loads(program.run("copy", source, target, "--json", check=True).stdout)["sha256"]
        for source, target in [(old, tmp_path / "a.myapp"), (file, postgres()), (file, tmp_path / "b.myapp")]
    ]
    assert len(set(digests)) == 1


@posix
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 7)])
def test_on_a_terminal_a_person_is_asked(program: Program, old: str, answer: str, code: int) -> None:
    ended, shown = on_terminal(program, ["upgrade", old], [("[y/N]", answer)])
    assert ended == code, shown
    with connected(old) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert revision == ("0007" if code == 0 else "0003",)


def test_a_newer_or_foreign_database_is_refused(program: Program, postgres: NewDatabase) -> None:
    newer, foreign, other = postgres(), postgres(), postgres()
    program.run("new", newer, check=True)
    with connected(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    assert "0099" in refused(program, 4, "runs", newer)
    with connected(foreign) as connection:
        connection.execute("CREATE TABLE invoices (id integer)")
    with connected(other) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf')")
    for url in (foreign, other):
        for command in ("runs", "check", "new", "upgrade"):
            assert "another program's database" in refused(program, 3, command, url)
    with connected(foreign) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (1,)


# What is no server of ours


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["runs", "mysql://me:%s@db/trip"], 2, "mysql:// is no database of this program's"),
        (["schema", "current", "mysql+pymysql://me:%s@db/trip"], 2, "is no database of this program's"),
        (["runs", "postgresql://me:%s@db:x/trip"], 2, "is no URL such as"),
        (["save-as", "postgresql://me:%s@db/trip", "out.myapp"], 2, "`myapp copy`"),
        (["backups", "postgresql://me:%s@db/trip"], 2, "pg_dump"),
        (["restore", "postgresql://me:%s@db/trip", "backup"], 2, "pg_restore"),
        (["runs", "postgresql://me:%s@127.0.0.1:1/trip"], 8, "Connection refused"),
        (["runs", "postgresql://me@127.0.0.1:1/trip?password=%s"], 8, "Connection refused"),
        (["runs", "postgres://me:%s@no.such.host.invalid/trip"], 8, "no.such.host.invalid"),
        (["schema", "upgrade", "postgresql://me:%s@127.0.0.1:1/trip"], 8, "Connection refused"),
        (["copy", "none.myapp", "postgresql://me:%s@127.0.0.1:1/trip"], 3, "does not exist"),
        (["runs", "postgresql://me:%s@127.0.0.1:1/trip?sslmod=require"], 2, "sslmod"),
    ],
)
def test_what_cannot_be_opened_is_one_line_without_the_password(
    program: Program, arguments: list[str], code: int, words: str
) -> None:
    line = refused(program, code, *(word.replace("%s", quote(SECRET, safe="")) for word in arguments))
    assert words in line
    assert not leaks(line)


def test_bad_usage_repeats_no_password(program: Program) -> None:
    done = program.run("runs", "a.myapp", f"postgresql://me:{SECRET}@db/trip")
    assert done.returncode == 2
    assert "me:***@db/trip" in done.stderr
    assert not leaks(done.stdout + done.stderr)


def test_an_unknown_database_or_role_is_one_line(program: Program, database: str) -> None:
    url = make_url(database)
    missing = url.set(database="nowhere").render_as_string(hide_password=False)
    nobody = url.set(username="nobody").render_as_string(hide_password=False)
    assert '"nowhere" does not exist' in refused(program, 3, "runs", missing)
    assert '"nobody" does not exist' in refused(program, 8, "runs", nobody)


@posix
def test_a_server_that_does_not_answer_is_given_up(program: Program) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/trip"
        line = refused(program, 8, "runs", url, env={"PGCONNECT_TIMEOUT": "2"})
    assert "timeout" in line


# Passwords


@pytest.fixture
def guarded(database: str) -> str:
    """The URL of a notebook, without a password, for a role that the server asks for one."""
    role = f"careful_{uuid.uuid4().hex[:8]}"
    with connected(database) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD '{SECRET}' IN ROLE {PASSWORD_ROLE}")
    url = make_url(database).set(username=role)._replace(password=None)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.set(drivername="postgresql").render_as_string())
    return url.render_as_string()


def test_a_password_comes_from_the_environment_or_a_file_and_is_shown_nowhere(
    program: Program, guarded: str, tmp_path: Path
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text(f"*:*:*:*:{SECRET}\n", encoding="utf-8")
    passwords.chmod(0o600)
    full = make_url(guarded).set(password=SECRET).render_as_string(hide_password=False)
    said = ""
    for url, extra in [
        (guarded, {"PGPASSWORD": SECRET}),
        (guarded, {"PGPASSFILE": str(passwords)}),
        (full, {}),
    ]:
        done = program.run("info", url, env=extra, check=True)
        said += done.stdout + done.stderr
    said += refused(program, 8, "info", guarded)
    said += refused(program, 8, "info", guarded, env={"PGPASSWORD": "wrong"})
    said += refused(program, 8, "new", full)
    wrong = make_url(guarded).set(password=SECRET + "x").render_as_string(hide_password=False)
    for command in (["runs", wrong], ["schema", "current", wrong], ["copy", wrong, "a.myapp"]):
        said += refused(program, 8, *command)
    done = program.run("check", full, check=True)
    assert not leaks(said + done.stdout + done.stderr)


@posix
def test_a_person_is_asked_for_a_password_that_the_server_wants(program: Program, guarded: str) -> None:
    ended, shown = on_terminal(program, ["info", guarded], [("password of careful", f"{SECRET}\n")])
    assert ended == 0, shown
    assert "0007" in shown
    assert not leaks(shown)


def test_a_bug_writes_no_password_into_its_log(program: Program, database: str) -> None:
    """The table has no such column any more: nothing that the program foresees."""
    with connected(database) as connection:
        connection.execute("ALTER TABLE sources DROP COLUMN file_name")
    full = make_url(database).set(username="postgres", password=SECRET).render_as_string(hide_password=False)
    line = refused(program, 1, "runs", full)
    log = Path(re.search(r"please send (\S+\.log)", line)[1]).read_text(encoding="utf-8")
    assert "file_name" in log
    assert not leaks(line + log)


def leaks(text: str) -> bool:
    """Tell whether a text holds the password, as it is or as a URL writes it."""
    return "s3cret" in text or "pa@ss" in text or "pa%40ss" in text


# TLS


@posix
def test_tls_settings_pass_through(program: Program, database: str, tmp_path: Path) -> None:
    url = make_url(database)
    socket_file = f"{url.query['host']}/.s.PGSQL.5432"

    def at(port: int, **settings: str) -> str:
        made = url.set(host="localhost", port=port, query=settings)
        return made.render_as_string(hide_password=False)

    with proxy(socket_file) as port:
        assert program.run("runs", at(port)).returncode == 0
        assert "SSL" in refused(program, 8, "runs", at(port, sslmode="require"))
    pem = certificate(tmp_path)
    with proxy(socket_file, pem) as port:
        assert program.run("runs", at(port, sslmode="require")).returncode == 0
        verified = at(port, sslmode="verify-full", sslrootcert=str(pem))
        assert program.run("runs", verified).returncode == 0
        unknown = refused(program, 8, "runs", at(port, sslmode="verify-full", sslrootcert="system"))
        assert "certificate" in unknown


# Roles


def test_readers_look_writers_import_and_the_owner_upgrades(
    program: Program, old: str, tmp_path: Path
) -> None:
    reader, writer = (f"{name}_{uuid.uuid4().hex[:8]}" for name in ("reader", "writer"))
    with connected(old) as connection:
        connection.execute(f"CREATE ROLE {reader} LOGIN")
        connection.execute(f"CREATE ROLE {writer} LOGIN")
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")

    def as_role(role: str) -> str:
        return make_url(old).set(username=role).render_as_string(hide_password=False)

    assert "schema grant" in refused(program, 8, "runs", as_role(reader))  # it is hidden from this role
    words = ["schema", "grant", old, "--reader", reader, "--writer", writer]
    printed = program.run(*words, "--sql", check=True).stdout
    assert refused(program, 8, "info", as_role(reader))
    assert program.run(*words, check=True).stdout == printed
    line = refused(program, 8, "upgrade", as_role(writer), "--yes")
    assert "owner" in line or "denied" in line
    program.run("upgrade", old, "--yes", check=True)  # makes new tables, which the grants cover

    for command in (["info"], ["runs"], ["show", "1"], ["check"]):
        done = program.run(command[0], as_role(reader), *command[1:])
        assert done.returncode == 0, done
    assert "denied" in refused(program, 8, "import", as_role(reader), DATA / "co2.csv", "--again")
    program.run("copy", as_role(reader), tmp_path / "copy.myapp", check=True)
    program.run("import", as_role(writer), DATA / "seattle-weather.csv", "--again", check=True)
    assert "readers" not in program.run("check", as_role(writer), check=True).stdout
    assert "owner" in refused(program, 8, "schema", "downgrade", as_role(writer), "0005", "--yes")
    assert refused(program, 8, "schema", "grant", as_role(writer), "--reader", reader)
    assert refused(program, 3, "schema", "grant", old, "--reader", "nobody at all")


# Copies


def test_a_copy_goes_only_into_what_is_empty(
    program: Program, database: str, postgres: NewDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "trip.myapp"
    program.run("copy", database, file, check=True)
    assert "there is a file" in refused(program, 8, "copy", database, file)
    assert "no such file" in refused(program, 8, "copy", database, tmp_path / "no folder" / "trip.myapp")
    assert "something in it" in refused(program, 8, "copy", file, database)
    head = postgres()
    program.run("new", head, check=True)
    assert (
        program.run("copy", file, head, check=True).stdout.splitlines()[0].endswith(": 1 runs, 2225 readings")
    )
    part = program.run(
        "copy", head, tmp_path / "part.myapp", "--run", "co2", "--from", "2000-01-01", "--json"
    )
    assert json.loads(part.stdout)["rows"]["readings"] == 105
    assert refused(program, 3, "copy", head, tmp_path / "none.myapp", "--run", "none")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["part.myapp", "trip.myapp"]


def test_a_copy_that_fails_leaves_nothing(program: Program, postgres: NewDatabase, tmp_path: Path) -> None:
    file, url = tmp_path / "trip.myapp", postgres()
    program.run("new", file, check=True)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO runs (id, title, started_at) VALUES (8, 'a' || char(0), 5)")
    line = refused(program, 9, "copy", file, url)
    assert "the row of runs with id 8 has in title a NUL character" in line
    with connected(url) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() == (0,)


@posix
def test_ctrl_c_cancels_what_the_server_does_and_leaves_nothing(
    program: Program, database: str, tmp_path: Path
) -> None:
    """The import waits for a lock of somebody else's when it is interrupted."""
    with connected(database) as other:
        other.execute("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE")
        process = _importing(program, database)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'sources'::regclass"
        _wait_for(lambda: other.execute(waiting).fetchone() == (1,))
        process.send_signal(signal.SIGINT)
        _output, said = process.communicate(timeout=60)
        assert (process.returncode, said.count(b"\n")) == (130, 1), said
        _wait_for(lambda: other.execute(waiting).fetchone() == (0,))
    assert len(json.loads(program.run("runs", database, "--json", check=True).stdout)) == 1


def test_a_lock_of_somebody_elses_is_waited_for_and_then_told(program: Program, database: str) -> None:
    with connected(database) as other:
        other.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        line = refused(program, 5, "schema", "downgrade", database, "0003", "--yes", "--wait", "0.5")
    assert "in use" in line


@posix
def test_a_server_that_goes_away_is_one_line(program: Program, database: str) -> None:
    with connected(database) as other:
        other.execute("LOCK TABLE sources IN ACCESS EXCLUSIVE MODE")
        process = _importing(program, database)
        waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'sources'::regclass"
        _wait_for(lambda: other.execute(waiting).fetchone())
        other.execute(f"SELECT pg_terminate_backend(({waiting}))")
        _output, said = process.communicate(timeout=60)
    assert (process.returncode, said.count(b"\n")) == (8, 1), said
    assert len(json.loads(program.run("runs", database, "--json", check=True).stdout)) == 1


def _importing(program: Program, database: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*program.command, "import", database, str(DATA / "sf-temps.csv")],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program.environment(),
    )


def _wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def on_terminal(program: Program, arguments: list[str], answers: list[tuple[str, str]]) -> tuple[int, str]:
    """Run a command on a terminal, answer each question, and return its exit code and all that it showed."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        command = [*program.command, *arguments]
        os.execve(command[0], command, program.environment({"TERM": "xterm", "COLUMNS": "200"}))
    shown, left = "", list(answers)
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not block:
            break
        shown += block.decode(errors="replace")
        if left and left[0][0] in shown:
            os.write(terminal, left.pop(0)[1].encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown
