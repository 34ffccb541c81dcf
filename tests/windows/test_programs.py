"""Other programs that are started on a part of a document, and several documents at a time."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.program import Program

COUNT = (
    "import sqlite3, sys; (count,) = sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM runs'); "
    "print(count[0]); sys.exit(7)"
)


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "my trip ü.myapp"))


def test_a_program_gets_a_part_whose_path_has_spaces_and_its_exit_code_is_returned(
    program: Program, document: Path
) -> None:
    done = program.run("exec", document, "--run", "1", "--", sys.executable, "-c", COUNT, "{}")
    assert (done.returncode, done.stdout.strip()) == (7, "1"), done
    assert list(document.parent.iterdir()) == [document]


def test_a_script_of_the_shell_is_found_as_the_shell_finds_it(program: Program, document: Path) -> None:
    folder = document.with_name("tools")
    folder.mkdir()
    (folder / "ending.cmd").write_text("@echo off\necho %~x1\nexit /b 3\n", encoding="ascii")
    variables = {"PATH": f"{folder}", "PATHEXT": ".EXE;.CMD"}
    done = program.run("exec", document, "--", "ending", env=variables)
    assert (done.returncode, done.stdout.strip()) == (3, ".myapp"), done


def test_a_program_that_is_nowhere_is_one_line(program: Program, document: Path) -> None:
    done = program.run("exec", document, "--", "no such program")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (127, "", 1), done


def test_several_jobs_upgrade_all_documents_and_say_which_failed(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    for revision in ("0001", "0002", "0003"):
        shutil.copy(documents / f"{revision}.myapp", tmp_path)
    (tmp_path / "0004.myapp").write_bytes(b"no document")
    done = program.run("upgrade", "--jobs", "3", "*.myapp", cwd=tmp_path)
    assert (done.returncode, done.stdout.count("revision 0007")) == (3, 3), done
    assert "0004.myapp is not a document" in done.stderr
