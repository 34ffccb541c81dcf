"""An installation whose migrations are missing, empty or altered is an error, never an upgrade to nothing."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from tests.program import BUNDLE, EXE, ROOT, Program


@pytest.fixture
def installed(program: Program, tmp_path: Path) -> tuple[Program, Path]:
    """A copy of the whole program to break, and its migrations directory."""
    place = tmp_path / "installed"
    if program.target == "frozen":
        shutil.copytree(BUNDLE, place, symlinks=True)
        return dataclasses.replace(program, command=[os.fspath(place / f"myapp{EXE}")]), place / "migrations"
    ignored = shutil.ignore_patterns("__pycache__")
    where = "import myapp; print(myapp.__file__)"
    (tmp_path / "where.py").write_text(where, encoding="utf-8")
    package = Path(program.script(tmp_path / "where.py", check=True).stdout.strip()).parent
    shutil.copytree(package, place / "myapp", ignore=ignored)
    migrations = place / "myapp" / "migrations"
    if program.target == "source":
        migrations = place / "migrations"
        shutil.copytree(ROOT / "migrations", migrations, ignore=ignored)
        shutil.copy(ROOT / "setup.py", place)
    python = program.script_command[: program.script_command.index("-I") + 1]
    start = f"import sys; sys.path.insert(0, {os.fspath(place)!r}); from myapp.__main__ import run; run()"
    return dataclasses.replace(program, command=[*python, "-B", "-c", start]), migrations


@pytest.mark.parametrize(
    "damage", ["missing folder", "empty folder", "missing revision", "altered revision", "altered env"]
)
def test_broken_migrations_are_told_and_touch_nothing(
    installed: tuple[Program, Path], tmp_path: Path, documents: Path, damage: str
) -> None:
    program, migrations = installed
    path = Path(shutil.copy(documents / "0002.myapp", tmp_path / "old.myapp"))
    before = path.read_bytes()
    if "folder" in damage:
        shutil.rmtree(migrations)
    if damage == "empty folder":
        migrations.mkdir()
    revision = migrations / "versions" / "0005_sources_and_attachments.py"
    if damage == "missing revision":
        revision.unlink()
    if damage == "altered revision":
        revision.write_bytes(revision.read_bytes().replace(b"def upgrade", b"def Upgrade"))
    if damage == "altered env":
        (migrations / "env.py").write_text("pass\n", encoding="utf-8")
    for words in (["runs", path], ["schema", "upgrade", f"sqlite:///{tmp_path / 'new.db'}"]):
        refused = program.run(*words)
        if damage == "altered env" and program.target == "source":  # a checkout's may change
            assert (refused.returncode, refused.stderr.count("\n")) == (7, 1)
            assert "env.py ran no revisions" in refused.stderr
        else:
            assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (6, "", 1)
            assert "installation is broken" in refused.stderr
    assert path.read_bytes() == before
    assert not (tmp_path / "new.db").exists() or (tmp_path / "new.db").stat().st_size == 0


def test_a_revision_that_nobody_ordered_is_refused_with_its_name(
    installed: tuple[Program, Path], tmp_path: Path, documents: Path
) -> None:
    program, migrations = installed
    path = Path(shutil.copy(documents / "0002.myapp", tmp_path / "old.myapp"))
    text = "revision, down_revision = 'd00d', '0007'\ndef upgrade(): pass\n"
    (migrations / "versions" / "next.py").write_text(text, encoding="utf-8")
    refused = program.run("runs", path)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (6, "", 1)
    assert "next.py" in refused.stderr
    assert ("manifest.py --order" in refused.stderr) == (program.target == "source")
    assert path.read_bytes() == (documents / "0002.myapp").read_bytes()


TOO_OLD = {
    "runs": ["runs", "old.myapp"],
    "info": ["info", "old.myapp"],
    "check": ["check", "old.myapp"],
    "plan": ["schema", "plan", "old.myapp"],
    "current": ["schema", "current", "old.myapp"],
    "upgrade": ["upgrade", "old.myapp"],
    "downgrade": ["schema", "downgrade", "old.myapp", "0002"],
    "rescue": ["rescue", "old.myapp", "--out", "new.myapp"],
    "save-as": ["save-as", "old.myapp", "new.myapp"],
    "restore": ["restore", "new.myapp", "old.myapp"],
    "import": ["import", "old.myapp", "none.csv"],
}


def test_a_document_of_a_dropped_revision_is_refused_by_every_command_with_the_release_that_opens_it(
    installed: tuple[Program, Path], tmp_path: Path, documents: Path
) -> None:
    program, migrations = installed
    (manifest,) = (tmp_path / "installed").glob("**/manifest.sha256")
    lines = manifest.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.endswith("0001_runs_and_readings.py\n")]
    manifest.write_text("".join([*kept, "# dropped 0001=0.1.9\n"]), encoding="utf-8")
    (migrations / "versions" / "0001_runs_and_readings.py").unlink()
    path = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    before = path.read_bytes()
    words = "has revision 0001, which is too old for this program: open it once with release 0.1.9\n"
    for name, command in TOO_OLD.items():
        refused = program.run(*command, cwd=tmp_path)
        assert (refused.returncode, refused.stdout) == (7, ""), (name, refused)
        assert refused.stderr.endswith(words), (name, refused)
        assert refused.stderr.count("\n") == 1, (name, refused)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir() if file.suffix == ".myapp") == ["old.myapp"]


def test_a_whole_copy_works_in_its_place(
    installed: tuple[Program, Path], tmp_path: Path, documents: Path
) -> None:
    program, _migrations = installed
    path = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    assert "Mauna Loa" in program.run("runs", path, check=True).stdout
