"""The command line: results, exit codes, and one line for every error."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program

DATA = Path(__file__).resolve().parent / "data"
FILES = {
    "co2.csv": ["co2"],
    "seattle-weather.csv": ["precipitation", "temp_max", "temp_min", "wind"],
    "sf-temps.csv": ["temp"],
}
COMMANDS = [
    "new", "info", "check", "upgrade", "save-as", "backups", "restore", "adopt", "rescue", "copy", "import",
    "runs", "show", "tag", "note", "rename", "delete", "export", "plot", "attach", "detach",
    "extract", "exec", "completion", "formats",
    *(f"schema {name}" for name in (
        "current", "heads", "branches", "history", "plan", "compare", "upgrade", "downgrade", "stamp", "sql",
        "grant", "distribute",
    )),
]  # fmt: skip
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")


@pytest.fixture
def document(program: Program, tmp_path: Path) -> Path:
    """A new, empty document."""
    path = tmp_path / "trip.myapp"
    program.run("new", path, check=True)
    return path


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_imports_with_its_counts_and_sums(
    program: Program, document: Path, name: str
) -> None:
    program.run("import", document, DATA / name, check=True)
    shown = json.loads(program.run("show", document, "1", "--json", check=True).stdout)
    with (DATA / name).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for channel in shown["channels"]:
        values = [float(row[channel["name"]]) for row in rows if row[channel["name"]]]
        assert (channel["count"], channel["minimum"], channel["maximum"]) == (
            len(values), min(values), max(values),
        )  # fmt: skip
        assert channel["mean"] * channel["count"] == pytest.approx(sum(values), rel=1e-12)
    assert [channel["name"] for channel in shown["channels"]] == FILES[name]


def test_an_import_that_fails_names_file_line_and_column_and_leaves_nothing(
    program: Program, document: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("time,a,b\n2024-01-01,1,2\n2024-01-02,3,four\n", encoding="utf-8")
    failed = program.run("import", document, bad)
    assert (failed.returncode, failed.stderr.count("\n")) == (9, 1)
    assert "bad.csv, line 3, column 3" in failed.stderr
    assert contents.readings(document) == []
    assert contents.table(document, "runs") == []


def test_the_same_file_twice_is_noticed(program: Program, document: Path) -> None:
    program.run("import", document, DATA / "co2.csv", check=True)
    again = program.run("import", document, DATA / "co2.csv")
    assert (again.returncode, again.stderr.count("\n")) == (9, 1)
    program.run("import", document, DATA / "co2.csv", "--again", check=True)
    assert len(contents.table(document, "runs")) == 2


def test_importing_into_a_missing_document_makes_none(program: Program, tmp_path: Path) -> None:
    assert program.run("import", tmp_path / "none.myapp", DATA / "co2.csv").returncode == 3
    assert list(tmp_path.iterdir()) == []


def test_a_missing_csv_file_is_one_line(program: Program, document: Path, tmp_path: Path) -> None:
    failed = program.run("import", document, tmp_path / "none.csv")
    assert (failed.returncode, failed.stderr.count("\n")) == (3, 1)


def test_runs_are_a_table_in_a_pipe(program: Program, document: Path) -> None:
    program.run("import", document, *(DATA / name for name in FILES), check=True)
    lines = program.run("runs", document, check=True).stdout.splitlines()
    assert [line.split("\t")[1] for line in lines] == ["title", "co2", "sf-temps", "seattle-weather"]
    assert "\x1b" not in "".join(lines)


def test_a_run_that_is_not_there_is_not_found(program: Program, document: Path) -> None:
    failed = program.run("show", document, "77")
    assert (failed.returncode, failed.stderr.count("\n")) == (3, 1)


def test_upgrade_takes_many_documents_and_names_each(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    paths = [Path(shutil.copy(file, tmp_path)) for file in sorted(documents.glob("*.myapp"))]
    bad = tmp_path / "bad.myapp"
    bad.write_bytes(b"no document")
    done = program.run("upgrade", bad, *paths)
    assert done.returncode == 3
    assert done.stdout.splitlines() == [f"{path}: revision 0007" for path in paths]
    assert [contents.revision(path) for path in paths] == [7] * len(paths)


def test_version_names_the_program_its_parts_and_the_head(program: Program) -> None:
    lines = dict(line.split() for line in program.run("--version", check=True).stdout.splitlines())
    assert list(lines) == ["myapp", "Python", "SQLite", "SQLAlchemy", "Alembic", "head"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", value) for name, value in lines.items() if name != "head")
    assert lines["head"] == "0007"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(program: Program, command: str) -> None:
    shown = program.run(*command.split(), "--help", check=True).stdout
    assert f"example: myapp {command}" in shown


def test_every_command_is_in_the_help_and_the_list_of_this_test(program: Program) -> None:
    top = program.run("--help", check=True).stdout
    listed = set(re.findall(r"^    ([a-z-]+)(?:  |$)", top, re.M)) - {"schema", "alembic"}
    assert listed == {command for command in COMMANDS if " " not in command}


@pytest.mark.skipif(sys.platform == "win32", reason="there is always a desktop")
def test_no_command_is_the_help_where_no_window_can_be(program: Program) -> None:
    assert program.run(check=True).stdout.startswith("usage: myapp ")


@pytest.mark.parametrize("arguments", [["nonsense"], ["show"], ["schema"], ["info", "a", "--never"]])
def test_bad_usage_ends_with_two(program: Program, arguments: list[str]) -> None:
    assert program.run(*arguments).returncode == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_scripts_know_the_commands(program: Program, shell: str) -> None:
    script = program.run("completion", shell, check=True).stdout
    assert all(word in script for word in ("restore", "import", "downgrade"))


@posix
@pytest.mark.parametrize(
    "arguments", [["runs", "{}"], ["export", "{}", "1"], ["schema", "sql"], ["alembic", "history"]]
)
def test_a_closed_pipe_is_quiet(program: Program, document: Path, arguments: list[str]) -> None:
    program.run("import", document, DATA / "co2.csv", check=True)
    words = [word.format(document) for word in arguments]
    process = subprocess.Popen(
        [*program.command, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment()
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    with process.stderr as stream:
        assert stream.read() == b""
    assert process.wait(60) == 141


@posix
def test_ctrl_c_ends_with_130_and_the_document_unchanged(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0001.myapp", tmp_path / "long.myapp"))
    _make_long(path)
    before = path.read_bytes()
    process = subprocess.Popen(
        [*program.command, "runs", path],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=program.environment(),
    )
    journal = path.with_name(f"{path.name}-journal")
    while process.poll() is None and not journal.exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _output, said = process.communicate(timeout=60)
    assert (process.returncode, said.count(b"\n")) == (130, 1)
    assert path.read_bytes() == before
    assert not journal.exists()


@posix
def test_long_work_shows_a_bar_on_a_terminal_and_none_in_a_pipe(
    program: Program, document: Path, tmp_path: Path
) -> None:
    big = tmp_path / "big.csv"
    with big.open("w", encoding="utf-8") as stream:
        stream.write("time,a,b,c,d\n")
        stream.writelines(f"{1700000000 + i},{i},{i + 1},{i + 2},{i + 3}\n" for i in range(400_000))
    text = big.read_text(encoding="utf-8").splitlines()
    rows = (f"{_iso(int(line.split(',', 1)[0]))},{line.split(',', 1)[1]}\n" for line in text[1:])
    big.write_text(text[0] + "\n" + "".join(rows), encoding="utf-8")
    shown = _on_terminal([*program.command, "import", os.fspath(document), os.fspath(big)], program)
    assert "importing" in shown
    assert "%" in shown
    piped = program.run("import", document, big, "--again", check=True)
    assert "importing" not in piped.stdout + piped.stderr


@posix
def test_a_table_on_a_terminal_is_drawn(program: Program, document: Path) -> None:
    program.run("import", document, DATA / "co2.csv", check=True)
    assert "─" in _on_terminal([*program.command, "runs", os.fspath(document)], program)


@posix
@pytest.mark.parametrize("name", ["line\nbreak.myapp", "ümlaut %20?#&'\".myapp", "a" * 200 + ".myapp"])
def test_a_document_may_have_any_name(program: Program, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    program.run("new", path, check=True)
    program.run("import", path, DATA / "co2.csv", check=True)
    assert json.loads(program.run("info", path, "--json", check=True).stdout)["runs"] == 1
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_name_that_is_not_utf8_is_taken_as_it_is(program: Program, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.myapp"
    for command in ("new", "info", "runs"):
        words = [*map(os.fsencode, program.command), command.encode(), path]
        done = subprocess.run(words, capture_output=True, check=False, env=program.environment())
        assert (done.returncode, done.stderr) == (0, b"")
    assert list(tmp_path.iterdir()) == [tmp_path / os.fsdecode(b"caf\xe9.myapp")]


def _make_long(path: Path) -> None:
    """Multiply the readings until an upgrade takes seconds."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)
            INSERT INTO readings (run_id, channel, time, value)
            SELECT run_id, channel || ' ' || i, time, value FROM readings, n
            """
        )


def _iso(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def _on_terminal(command: list[str], program: Program) -> str:
    """Run a command on a terminal of its own and return all that it showed."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, program.environment({"TERM": "xterm", "COLUMNS": "100"}))
    shown = b""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not block:
            break
        shown += block
    os.close(terminal)
    _pid, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, shown.decode(errors="replace")
    return shown.decode(errors="replace")
