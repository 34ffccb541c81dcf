"""Every example of the pages and of `--help` runs literally, in a shell in a fresh folder with what it names.

One thing is replaced: the database that examples call `…@db.example.org/trip` is an empty one of the tests'
PostgreSQL server, or a notebook where the command reads one.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from myapp.cli.commands import COMMANDS
from myapp.cli.parser import make_parser
from tests.forks import ForkedProgram
from tests.program import BUNDLE, ROOT, Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the examples are for a POSIX shell")

README, COMMANDS_PAGE = ROOT / "README.md", ROOT / "myapp" / "cli" / "README.md"
URL = re.compile(r"postgresql\+psycopg://\w+@db\.example\.org/trip")

RUNS = {
    "trip": "time,temperature [°C],wind [m/s]\n2024-05-01 00:00,4.5,2\n2024-06-01 00:00,12.5,3\n",
    "winter snowfall": "time,temperature [°C]\n2024-05-30,-1\n2024-06-01,-2\n",
    "summit": "time,temperature [°C],wind [m/s]\n2024-05-02,1.5,9\n2024-05-31,2.5,8\n2024-06-02,3.5,7\n",
    "valley": "time,temperature [°C]\n2024-05-03,20.5\n",
}
"""The runs 1 to 4 of `trip.myapp`, by their titles."""

SQLITE3 = "import sqlite3, sys; [print(*row) for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])]"
"""Stands for the program `sqlite3` where it is not installed."""

NewDatabase = Callable[[], str]
Shell = Callable[[str, Path], None]


def page_examples() -> Iterator[str]:
    """Yield the code spans of the pages that begin with the program's name; COMMAND is no command."""
    for page in (README, COMMANDS_PAGE):
        spans = re.findall(r"`(myapp [a-z-][^`]*)`", page.read_text(encoding="utf-8"))
        yield from (" ".join(span.split()) for span in spans)


