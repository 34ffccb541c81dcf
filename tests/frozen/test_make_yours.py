"""A repository of one's own, end to end: made, frozen, started, and tested by its tests on every target."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.program import ROOT
from tests.reading_list.old_files import BOOKS, make_old_files

READING_LIST = ROOT / "tests" / "reading_list"
EXISTING = ["--from", f"{READING_LIST}", "--models", "reading.models:Base", "--migrations", "alembic"]


def script(file: Path, *words: str) -> str:
    """Run a build script with the Python that is installed, and print how long it took."""
    command = [getattr(sys, "_base_executable", sys.executable), os.fspath(file), *words]
    started = time.monotonic()
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL
    )
    print(f"{file.name} {' '.join(words)}: {time.monotonic() - started:.0f} s")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def in_readme() -> list[list[str]]:
    """Return the commands by which README.md makes a repository, each as words."""
    lines = re.findall(r"^\$ (python3 .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [shlex.split(line, comments=True) for line in lines]


@pytest.mark.long
@pytest.mark.parametrize("existing", [[], EXISTING], ids=["from nothing", "an application that exists"])
def test_the_commands_of_the_readme_make_a_repository_that_is_frozen_and_green(
    existing: list[str], tmp_path: Path
) -> None:
    make, run, test = in_readme()
    name = "reading" if existing else "shelf"
    repository = tmp_path / name
    words = [word.replace("../shelf", f"{repository}").replace("shelf", name) for word in make[2:]]
    script(ROOT / make[1], *words, *existing)
    assert f"$ {name} list" in script(repository / run[1].removeprefix("../shelf/"))
    assert ", 0 failed" in script(repository / test[1].removeprefix("../shelf/")).splitlines()[-1]
    if existing:
        demand_old_files_open(repository / "dist" / name / name, tmp_path)


def demand_old_files_open(executable: Path, folder: Path) -> None:
    """Demand that the frozen program opens the files that people have, at head and with nothing lost."""
    for file in make_old_files(folder):
        listed = subprocess.run(
            [executable, "list", file, "books", "--json"], capture_output=True, encoding="utf-8", check=False
        )
        assert listed.returncode == 0, listed.stderr
        assert [book["title"] for book in json.loads(listed.stdout)] == BOOKS
