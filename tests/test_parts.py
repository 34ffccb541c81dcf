"""`extract`, `exec` and `save-as`: documents made of another one, for other programs and older releases."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and programs")
PYTHON = sys.executable
LONG = "import time; time.sleep(100)"


@pytest.fixture
def trip(tmp_path: Path, documents: Path) -> Path:
    """A copy of the kept document of this release, alone in a folder."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return Path(shutil.copy(documents / "0007.myapp", folder / "my trip.myapp"))


def private_folders(program: Program) -> list[Path]:
    """Return what lies in the program's folder for temporary files.

    One of SQLite's own stays where another test has killed the program just before it lost its name.
    """
    return sorted(path for path in (program.home / "tmp").iterdir() if not path.name.startswith("etilqs_"))


def started(program: Program, *words: str | Path, script: str = LONG) -> tuple[subprocess.Popen[str], Path]:
    """Start `exec` on a document, and return it with the part's path once its program runs."""
    say = "import sys; print(sys.argv[1], flush=True); " + script
    process = subprocess.Popen(
        [*program.command, "exec", *map(os.fspath, words), "--", PYTHON, "-c", say, "{}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=program.environment(),
        start_new_session=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().removesuffix("\n"))


# extract


def test_a_part_is_a_document_with_the_chosen_runs_their_tags_and_files(program: Program, trip: Path) -> None:
    before, part = trip.read_bytes(), trip.with_name("part.myapp")
    done = program.run("extract", trip, "--tag", "CO₂", "--from", "1990-01-01", "-o", part, check=True)
    assert (done.stdout, done.stderr) == (f"{part}\n", "")
    title, start = "Mauna Loa CO₂ 🌋", contents.microseconds("1990-01-01 00:00:00")
    wanted = [reading for reading in contents.readings(trip) if reading[0] == title and reading[2] >= start]
    assert contents.readings(part) == wanted
    assert contents.is_whole(part)
    for table in ("sources", "attachments", "run_tags"):
        key = 0 if table == "run_tags" else 1
        assert contents.table(part, table) == [row for row in contents.table(trip, table) if row[key] == 3]
    assert trip.read_bytes() == before
    assert sorted(trip.parent.iterdir()) == sorted([trip, part])


def test_nothing_chosen_or_a_taken_name_is_refused_in_one_line(program: Program, trip: Path) -> None:
    for arguments, code in [
        (["--from", "3000-01-01", "-o", trip.with_name("part.myapp")], 3),
        (["--tag", "none", "-o", trip.with_name("part.myapp")], 3),
        (["--run", "1", "-o", trip], 8),
        (["--from", "noon", "-o", trip.with_name("part.myapp")], 2),
    ]:
        refused = program.run("extract", trip, *arguments)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (code, "", 1)
    assert list(trip.parent.iterdir()) == [trip]


# exec


@posix
def test_a_program_gets_the_path_of_a_private_part_and_its_code_is_passed_on(
    program: Program, trip: Path
) -> None:
    script = 'stat -c %a "$(dirname "$1")"; echo "$2"; echo "$1"; exit 42'
    done = program.run("exec", trip, "--run", "2", "--", "sh", "-c", script, "sh", "{}", "in={}:{} $HOME;")
    mode, inside, path = done.stdout.splitlines()
    assert (done.returncode, done.stderr, mode) == (42, "", "700")
    assert inside == f"in={path}:{path} $HOME;"
    assert not Path(path).parent.exists()
    assert private_folders(program) == []


@posix
def test_without_braces_the_path_comes_last_and_later_dashes_are_the_programs(
    program: Program, trip: Path
) -> None:
    done = program.run("exec", trip, "--", "echo", "--run", "--", "-x", check=True)
    assert done.stdout.startswith("--run -- -x /")


@posix
def test_a_program_runs_in_the_environment_that_a_person_has(program: Program, trip: Path) -> None:
    given = program.environment({"LANG": "C", "MINE": "1", "LD_LIBRARY_PATH": "/nowhere"})
    done = program.run(
        "exec", trip, "--run", "1", "--", "/usr/bin/env", "-0", "PART={}", env=given, check=True
    )
    found = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    if program.target != "frozen":
        found.pop("LC_CTYPE", None)  # Python's own doing, before any code of ours runs (PEP 538)
    assert found == {**given, "PART": found["PART"]}


@posix
def test_what_a_program_writes_is_thrown_away_and_said_so(program: Program, trip: Path) -> None:
    sql = "DELETE FROM runs WHERE id = 2"
    write = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA foreign_keys = ON'); "
        "c.execute(sys.argv[2]); c.commit()"
    )
    before = trip.read_bytes()
    done = program.run("exec", trip, "--", PYTHON, "-c", write, "{}", sql, check=True)
    assert done.stderr.count("\n") == 1
    assert "--keep" in done.stderr
    assert trip.read_bytes() == before
    kept = trip.with_name("kept.myapp")
    program.run("exec", trip, "--keep", kept, "--", PYTHON, "-c", write, "{}", sql, check=True)
    assert sorted(contents.runs(kept)) == sorted(set(contents.runs(trip)) - {"San Francisco"})
    strange = "CREATE TABLE strange (id INTEGER)"
    bad = trip.with_name("bad.myapp")
    refused = program.run("exec", trip, "--keep", bad, "--", PYTHON, "-c", write, "{}", strange)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert "strange does not belong to it" in refused.stderr
    assert sorted(trip.parent.iterdir()) == sorted([trip, kept])


