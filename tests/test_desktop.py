"""A start without a command: the window on a desktop, and elsewhere the command line that is meant."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.program import Program

linux = pytest.mark.skipif(sys.platform != "linux", reason="a display is a variable on Linux")


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "my trip.myapp"))


@pytest.fixture
def has_qt(started: Program) -> None:
    """Skip where the program was shipped without the window."""
    script = started.home / "qt.py"
    script.write_text("import PySide6.QtWidgets", encoding="utf-8")
    if started.script(script).returncode:
        pytest.skip("the program was shipped without Qt, or this system lacks its libraries")


@linux
def test_without_a_display_a_document_is_described_and_no_word_prints_the_help(
    program: Program, document: Path
) -> None:
    described = program.run(document, check=True)
    assert described.stdout == program.run("info", document, check=True).stdout
    helped = program.run(check=True)
    assert helped.stdout == program.run("--help", check=True).stdout


@linux
def test_a_word_that_is_neither_a_command_nor_a_document_is_bad_usage(program: Program) -> None:
    done = program.run("inof")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert program.run("nowhere.myapp").returncode == 3


@linux
@pytest.mark.usefixtures("has_qt")
def test_a_display_that_cannot_be_opened_is_one_line_and_exit_code_8(
    program: Program, document: Path
) -> None:
    before = document.read_bytes()
    done = program.run(document, env={"DISPLAY": ":4711"})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (8, "", 1)
    assert ":4711" in done.stderr or "lacks the library" in done.stderr
    assert document.read_bytes() == before


@linux
@pytest.mark.usefixtures("has_qt")
def test_a_second_start_hands_its_document_to_the_first_and_ends(
    program: Program, document: Path, tmp_path: Path
) -> None:
    script = tmp_path / "first.py"
    script.write_text(FIRST, encoding="utf-8")
    display = {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": f"test-{os.getpid()}"}
    done = program.script(script, document, *program.command, env=display, check=True)
    assert done.stdout.splitlines() == ["0", os.fspath(document)]


FIRST = """
import subprocess, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from myapp.window.handover import Receiver
application = QApplication([])
receiver = Receiver()
got = []
receiver.received.connect(lambda files: (got.extend(files), application.quit()))
second = subprocess.Popen([*sys.argv[2:], sys.argv[1]])
application.exec()
print(second.wait(), *got, sep="\\n")
"""


GERMAN = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from myapp.window.language import install_translations
application = QApplication([])
install_translations(application, QLocale("de_DE"))
for context, text in (("MainWindow", "Undo"), ("RunsModel", "Readings"), ("QPlatformTheme", "Cancel")):
    print(ascii(application.translate(context, text)))
"""


@pytest.mark.usefixtures("has_qt")
def test_every_installation_finds_the_translations_of_the_window_and_of_qt(
    started: Program, tmp_path: Path
) -> None:
    script = tmp_path / "german.py"
    script.write_text(GERMAN, encoding="utf-8")
    done = started.script(script, check=True)
    assert done.stdout.splitlines() == [ascii("Rückgängig"), ascii("Messwerte"), ascii("Abbrechen")]
