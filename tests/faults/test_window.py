"""The window is killed while it writes, and opens documents all day."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import myapp
from tests import contents
from tests.faults.scenes import TRIED
from tests.faults.test_refusals import without_override
from tests.program import ROOT, Program

pytest.importorskip("PySide6.QtWidgets", reason="this system lacks the libraries of Qt")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills and /proc are those of Linux")

SCRIPT = ROOT / "tests" / "scripts" / "window_at_work.py"
KILLS, MANY_KILLS = 6, 100
LONGEST_SECONDS = 2.5
"""Until then after its start a window is killed: it imports and edits several times."""

ROWS = 20_000
"""The rows of each file that the script imports, of two channels."""

DOCUMENTS = 75
"""How many are opened; what is held after a third is compared with the end."""

MOST_KILOBYTES = 3_000
"""How much more memory may be allocated after fifty further documents: 1,100 to 1,500 were measured."""

SEED = 20_241_127


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))


def test_a_window_that_is_killed_while_it_imports_and_edits_leaves_a_whole_document(
    program: Program, document: Path, tmp_path: Path, long: bool
) -> None:
    before, chance = document.read_bytes(), random.Random(SEED)
    reached = 0
    for _number in range(MANY_KILLS if long else KILLS):
        document.write_bytes(before)
        reached = max(reached, kill_at_work(program, document, tmp_path, chance.uniform(0, LONGEST_SECONDS)))
        TRIED.append(1)
        program.run("check", document, check=True)  # also with a journal that is to be rolled back
        demand_whole(document)
    assert reached > 0


def kill_at_work(program: Program, document: Path, folder: Path, seconds: float) -> int:
    """Kill a window so long after it began to write; return the last import that it began."""
    command = [*program.script_command, SCRIPT, "writing", document, folder]
    with subprocess.Popen(
        command, env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        begun = [0, *map(int, process.stdout.read().split())]
    assert process.returncode == -signal.SIGKILL
    return begun[-1]


def demand_whole(document: Path) -> None:
    """Demand that each import is there whole or not at all, and so is each edit."""
    with myapp.open(document) as notebook:
        runs = {run.title: run for run in notebook.runs()}
        imported = {title: run.readings for title, run in runs.items() if title.startswith("csv ")}
        (edited,) = (run for run in runs.values() if run.id == 1)
    assert set(imported.values()) <= {2 * ROWS}
    assert list(imported) == [f"csv {number}" for number in range(len(imported))]
    if edited.title.startswith("title "):
        assert edited.tags == (edited.title.replace("title", "tag"),)
    assert contents.is_whole(document)


def shown_without_permission(program: Program, document: Path) -> list[str]:
    """Return the page, its heading and the buttons for a person who is not root."""
    command = [*without_override(), *program.script_command, SCRIPT, "refused", document]
    environment = program.environment()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().split("|")


def test_a_document_without_permission_is_a_page_that_says_so(program: Program, document: Path) -> None:
    document.chmod(0)
    shown = shown_without_permission(program, document)
    assert shown == ["RefusedPage", "The system does not give trip.myapp", "copy", "retry"]


def test_an_older_document_in_a_folder_that_cannot_be_written_is_offered_as_a_copy(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    document = Path(shutil.copy(documents / "0001.myapp", folder / "trip.myapp"))
    folder.chmod(0o555)
    shown = shown_without_permission(program, document)
    folder.chmod(0o755)
    assert shown == ["OlderPage", "trip.myapp is of an older release", "cancel", "read-only"]


def test_a_window_that_opens_documents_all_day_holds_no_more_of_anything(
    program: Program, document: Path
) -> None:
    done = program.script(SCRIPT, "opening", document, str(DOCUMENTS), check=True)
    early, late = (list(map(int, line.split())) for line in done.stdout.splitlines())
    assert late[0] - early[0] < MOST_KILOBYTES
    assert late[1] - early[1] < 5 * DOCUMENTS, "Python's objects"
    assert late[2:] == early[2:], "widgets, threads and descriptors"
    assert late[3] == 1
