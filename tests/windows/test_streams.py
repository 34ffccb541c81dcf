"""Output in pipes is UTF-8 whatever the system's encoding, and a console shows what its page has not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import Program

TITLE = "Wärme ☃ 数"
DATA = Path(__file__).resolve().parent.parent / "data"

IN_A_CONSOLE = """
import ctypes, json, subprocess, sys, time
kernel = ctypes.WinDLL("kernel32", use_last_error=True)
page, interrupt, report, *command = sys.argv[1:]
kernel.SetConsoleOutputCP(int(page))
kernel.SetConsoleCP(int(page))
child = subprocess.Popen(command)
if float(interrupt):
    time.sleep(float(interrupt))
    kernel.SetConsoleCtrlHandler(None, True)  # this program itself goes on
    kernel.GenerateConsoleCtrlEvent(0, 0)
code = child.wait(120)
kernel.CreateFileW.restype = ctypes.c_void_p
screen = ctypes.c_void_p(kernel.CreateFileW("CONOUT$", 0xC000_0000, 3, None, 3, 0, None))
text, count = ctypes.create_unicode_buffer(4001), ctypes.c_ulong()
kernel.ReadConsoleOutputCharacterW(screen, text, 4000, 0, ctypes.byref(count))
with open(report, "w", encoding="utf-8") as stream:
    json.dump([code, text.value], stream)
"""
"""Runs a command in its own console, presses Ctrl-C after some seconds if asked to, and reads the screen."""


def in_a_console(
    program: Program, report: Path, *words: str | Path, page: int = 850, interrupt: float = 0
) -> tuple[int, str]:
    """Return the exit code of the program in a console that nobody sees, and what the screen shows."""
    command = [*program.command, *map(str, words)]
    subprocess.run(
        [sys.executable, "-c", IN_A_CONSOLE, f"{page}", f"{interrupt}", f"{report}", *command],
        env=program.environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        check=True,
        timeout=150,
    )
    code, screen = json.loads(report.read_text(encoding="utf-8"))
    return code, screen


@pytest.fixture
def document(program: Program, documents: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copy(documents / "0007.myapp", tmp_path / f"{TITLE}.myapp"))
    program.run("rename", path, "1", TITLE, check=True)
    return path


def raw(program: Program, *words: str | Path, given: bytes = b"") -> bytes:
    """Return the bytes that the program prints."""
    command = [*program.command, *map(str, words)]
    done = subprocess.run(command, env=program.environment(), input=given, capture_output=True, check=False)
    assert done.returncode == 0, done
    return done.stdout


@pytest.mark.parametrize("words", ["runs {}", "info {}", "show {} 1"])
def test_what_is_piped_is_utf_8_and_its_lines_end_as_windows_does(
    program: Program, document: Path, words: str
) -> None:
    printed = raw(program, *(word.format(document) for word in words.split()))
    assert TITLE in printed.decode("utf-8")
    assert printed.count(b"\n") == printed.count(b"\r\n")


def test_an_export_is_the_same_in_a_pipe_and_in_a_file(program: Program, document: Path) -> None:
    output = document.with_name("out.csv")
    program.run("export", document, "1", "-o", output, check=True)
    assert raw(program, "export", document, "1", "-o", "-") == output.read_bytes()


def test_a_file_with_windows_line_ends_is_imported_alike_by_name_and_through_a_pipe(
    program: Program, document: Path
) -> None:
    text = (DATA / "co2.csv").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    source = document.with_name("windows.csv")
    source.write_bytes(text)
    program.run("import", document, source, check=True)
    raw(program, "import", document, "-", "--again", given=text)
    runs = json.loads(raw(program, "runs", document, "--json"))
    first, second = sorted(runs, key=lambda run: int(run["id"]))[-2:]
    assert (first["readings"], second["readings"]) == (2225, 2225)


def test_a_note_from_a_pipe_is_utf_8(program: Program, document: Path) -> None:
    raw(program, "note", document, "1", "-", given=f"{TITLE}\r\n".encode())
    assert TITLE in raw(program, "note", document, "1").decode("utf-8")


def test_a_closed_pipe_is_quiet(program: Program, document: Path) -> None:
    command = [*program.command, "export", f"{document}", "1", "-o", "-"]
    with subprocess.Popen(
        command, env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) in (0, 141)


@pytest.mark.parametrize("page", [850, 437, 65001])
def test_a_console_of_any_page_shows_what_the_page_has_not(
    program: Program, document: Path, tmp_path: Path, page: int
) -> None:
    code, screen = in_a_console(program, tmp_path / "report.json", "info", document, page=page)
    assert code == 0
    assert "Wärme ☃" in screen, screen.rstrip()


def test_ctrl_c_leaves_an_old_document_old_and_says_one_line(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    document = Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))
    before = document.read_bytes()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_WRITING, f"{document}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        holder.stdout.readline()
        code, screen = in_a_console(
            program, tmp_path / "report.json", "tag", document, "1", "new", interrupt=6
        )
        holder.stdin.close()
    assert code == 130, screen.rstrip()
    assert "Traceback" not in screen
    assert document.read_bytes() == before


HOLD_WRITING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""
"""Writes a document, so that another program waits for it."""