def help_examples(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield the examples in the help of a parser and of all commands below it."""
    yield from re.findall(r"^example: (.+)$", parser.epilog or "", re.MULTILINE)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from help_examples(command)


IN_HELP = list(help_examples(make_parser(complete=True)))
ON_PAGES = list(page_examples())
DISTRIBUTE = "myapp schema distribute "
EXAMPLES = list(dict.fromkeys([*ON_PAGES, *IN_HELP]))


@pytest.fixture(scope="module")
def prepared(forked: Program, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all files that examples name."""
    program, folder = forked, tmp_path_factory.mktemp("prepared")
    program.run("new", folder / "trip.myapp", check=True)
    for title, text in RUNS.items():
        csv = folder / "run.csv"
        csv.write_text(text, encoding="utf-8")
        program.run("import", folder / "trip.myapp", csv, "--title", title, check=True)
        csv.unlink()
    program.run("tag", folder / "trip.myapp", "2", "wet", check=True)
    shutil.copy(documents / "0003.myapp", folder / "old.myapp")
    shutil.copy(documents / "0003.myapp", folder / "trip.myapp.backup-0003")
    damaged = (documents / "0007.myapp").read_bytes()
    (folder / "damaged.myapp").write_bytes(damaged[: len(damaged) * 3 // 4])
    (folder / "logger.csv").write_text("time,x\n2024-05-01 12:00,1\n", encoding="utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A fresh copy of the folder."""
    return Path(shutil.copytree(prepared, tmp_path / "folder"))


@pytest.fixture(scope="module")
def shell(started: Program, forked: Program, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Run a line in a shell for which `myapp` is the program under test, and demand that it succeeds.

    From source, a line of words alone is run in a fork, which needs no shell.
    """
    commands = tmp_path_factory.mktemp("bin")
    script(commands / "myapp", started.command)
    if shutil.which("sqlite3") is None:
        script(commands / "sqlite3", [sys.executable, "-c", SQLITE3])
    environment = started.environment({"PATH": f"{commands}{os.pathsep}{os.defpath}"})

    def run(line: str, folder: Path) -> None:
        in_fork = started.target == "source" and not set(line) & set("*>|~{#")
        if in_fork and isinstance(forked, ForkedProgram):
            done = forked.server.run(shlex.split(line)[1:], place=folder)
        else:
            done = subprocess.run(
                ["/bin/sh", "-c", line],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                check=False,
                timeout=120,
            )
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done

    return run


def script(path: Path, command: list[str]) -> None:
    """Write an executable file that runs a command with its own arguments."""
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


# What an example needs that not every folder has


def without_document(_program: Program, folder: Path) -> None:
    (folder / "trip.myapp").unlink()


def without_damage(_program: Program, folder: Path) -> None:
    (folder / "damaged.myapp").unlink()


def with_bad_line(_program: Program, folder: Path) -> None:
    with (folder / "logger.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"2024-05-01 12:{minute},1\n" for minute in range(10, 60))
        stream.write("2024-05-01 13:00,?\n")


def with_format(program: Program, folder: Path) -> None:
    program.run("new", folder / "other.myapp", check=True)
    program.run("formats", "hobo", "--remove")
    program.run("import", folder / "other.myapp", folder / "logger.csv", "--save-format", "hobo", check=True)


def without_format(program: Program, _folder: Path) -> None:
    program.run("formats", "hobo", "--remove")


def with_attachment(program: Program, folder: Path) -> None:
    program.run("attach", folder / "trip.myapp", "3", folder / "photo.jpg", check=True)
    (folder / "photo.jpg").unlink()


def with_database_file(program: Program, folder: Path) -> None:
    """Make `my.db` as `create_all` does: with the schema of a revision, and no version table."""
    program.run("schema", "upgrade", f"sqlite:///{folder / 'my.db'}", check=True)
    with closing(sqlite3.connect(folder / "my.db")) as connection:
        connection.execute("DROP TABLE alembic_version")


def with_file_to_adopt(_program: Program, folder: Path) -> None:
    """Make `old.db`, which has the tables of a revision, and neither header nor version table."""
    shutil.copy(folder / "old.myapp", folder / "old.db")
    with closing(sqlite3.connect(folder / "old.db", isolation_level=None)) as connection:
        connection.execute("DROP TABLE alembic_version")
        connection.execute("PRAGMA application_id=0")
        connection.execute("PRAGMA user_version=0")


def with_folder_of_completions(program: Program, _folder: Path) -> None:
    (program.home / ".local/share/bash-completion/completions").mkdir(parents=True, exist_ok=True)


FILES: dict[str, Callable[[Program, Path], None]] = {
    "myapp new trip.myapp": without_document,
    "myapp upgrade *": without_damage,
    "myapp import trip.myapp logger.csv --timezone Europe/Berlin --on-error skip": with_bad_line,
    "myapp import trip.myapp logger.csv --format": with_format,
    "myapp import trip.myapp logger.csv --timezone -07:00": without_format,
    "myapp formats ": with_format,
    "myapp detach ": with_attachment,
    "myapp adopt old.db": with_file_to_adopt,
    "myapp schema stamp ": with_database_file,
    "myapp completion bash >": with_folder_of_completions,
}
"""What is done before an example that begins so."""


def empty(_program: Program, _url: str, _folder: Path) -> None:
    """Leave a database as it is."""


def older(program: Program, url: str, _folder: Path) -> None:
    program.run("schema", "upgrade", url, "0003", check=True)


def filled(program: Program, url: str, folder: Path) -> None:
    program.run("copy", folder / "trip.myapp", url, check=True)


def with_roles(program: Program, url: str, folder: Path) -> None:
    """Make the roles that the example names; the server's other databases may have made them already."""
    filled(program, url, folder)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for role in ("anna", "logger"):
            connection.execute(
                f"DO $$ BEGIN CREATE ROLE {role}; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )


DATABASES: dict[str, Callable[[Program, str, Path], None]] = {
    "myapp new ": empty,
    "myapp copy trip.myapp ": empty,
    "myapp copy postgresql": filled,
    "myapp upgrade ": older,
    "myapp schema grant ": with_roles,
}
"""What the database holds before an example that begins so and names one."""


@pytest.mark.parametrize("line", [line for line in EXAMPLES if not URL.search(line)])
def test_an_example_runs_literally(program: Program, shell: Shell, folder: Path, line: str) -> None:
    for beginning, prepare in FILES.items():
        if line.startswith(beginning):
            prepare(program, folder)
    shell(line, folder)


@pytest.mark.parametrize("line", [line for line in EXAMPLES if line.startswith(DISTRIBUTE)])
def test_the_example_with_a_cluster_is_refused_by_one_server(
    program: Program, postgres: NewDatabase, line: str
) -> None:
    """tests/test_distribution.py runs it on a cluster."""
    url = postgres()
    program.run("new", url, check=True)
    done = program.run(*shlex.split(URL.sub(lambda _match: shlex.quote(url), line))[1:])
    assert (done.returncode, "in no Citus cluster" in done.stderr) == (8, True)


@pytest.mark.parametrize(
    "line", [line for line in EXAMPLES if URL.search(line) and not line.startswith(DISTRIBUTE)]
)
def test_an_example_with_a_server_runs_but_for_its_address(
    program: Program,
    shell: Shell,
    postgres: NewDatabase,
    folder: Path,
    line: str,
) -> None:
    (prepare,) = (prepare for beginning, prepare in DATABASES.items() if line.startswith(beginning))
    url = postgres()
    prepare(program, url, folder)
    shell(URL.sub(lambda _match: shlex.quote(url), line), folder)


def test_the_commands_of_the_readme_run_one_after_the_other(shell: Shell, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "data" / "seattle-weather.csv", tmp_path)
    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if "$ myapp " in block]
    lines = re.findall(r"^\$ (.+)$", block, re.MULTILINE)
    assert len(lines) == len(block.splitlines()) == 5
    for line in lines:
        shell(line, tmp_path)
    assert (tmp_path / "trip.png").read_bytes().startswith(b"\x89PNG")


def test_the_link_of_the_readme_makes_the_command_known(started: Program, tmp_path: Path) -> None:
    if started.target != "frozen":
        return  # there is no folder to link to
    (line,) = re.findall(r"`(ln -s [^`]+)`", README.read_text(encoding="utf-8"))
    (tmp_path / "myapp").symlink_to(BUNDLE)
    home = tmp_path / "home"
    (home / ".local" / "bin").mkdir(parents=True)
    environment = started.environment({"HOME": f"{home}", "PATH": f"{home}/.local/bin:{os.defpath}"})
    for each in (line, "myapp --version"):
        subprocess.run(["/bin/sh", "-c", each], cwd=tmp_path, env=environment, check=True, timeout=60)


def test_every_command_has_an_example_on_its_page_and_in_its_help() -> None:
    for examples in (ON_PAGES, IN_HELP):
        assert {line.split()[1] for line in examples} >= set(COMMANDS)
    steps = {line.split()[2] for line in IN_HELP if line.startswith("myapp schema ")}
    assert {line.split()[2] for line in ON_PAGES if line.startswith("myapp schema ")} == steps
