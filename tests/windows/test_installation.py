"""The bundle as a person has it: complete on a Windows without anything, and started by a double-click."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program import BUNDLE, Program

RUNTIME = ("vcruntime140.dll", "vcruntime140_1.dll")


@pytest.fixture
def frozen(program: Program) -> Program:
    """The program, where it is frozen."""
    if program.target != "frozen":
        pytest.skip("about the bundle")
    return program


@pytest.mark.usefixtures("frozen")
def test_the_compilers_libraries_are_in_the_bundle() -> None:
    assert [name for name in RUNTIME if not list(BUNDLE.rglob(name))] == []


def test_every_file_of_the_bundle_can_be_marked_as_read_only(
    frozen: Program, documents: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "read only ü"
    shutil.copytree(BUNDLE, copy)
    for file in copy.rglob("*"):
        if file.is_file():
            file.chmod(0o444)
    document = shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp")
    command = [f"{copy / Path(frozen.command[0]).name}", "runs", f"{document}"]
    done = subprocess.run(
        command, env=frozen.environment(), capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    for file in copy.rglob("*"):
        if file.is_file():
            file.chmod(0o666)
    assert (done.returncode, "was upgraded" in done.stderr) == (0, True), done


def test_the_environment_of_an_installed_python_changes_nothing(frozen: Program, tmp_path: Path) -> None:
    (tmp_path / "sqlite3.py").write_text("raise SystemExit(99)", encoding="utf-8")
    variables = {"PYTHONPATH": f"{tmp_path}", "PYTHONHOME": f"{tmp_path}", "PYTHONUTF8": "0"}
    assert frozen.run("--version", env=variables, cwd=tmp_path).returncode == 0


def test_a_read_only_document_is_shown_and_not_changed(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    document = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    document.chmod(0o444)
    before = document.read_bytes()
    shown = program.run("runs", document)
    tagged = program.run("tag", document, "1", "new")
    document.chmod(0o666)
    assert (shown.returncode, "private copy" in shown.stderr) == (0, True), shown
    assert (tagged.returncode, tagged.stderr.count("bug")) == (8, 0), tagged
    assert document.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["old.myapp"]
