"""`upgrade --jobs` prints the same lines and exits with the same code as upgrading one after the other."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def make(folder: Path, documents: Path) -> list[Path]:
    """Return documents of every kind: old, new, damaged, newer, none, missing."""
    folder.mkdir()
    made = [Path(shutil.copy(documents / f"000{n}.myapp", folder / f"{n} ä.myapp")) for n in range(1, 7)]
    damaged, newer, none = (folder / f"{name}.myapp" for name in ("damaged", "newer", "none"))
    damaged.write_bytes(made[0].read_bytes()[:5000])
    shutil.copy(made[5], newer)
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 99")
    none.write_text("no document", encoding="utf-8")
    return [made[0], damaged, *made[1:4], newer, none, folder / "missing.myapp", *made[4:]]


@pytest.mark.parametrize("jobs", ["2", "5", "99"])
def test_several_at_a_time_say_and_do_what_one_after_the_other_does(
    program: Program, documents: Path, tmp_path: Path, jobs: str
) -> None:
    said = []
    for number in ("1", jobs):
        files = make(tmp_path / number, documents)
        done = program.run("upgrade", *files, "--jobs", number)
        found = [contents.revision(file) for file in files if file.name[0].isdigit()]
        texts = [text.replace(str(tmp_path / number), "") for text in (done.stdout, done.stderr)]
        said.append((done.returncode, *texts, found, sorted(f.name for f in (tmp_path / number).iterdir())))
    assert said[0] == said[1]
    assert said[0][0] == 6
    assert said[0][3] == [7] * 6


def test_the_number_of_jobs_is_one_from_1_on(program: Program, tmp_path: Path) -> None:
    for wrong in ("0", "-1", "two", "1.5"):
        done = program.run("upgrade", tmp_path / "none.myapp", f"--jobs={wrong}")
        assert (done.returncode, f"{wrong} is not a number from 1 on" in done.stderr) == (2, True)


@posix
def test_ctrl_c_stops_all_of_them_and_leaves_each_document_old_or_new(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    files = [Path(shutil.copy(documents / "0001.myapp", tmp_path / f"{n}.myapp")) for n in range(60)]
    with _started(program, files) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith(("myapp: interrupted", "myapp: cancelled"))
    revisions = {contents.revision(file) for file in files if contents.is_whole(file)}
    assert revisions == {1, 7}
    assert len([file for file in files if contents.is_whole(file)]) == len(files)
    program.run("upgrade", *files, check=True)  # tidies what a worker could not, interrupted while it closed
    assert [file for file in tmp_path.iterdir() if file.name.endswith(("-journal", ".tmp"))] == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_process_that_is_killed_is_told_and_the_others_go_on(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    files = [Path(shutil.copy(documents / "0001.myapp", tmp_path / f"{n}.myapp")) for n in range(12)]
    with _started(program, files) as process:
        assert process.stdout
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
        os.kill(int(children.split()[0]), signal.SIGKILL)
        _out, err = process.communicate(timeout=120)
    lost = [line for line in err.splitlines() if "was stopped" in line]
    assert (process.returncode, bool(lost)) == (8, True)
    assert {contents.revision(file) for file in files} <= {1, 7}
    program.run("upgrade", *files, check=True)


def _started(program: Program, files: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program.command, "upgrade", *map(os.fspath, files), "--jobs", "2"],
        env=program.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
