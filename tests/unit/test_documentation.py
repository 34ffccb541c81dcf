"""The pages: every file and link that they name exists, and the commands' page has the commands there are."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from myapp.cli.commands import COMMANDS
from myapp.cli.parser import parse
from myapp.product import NAME, VERSION
from myapp.schema.migrations import Migrations
from tests.applications import asynchronous
from tests.program import ROOT

COMMANDS_PAGE = ROOT / "myapp" / "cli" / "README.md"
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    COMMANDS_PAGE,
    ROOT / "myapp" / "schema" / "README.md",
    ROOT / "myapp" / "document" / "README.md",
    ROOT / "build_scripts" / "packages" / "README.md",
    ROOT / "build_scripts" / "yours" / "README.md",
    ROOT / "tests" / "README.md",
    ROOT / "tests" / "data" / "README.md",
    ROOT / "build_scripts" / "bench" / "README.md",
)
FOLDERS = ("myapp", "migrations", "freeze_hooks", "build_scripts", "tests", "peers")
MADE = ("build", "dist")
"""Folders that the scripts make; a fresh clone has neither."""

OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")
README_LINES = 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_every_file_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in target]
    assert [target for target in links if not (page.parent / target).exists()] == []
    assert [name for name in file_names(text) if not exists(name, page)] == []


def test_the_readme_names_the_packages_of_this_release() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").split("## Five commands")[0]
    names = set(re.findall(r"`(\w+[-_]\d[\w.-]+)`", text))
    assert names >= {f"{NAME}_{VERSION}_amd64.deb", f"{NAME}-{VERSION}-windows-x86_64-setup.exe"}
    assert [name for name in names if f"-{VERSION}-" not in name.replace("_", "-")] == []


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES


def test_the_examples_in_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.second_application import MIGRATIONS

    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    library, documents = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names = {"MIGRATIONS": with_the_env_of(text, tmp_path / "migrations")}
    exec(compile(library, "README.md", "exec"), names)  # noqa: S102
    assert Migrations(names["MIGRATIONS"], tmp_path / "shelf.db").compare() == []
    names = {"MIGRATIONS": MIGRATIONS}
    exec(compile(documents, "README.md", "exec"), names)  # noqa: S102
    assert (tmp_path / "mine.recipes").is_file()


def with_the_env_of(text: str, folder: Path) -> Path:
    """Write a directory with the two lines that a page says env.py becomes."""
    lines = re.findall(r"`(from \S+ import run)` and `(run\(.*?\))`", text)[0]
    env = "\n".join(lines).replace("shelf.models", "tests.applications.asynchronous.models")
    shutil.copytree(asynchronous.MIGRATIONS / "versions", folder / "versions")
    (folder / "env.py").write_text(env, encoding="utf-8")
    return folder


def test_the_page_of_commands_has_every_command_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    steps = listed(help_of("schema", capsys))
    assert set(sections()) == {*COMMANDS, *(f"schema {step}" for step in steps)} - {"schema"}


def test_the_page_of_commands_has_every_option_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    common = options(COMMANDS_PAGE.read_text(encoding="utf-8").split("\n## ")[1])
    for command, text in sections().items():
        if command == "alembic":
            continue
        offered = options(help_of(command, capsys)) - {"-h", "--help"}
        described = options("\n".join(line for line in text.splitlines() if not line.startswith("#")))
        assert described <= offered, command
        assert offered <= described | common, command


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Return a command's help text, its lines not broken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "1000")
        with pytest.raises(SystemExit, match="0"):
            parse([*command.split(), "--help"])
    return capsys.readouterr().out


def file_names(text: str) -> set[str]:
    """Return the file names in code spans, and those that begin a line of a fenced block."""
    fenced = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    starts = [line.split()[0] for block in fenced for line in block.splitlines() if line.strip()]
    words = [word.strip("`,;:.") for span in re.findall(r"`[^`\n]+`", text) for word in span.split()]
    return {word for word in [*starts, *words] if is_file_name(word)}


def is_file_name(word: str) -> bool:
    """Tell whether a word names a file of the repository."""
    first = word.partition("/")[0]
    shaped = re.fullmatch(r"[\w./*-]+", word)
    if not shaped or first in MADE:
        return False
    return ("/" in word and first in FOLDERS) or bool(re.fullmatch(r"[\w.-]+\.(py|md|toml|txt|svg)", word))


def exists(name: str, page: Path) -> bool:
    """Tell whether a name or pattern stands for something, seen from the page, the root or the scripts."""
    folders = (page.parent, ROOT, ROOT / "build_scripts", ROOT / "myapp")
    return any(any(folder.glob(name.rstrip("/"))) for folder in folders)


def listed(text: str) -> list[str]:
    """Return the commands that a help text lists."""
    return re.findall(r"^    ([a-z-]+)(?:  |$)", text.partition("\ncommands:")[2], re.MULTILINE)


def sections() -> dict[str, str]:
    """Return the text of each command on the page of commands."""
    text = COMMANDS_PAGE.read_text(encoding="utf-8")
    blocks = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)
    return {block.split("`")[1]: block for block in blocks if re.match(r"`[a-z -]+`\n", block)}


def options(text: str) -> set[str]:
    """Return the options that a text names."""
    return set(OPTION.findall(text))
