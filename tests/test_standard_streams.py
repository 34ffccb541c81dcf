"""Standard streams that are closed or full: every command says so, and what was done stays done."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import contents
from tests.forks import ForkedProgram
from tests.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell and /dev/full")

DATA = Path(__file__).resolve().parent / "data"

PRINTING = [
    "--version", "--help", "runs --help", "info a.myapp", "check a.myapp", "upgrade a.myapp",
    "save-as a.myapp b.myapp", "backups a.myapp", "new b.myapp", "import a.myapp co2.csv --again",
    "import a.myapp co2.csv --show-format", "runs a.myapp", "runs a.myapp --json", "show a.myapp 1",
    "tag a.myapp 1 new", "note a.myapp 1", "delete a.myapp 2 --yes", "export a.myapp 1",
    "plot a.myapp 1 -o - --format svg",
    "attach a.myapp 1 new.bin", "detach a.myapp 1 kept.bin", "detach a.myapp 1 kept.bin -o -",
    "extract a.myapp --run 1 -o b.myapp", "copy a.myapp b.myapp", "schema current a.myapp", "schema history",
    "schema plan a.myapp", "schema sql", "alembic history", "completion bash",
]  # fmt: skip
"""A command line for every command that prints a result."""

DONE = {
    "import a.myapp co2.csv --again": lambda folder: len(contents.table(folder / "a.myapp", "runs")) == 3,
    "tag a.myapp 1 new": lambda folder: len(contents.table(folder / "a.myapp", "tags")) == 1,
    "delete a.myapp 2 --yes": lambda folder: len(contents.table(folder / "a.myapp", "runs")) == 1,
    "new b.myapp": lambda folder: (folder / "b.myapp").exists(),
    "extract a.myapp --run 1 -o b.myapp": lambda folder: (folder / "b.myapp").exists(),
    "detach a.myapp 1 kept.bin": lambda folder: (folder / "kept.bin").read_bytes() == b"kept",
    "detach a.myapp 1 kept.bin -o -": lambda folder: (
        len(contents.table(folder / "a.myapp", "attachments")) == 1
    ),
}
"""What is done although it could not be printed; an attachment that could not be written is still there."""


@pytest.fixture(scope="module")
def prepared(forked: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a document of two runs, one with an attachment, and files to import and attach."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(DATA / "co2.csv", folder)
    (folder / "kept.bin").write_bytes(b"kept")
    forked.run("new", folder / "a.myapp", check=True)
    forked.run("import", folder / "a.myapp", folder / "co2.csv", check=True)
    forked.run("import", folder / "a.myapp", folder / "co2.csv", "--again", "--title", "b", check=True)
    forked.run("note", folder / "a.myapp", "1", "it was dry", check=True)
    forked.run("attach", folder / "a.myapp", "1", folder / "kept.bin", check=True)
    (folder / "kept.bin").rename(folder / "new.bin")
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A copy of the prepared folder."""
    return Path(shutil.copytree(prepared, tmp_path / "folder"))


@pytest.mark.parametrize("words", PRINTING)
def test_a_full_output_is_said_and_what_was_done_stays_done(
    forked: Program, folder: Path, words: str
) -> None:
    assert isinstance(forked, ForkedProgram)
    done = forked.server.run(words.split(), place=folder, output="/dev/full")
    assert (done.returncode, done.stderr.count("standard output: no space left on device")) == (8, 1), done
    assert "unchanged" not in done.stderr
    assert "bug" not in done.stderr
    assert DONE.get(words, lambda _folder: True)(folder)


@pytest.mark.parametrize("words", PRINTING[::6])
def test_a_closed_output_is_said_too(forked: Program, folder: Path, words: str) -> None:
    done = redirected(forked, folder, words, ">&-")
    assert (done.returncode, done.stderr.count("standard output: it is closed")) == (8, 1), done
    assert DONE.get(words, lambda _folder: True)(folder)


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "<&- 2>&-"])
def test_remarks_that_cannot_be_shown_stop_nothing(forked: Program, folder: Path, streams: str) -> None:
    done = redirected(forked, folder, "import a.myapp co2.csv --again", streams)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "co2.csv: run 3, 2225 readings of co2\n"


def test_with_all_streams_closed_a_document_is_not_written_into(forked: Program, folder: Path) -> None:
    done = redirected(forked, folder, "import a.myapp co2.csv --again", "<&- >&- 2>&-")
    assert done.returncode == 8
    assert len(contents.table(folder / "a.myapp", "runs")) == 3
    assert forked.run("check", folder / "a.myapp").returncode == 0


def test_a_closed_input_is_not_an_empty_note(forked: Program, folder: Path) -> None:
    forked.run("note", folder / "a.myapp", "1", "it was wet", check=True)
    done = redirected(forked, folder, "note a.myapp 1 -", "<&-")
    assert (done.returncode, done.stderr) == (8, "myapp: standard input: it is closed\n")
    assert forked.run("note", folder / "a.myapp", "1").stdout == "it was wet\n"


def redirected(program: Program, folder: Path, words: str, streams: str) -> subprocess.CompletedProcess[str]:
    """Run a command line in a folder, its streams redirected by a shell."""
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {streams}', "sh", *program.command, *words.split()],
        cwd=folder,
        env=program.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
