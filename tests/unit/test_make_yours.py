"""A repository of one's own: the machinery under another name, with an example or an existing application."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.program import ROOT
from tests.reading_list.old_files import BOOKS, make_old_files

READING_LIST = ROOT / "tests" / "reading_list"
RENAMED = {"myapp": "shelf", "MYAPP": "SHELF", "Myapp": "Shelf", "notebook": "content"}
MACHINERY = ("schema", "document")

HERE = """
import runpy, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/build_scripts"]
import _environment
_environment.VENV = Path(sys.prefix)
sys.argv = [sys.argv[1] + "/build_scripts/" + sys.argv[2], *sys.argv[3:]]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a build script of a repository in this environment, instead of one that it would make."""


def build_script(repository: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a build script of a repository with its arguments."""
    command = [sys.executable, "-sBc", HERE, os.fspath(repository), *map(os.fspath, words)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def start(repository: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Start the program of a repository."""
    code = f"import sys; sys.path.insert(0, {os.fspath(repository)!r}); from {_package(repository)}.__main__ "
    command = [sys.executable, "-IBc", f"{code}import run; run()", *map(os.fspath, words)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository from nothing, with its first revision and its first kept document."""
    target = tmp_path_factory.mktemp("yours") / "shelf"
    made = build_script(ROOT, "make_yours.py", target, "--name", "shelf", "--only-write")
    assert made.returncode == 0, made.stderr
    for script in (["new_revision.py", "first"], ["manifest.py"], ["new_fixture.py"]):
        done = build_script(target, *script)
        assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that takes over the reading list."""
    target = tmp_path_factory.mktemp("yours") / "reading"
    old = ["--from", READING_LIST, "--models", "reading.models:Base", "--migrations", "alembic"]
    made = build_script(ROOT, "make_yours.py", target, "--name", "reading", *old, "--only-write")
    assert made.returncode == 0, made.stderr
    for script in (["manifest.py"], ["new_fixture.py"]):
        done = build_script(target, *script)
        assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.mark.parametrize("folder", MACHINERY)
def test_the_machinery_is_this_repositorys_but_for_the_names(shelf: Path, folder: str) -> None:
    ours = {file.relative_to(ROOT / "myapp"): _renamed(file) for file in _sources(ROOT / "myapp" / folder)}
    theirs = {file.relative_to(shelf / "shelf"): _digest(file) for file in _sources(shelf / "shelf" / folder)}
    assert ours == theirs


def test_nothing_names_this_program_or_its_domain(shelf: Path) -> None:
    files = [file for file in shelf.rglob("*") if file.is_file() and ".git" not in file.parts]
    texts = {file: file.read_bytes().lower() for file in files if "build" not in file.parts}
    assert [file for file, text in texts.items() if b"myapp" in text or b"notebook" in text] == []


def test_its_checks_are_green(shelf: Path) -> None:
    for check in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        done = subprocess.run(
            [sys.executable, "-sBm", *check], cwd=shelf, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_its_program_makes_fills_lists_and_checks_a_document(shelf: Path, tmp_path: Path) -> None:
    document = tmp_path / "mine.shelf"
    for words in (["new", document], ["add", document, "a first item"], ["check", document]):
        done = start(shelf, *words)
        assert done.returncode == 0, done.stderr
    assert start(shelf, "list", document).stdout.splitlines() == ["table\trows", "items\t1"]
    assert "a first item" in start(shelf, "list", document, "items").stdout
    (kept,) = (shelf / "tests" / "documents").glob("*.shelf")
    assert start(shelf, "list", kept).stdout.splitlines() == ["table\trows", "items\t4"]


def test_an_application_keeps_its_revisions_unchanged(reading: Path) -> None:
    ours = {file.name: _digest(file) for file in (READING_LIST / "alembic" / "versions").glob("*.py")}
    theirs = {file.name: _digest(file) for file in (reading / "migrations" / "versions").glob("*.py")}
    assert ours.items() <= theirs.items()
    assert len(theirs) == len(ours) + 1


def test_the_data_files_of_revisions_come_with_them_or_nothing_is_made(tmp_path: Path) -> None:
    old, target = shutil.copytree(READING_LIST, tmp_path / "old"), tmp_path / "reading"
    with (old / "alembic" / "versions" / "3f1c9a20b7d4_books.py").open("a") as revision:
        revision.write('data_files = ["titles.csv"]\n')
    words = ["--name", "reading", "--models", "reading.models:Base", "--migrations", "alembic"]
    words += ["--from", f"{old}", "--only-write"]
    refused = build_script(ROOT, "make_yours.py", target, *words)
    assert (refused.returncode, refused.stderr.count("\n"), target.exists()) == (2, 1, False)
    assert "titles.csv, which is missing" in refused.stderr
    (old / "alembic" / "versions" / "titles.csv").write_text("Emma")
    made = build_script(ROOT, "make_yours.py", target, *words)
    assert (made.returncode, (target / "migrations" / "versions" / "titles.csv").read_text()) == (0, "Emma")


def test_a_package_may_lie_in_src(tmp_path: Path) -> None:
    old, target = shutil.copytree(READING_LIST, tmp_path / "old"), tmp_path / "reading"
    (old / "src").mkdir()
    (old / "reading").rename(old / "src" / "reading")
    words = ["--name", "reading", "--models", "reading.models:Base", "--migrations", "alembic"]
    made = build_script(ROOT, "make_yours.py", target, *words, "--from", old, "--only-write")
    assert made.returncode == 0, made.stderr
    assert (target / "reading" / "models.py").is_file()


def test_an_application_lists_its_tables(reading: Path, tmp_path: Path) -> None:
    document = tmp_path / "mine.reading"
    assert start(reading, "new", document).returncode == 0
    with closing(sqlite3.connect(document)) as connection, connection:
        connection.execute("INSERT INTO books (title) VALUES ('Solaris')")
    listed = start(reading, "list", document)
    assert listed.stdout.splitlines() == ["table\trows", "authors\t0", "books\t1"], listed.stderr


def test_the_files_that_people_have_open_at_head_with_nothing_lost(reading: Path, tmp_path: Path) -> None:
    for file in make_old_files(tmp_path):
        listed = start(reading, "list", file, "books", "--json")
        assert listed.returncode == 0, listed.stderr
        assert [book["title"] for book in json.loads(listed.stdout)] == BOOKS
        assert json.loads(start(reading, "info", file, "--json").stdout)["state"] == "head"
        with closing(sqlite3.connect(f"{file}.backup-original")) as backup:
            assert backup.execute("SELECT title FROM books ORDER BY id").fetchall() == [
                (each,) for each in BOOKS
            ]


OLD = ["--from", f"{READING_LIST}"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--name", "my-shelf"], "cannot be the name of a package"),
        (["--name", "class"], "cannot be the name of a package"),
        (["--name", "reading", *OLD], "together"),
        (["--name", "other", *OLD, "--models", "other:B", "--migrations", "alembic"], "no package other"),
        (["--name", "reading", *OLD, "--models", "reading:B", "--migrations", "none"], "no revisions"),
        (["--name", "reading", *OLD, "--models", "models", "--migrations", "alembic"], "MODULE:ATTRIBUTE"),
        (["--name", "reading", *OLD, "--models", "reading:Base", "--migrations", "alembic"], "written anew"),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(words: list[str], reason: str, tmp_path: Path) -> None:
    refused = build_script(ROOT, "make_yours.py", tmp_path / "made", *words)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
    assert reason in refused.stderr
    assert not (tmp_path / "made").exists()


def test_a_folder_that_is_not_empty_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    refused = build_script(ROOT, "make_yours.py", tmp_path, "--name", "shelf")
    assert (refused.returncode, [file.name for file in tmp_path.iterdir()]) == (2, ["mine"])


def _package(repository: Path) -> str:
    return repository.name


def _sources(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.rglob("*")) if file.suffix == ".py"]


def _renamed(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