@posix
def test_a_part_that_a_program_left_with_a_log_beside_it_is_kept_whole(program: Program, trip: Path) -> None:
    write = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL'); "
        "c.execute('UPDATE runs SET started_at = 77'); c.commit(); os._exit(5)"
    )
    kept = trip.with_name("kept.myapp")
    done = program.run("exec", trip, "--keep", kept, "--", PYTHON, "-c", write, "{}")
    assert (done.returncode, done.stderr.count("\n")) == (5, 1)
    assert set(contents.runs(kept).values()) == {77}
    assert contents.is_whole(kept)
    assert sorted(trip.parent.iterdir()) == sorted([trip, kept])


@posix
@pytest.mark.parametrize(("name", "code"), [("no-such-program", 127), ("/", 126)])
def test_a_program_that_cannot_be_run_has_the_code_of_a_shell(
    program: Program, trip: Path, name: str, code: int
) -> None:
    refused = program.run("exec", trip, "--", name, "{}")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (code, "", 1)
    assert private_folders(program) == []


def test_exec_without_a_program_is_bad_usage(program: Program, trip: Path) -> None:
    assert [program.run("exec", trip, *rest).returncode for rest in ([], ["--"])] == [2, 2]


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_goes_on_to_the_program_and_the_part_goes(program: Program, trip: Path, name: str) -> None:
    number = getattr(signal, name)  # Windows has no SIGHUP
    process, part = started(program, trip, "--run", "1")
    assert part.exists()
    process.send_signal(number)
    process.communicate(timeout=60)
    # Python's own answer to SIGINT is to die of it
    assert (process.returncode, part.parent.exists()) == (128 + number, False)
    assert private_folders(program) == []


@posix
def test_a_program_that_does_not_listen_is_killed_by_the_second_signal(program: Program, trip: Path) -> None:
    deaf = "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); " + LONG
    process, part = started(program, trip, script=deaf)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    for _time in range(2):
        process.terminate()
        time.sleep(0.3)  # two signals that come at once are one
    process.communicate(timeout=60)
    assert (process.returncode, part.parent.exists()) == (137, False)


@posix
def test_ctrl_c_on_the_terminal_reaches_the_program_once(program: Program, trip: Path) -> None:
    import pty

    script = (
        "import signal, sys, time; got = []; signal.signal(2, lambda *_: got.append(1)); "
        "print('ready', sys.argv[1], flush=True); time.sleep(2); sys.exit(len(got) + 10)"
    )
    command = [*program.command, "exec", os.fspath(trip), "--", PYTHON, "-c", script, "{}"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, program.environment())
    shown = b""
    while b"ready" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, b"\x03")
    _pid, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 11
    assert private_folders(program) == []


