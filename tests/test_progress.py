"""Long work reports its progress, can be cancelled at any time, and reports the lock that it waits for."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and terminals")

MULTIPLY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO readings (run_id, channel_id, time, value)
    SELECT run_id, channel_id, time + i * 7, value FROM readings, n
"""


@pytest.fixture
def big(tmp_path: Path, documents: Path, long: bool) -> Path:
    """A document of revision 0003 with more than half a million readings; in the long run, four millions."""
    path = Path(shutil.copy(documents / "0003.myapp", tmp_path / "big [red].myapp"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(MULTIPLY, (900 if long else 150,))
    return path


@posix
def test_the_bar_moves_within_a_revision_and_ctrl_c_there_changes_nothing(
    program: Program, big: Path
) -> None:
    before = big.read_bytes()
    code, shown = _on_terminal(program, ["runs", os.fspath(big)], until=lambda text: len(_seen(text)) > 3)
    assert "upgrading big [red].myapp: step 1 of 4" in shown
    assert len(_seen(shown)) > 3
    assert code == 130, shown[-600:]
    assert f"cancelled: {big} is unchanged" in shown.replace("\r\n", "")
    assert big.read_bytes() == before
    assert not big.with_name(f"{big.name}-journal").exists()


@posix
def test_an_upgrade_that_waits_for_another_program_says_so_in_a_pipe_and_then_goes_on(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0003.myapp", tmp_path / "busy.myapp"))
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        process = _start(program, "info", path)
        assert process.stderr
        said = process.stderr.readline()
        holder.execute("ROLLBACK")
    assert said == f"myapp: {path} is in use by another program: waiting up to 30 s\n"
    _out, rest = process.communicate(timeout=60)
    assert (process.returncode, rest.count("\n")) == (0, 1)
    assert contents.revision(path) == 7


WAITING = {
    "import": ["import", "{path}", "{csv}"],
    "runs": ["runs", "{path}"],
    "check": ["check", "{path}"],
    "plan": ["schema", "plan", "{path}"],
    "save-as": ["save-as", "{path}", "{path}.copy"],
    "restore": ["restore", "{path}", "{kept}"],
}


@posix
@pytest.mark.parametrize("name", WAITING)
def test_whatever_waits_for_another_program_says_so_and_then_goes_on(
    program: Program, tmp_path: Path, documents: Path, name: str
) -> None:
    kept = documents / "0007.myapp"
    path = Path(shutil.copy(kept, tmp_path / "busy.myapp"))
    csv = tmp_path / "new.csv"
    csv.write_text("time,x\n2024-01-01,1\n", encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        words = [word.format(path=path, csv=csv, kept=kept) for word in WAITING[name]]
        process = _start(program, *words)
        assert process.stderr
        said = process.stderr.readline()
        holder.execute("ROLLBACK")
    process.communicate(timeout=60)
    assert said == f"myapp: {path} is in use by another program: waiting up to 30 s\n"
    assert process.returncode == 0


@posix
def test_an_import_that_waits_for_a_reader_before_its_commit_says_so(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0007.myapp", tmp_path / "busy.myapp"))
    csv = tmp_path / "new.csv"
    csv.write_text("time,x\n2024-01-01,1\n", encoding="utf-8")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchone()
        process = _start(program, "import", path, csv)
        assert process.stderr
        said = process.stderr.readline()
        reader.execute("ROLLBACK")
    out, _rest = process.communicate(timeout=60)
    assert said == f"myapp: {path} is in use by another program: waiting up to 30 s\n"
    assert (process.returncode, "1 readings" in out) == (0, True)


@posix
def test_a_database_server_that_is_waited_for_is_said_too(
    program: Program, postgres: Callable[[], str]
) -> None:
    from myapp.schema.connections import as_url, create_migration_engine, exclusive

    url = postgres()
    with exclusive(create_migration_engine(as_url(url))):
        process = _start(program, "schema", "upgrade", url)
        assert process.stderr
        said = process.stderr.readline()
    assert "/test_" in said
    assert "is in use: waiting up to 30 s" in said  # a server's session may be anybody's
    out, rest = process.communicate(timeout=60)
    assert (process.returncode, out.count("upgrade"), rest) == (0, 7, "")


def _start(program: Program, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program.command, *map(os.fspath, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=program.environment(),
    )


def _seen(shown: str) -> set[str]:
    """Return the percentages that were shown while revision 0004 ran."""
    return set(
        re.findall(r"step 1 of 4: readings by key[^\r\n]*?(\d+)%", re.sub(r"\x1b\[[\d;?]*\w", "", shown))
    )


def _on_terminal(program: Program, words: list[str], until: Callable[[str], bool]) -> tuple[int, str]:
    """Run the program on a terminal of its own, press Ctrl-C once `until` is true of what it showed."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        environment = program.environment({"TERM": "xterm", "COLUMNS": "150"})
        os.execve(program.command[0], [*program.command, *words], environment)
    shown, pressed = b"", False
    while block := _read(terminal):
        shown += block
        if not pressed and until(shown.decode(errors="replace")):
            pressed = bool(os.write(terminal, b"\x03"))
    os.close(terminal)
    _pid, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other end is closed
        return b""
