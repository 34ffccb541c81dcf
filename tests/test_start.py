"""What a start loads: a document at head opens without a library, and the version needs no database."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from tests.program import ROOT, Program

LOADED = """
import sys
before = set(sys.modules)
sys.argv[0] = "myapp"
from myapp.__main__ import run
try:
    run()
except SystemExit as done:
    assert not done.code, done.code
found = {name: vars(module).get("__file__") for name, module in sys.modules.items() if name not in before}
print({name: file is not None for name, file in found.items()})
"""

VERSION = [
    "myapp",
    "myapp.__main__",
    "myapp.application",
    "myapp.cli",
    "myapp.cli.environment",
    "myapp.cli.main",
    "myapp.cli.output",
    "myapp.cli.quiet",
    "myapp.cli.reporting",
    "myapp.cli.streams",
    "myapp.cli.versions",
    "myapp.document",
    "myapp.document.context",
    "myapp.document.format",
    "myapp.errors",
    "myapp.paths",
    "myapp.product",
    "myapp.progress",
    "myapp.schema",
    "myapp.schema.libraries",
    "myapp.schema.manifest",
]

INFO = [
    "myapp",
    "myapp.__main__",
    "myapp.application",
    "myapp.cli",
    "myapp.cli.commands",
    "myapp.cli.environment",
    "myapp.cli.info",
    "myapp.cli.main",
    "myapp.cli.notebook",
    "myapp.cli.opening",
    "myapp.cli.options",
    "myapp.cli.output",
    "myapp.cli.parser",
    "myapp.cli.progress_bar",
    "myapp.cli.quiet",
    "myapp.cli.reporting",
    "myapp.cli.streams",
    "myapp.descriptors",
    "myapp.document",
    "myapp.document.classify",
    "myapp.document.connect",
    "myapp.document.context",
    "myapp.document.create",
    "myapp.document.errors",
    "myapp.document.files",
    "myapp.document.format",
    "myapp.document.open",
    "myapp.document.private",
    "myapp.document.refusals",
    "myapp.document.trust",
    "myapp.errors",
    "myapp.notebook",
    "myapp.notebook.summary",
    "myapp.paths",
    "myapp.product",
    "myapp.progress",
    "myapp.schema",
    "myapp.schema.driver_errors",
    "myapp.schema.fingerprint",
    "myapp.schema.libraries",
    "myapp.schema.manifest",
    "myapp.schema.urls",
    "myapp.schema.waiting",
]

# As of Python 3.11: what the bundle of another version reads for the same imports may differ by a name.
# Modules that are compiled into the executable (os, io, collections, datetime) are not counted.
VERSION_FROM_BUNDLE = [
    "_blake2",
    "_md5",
    "_sha1",
    "_sha256",
    "_sha3",
    "_sha512",
    "contextlib",
    "functools",
    "hashlib",
    "keyword",
    "operator",
    "reprlib",
    "types",
]
INFO_FROM_BUNDLE = sorted(
    [
        *VERSION_FROM_BUNDLE,
        "_datetime",
        "_sqlite3",
        "argparse",
        "copyreg",
        "enum",
        "gettext",
        "locale",
        "math",
        "re",
        "re._casefix",
        "re._compiler",
        "re._constants",
        "re._parser",
        "signal",
        "sqlite3",
        "sqlite3.dbapi2",
    ]
)


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    """A document at head."""
    return Path(shutil.copy(documents / "0007.myapp", tmp_path))


def loaded(program: Program, tmp_path: Path, *words: str | Path) -> dict[str, bool]:
    """Return the modules that a command loads, and whether each is a file."""
    program.run("new", tmp_path / "blank.myapp", check=True)  # a checkout makes its blank document now
    script = tmp_path / "loaded.py"
    script.write_text(LOADED, encoding="utf-8")
    done = program.script(script, *words, check=True)
    found: dict[str, bool] = ast.literal_eval(done.stdout.splitlines()[-1])
    return found


def ours(found: dict[str, bool]) -> list[str]:
    return sorted(name for name in found if name.partition(".")[0] == "myapp")


def others(found: dict[str, bool]) -> list[str]:
    return sorted(name for name, file in found.items() if file and name.partition(".")[0] != "myapp")


def test_the_version_loads_these_modules_of_ours_and_no_others(program: Program, tmp_path: Path) -> None:
    found = loaded(program, tmp_path, "--version")
    assert ours(found) == VERSION
    if program.target == "frozen":
        assert others(found) == VERSION_FROM_BUNDLE


def test_info_at_head_loads_these_modules_and_no_others(
    program: Program, tmp_path: Path, document: Path
) -> None:
    found = loaded(program, tmp_path, "info", document)
    assert ours(found) == INFO
    if program.target == "frozen":
        assert others(found) == INFO_FROM_BUNDLE


COMMANDS: dict[str, list[str | Path]] = {
    "runs": ["--text", "winter"],
    "show": ["1", "--exact"],
    "export": ["1"],
    "extract": ["--run", "1", "-o", "part.myapp"],
    "import": [ROOT / "tests" / "data" / "seattle-weather.csv", "--again"],
    "note": ["1", "a note"],
    "tag": ["1", "wet"],
    "rename": ["1", "another"],
    "attach": ["1", ROOT / "tests" / "data" / "README.md"],
    "delete": ["1", "--yes"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_document_at_head_is_worked_on_without_sqlalchemy(
    program: Program, tmp_path: Path, document: Path, command: str
) -> None:
    words = [tmp_path / word if word == "part.myapp" else word for word in COMMANDS[command]]
    found = loaded(program, tmp_path, command, document, *words)
    libraries = {"alembic", "python_calamine", "rich", "sqlalchemy", "zipfile"}
    assert {name.partition(".")[0] for name in found} & libraries == set()