@posix
def test_a_program_that_is_killed_leaves_no_part(program: Program, trip: Path) -> None:
    process, part = started(program, trip, script="import os; os.kill(os.getpid(), 9)")
    process.communicate(timeout=60)
    assert (process.returncode, part.parent.exists()) == (137, False)


@posix
def test_what_a_kill_of_this_program_leaves_goes_with_its_next_start(program: Program, trip: Path) -> None:
    orphaned = "import os, time; up = os.getppid()\nwhile os.getppid() == up: time.sleep(0.1)"
    process, part = started(program, trip, script=orphaned)
    other, living = started(program, trip)
    process.kill()
    process.communicate(timeout=60)
    assert part.exists()
    program.run("info", trip, check=True)
    assert (part.parent.exists(), living.exists()) == (False, True)
    other.terminate()
    other.communicate(timeout=60)
    assert private_folders(program) == []


# save-as --for


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "0006", "0007"])
def test_an_upgraded_document_goes_back_to_its_own_release_and_opens_again(
    program: Program, tmp_path: Path, documents: Path, revision: str
) -> None:
    kept = Path(shutil.copy(documents / f"{revision}.myapp", tmp_path / "kept.myapp"))
    program.run("upgrade", kept, check=True)
    back, release = tmp_path / "back.myapp", f"0.{int(revision)}.0"
    before = kept.read_bytes()
    if revision < "0003":  # the upgrade has noted that a run had no start
        refused = program.run("save-as", kept, back, "--for", release)
        assert (refused.returncode, "1 notes (revision 0003)" in refused.stderr) == (7, True)
        assert not back.exists()
    lose = ["--lose", "0003"] if revision < "0003" else []
    program.run("save-as", kept, back, "--for", release, *lose, check=True)
    assert (contents.revision(back), kept.read_bytes()) == (int(revision), before)
    assert contents.is_whole(back)
    program.run("upgrade", back, check=True)
    assert _all(back) == {**_all(kept), **({"runs": _without_notes(kept)} if lose else {})}


def test_what_an_older_release_cannot_hold_is_named_with_the_numbers(program: Program, trip: Path) -> None:
    before, out = trip.read_bytes(), trip.with_name("old.myapp")
    refused = program.run("save-as", trip, out, "--for", "0002")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (7, "", 1)
    for words in ("3 sources", "1 attachments", "2 notes", "5 tags", "--lose 0005 --lose 0003"):
        assert words in refused.stderr
    assert list(trip.parent.iterdir()) == [trip]
    program.run("save-as", trip, out, "--for", "0002", "--lose", "0005", "--lose", "0003", check=True)
    assert contents.readings(out) == contents.readings(trip)
    assert (contents.revision(out), trip.read_bytes()) == (2, before)
    assert program.run("save-as", trip, trip.with_name("x"), "--for", "0.9.9").returncode == 3


def test_an_older_document_is_brought_to_a_release_between(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    kept = Path(shutil.copy(documents / "0002.myapp", tmp_path / "kept.myapp"))
    before = kept.read_bytes()
    program.run("save-as", kept, tmp_path / "out.myapp", "--for", "0.4.0", check=True)
    assert contents.revision(tmp_path / "out.myapp") == 4
    assert contents.readings(tmp_path / "out.myapp") == contents.moved_apart(contents.readings(kept))
    assert kept.read_bytes() == before


def _all(path: Path) -> dict[str, list[tuple[object, ...]]]:
    tables = ("runs", "channels", "readings", "tags", "run_tags", "sources", "attachments")
    return {name: contents.table(path, name) for name in tables}


def _without_notes(path: Path) -> list[tuple[object, ...]]:
    return sorted([(*row[:3], None) for row in contents.table(path, "runs")], key=repr)
