"""A data file beside a revision: named by the revision, listed in the manifest, read when it is upgraded."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from build_scripts._guard_rails import findings
from freeze_hooks import FreezeError
from freeze_hooks.migrations import files as shipped_files
from myapp.errors import BrokenInstallation, MyappError
from myapp.schema.data_files import data_files
from myapp.schema.manifest import Manifest
from myapp.schema.migrations import Migrations
from tests.migration_folders import write

DATA = "0001_units.csv"
READS = """
    from pathlib import Path
    op.execute("CREATE TABLE units (name TEXT)")
    for line in Path(__file__).with_name("0001_units.csv").read_text(encoding="utf-8").splitlines():
        op.execute(sa.text("INSERT INTO units VALUES (:name)").bindparams(name=line))
data_files = ("0001_units.csv",)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A migrations directory of one revision that reads its data file."""
    made = write(tmp_path / "migrations", {"0001": "pass"})
    file = made / "versions" / "0001_revision.py"
    head, _, tail = file.read_text(encoding="utf-8").partition("    pass\n")
    file.write_text(head + READS + tail, encoding="utf-8")
    (made / "versions" / DATA).write_text("metre\nsecond\n", encoding="utf-8")
    return made


def test_a_revision_reads_the_file_beside_it(folder: Path, tmp_path: Path) -> None:
    Migrations(folder, tmp_path / "new.db").upgrade()
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("SELECT name FROM units").fetchall() == [("metre",), ("second",)]


@pytest.mark.parametrize("complete", [False, True])
def test_a_manifest_lists_data_files_and_counts_only_revisions_as_released(
    folder: Path, complete: bool
) -> None:
    manifest = Manifest.of(folder, ["0001"], complete=complete)
    assert f"versions/{DATA}" in manifest.digests
    assert manifest.with_order(["0001", "0002"]).released == ("0001",)
    manifest.check(folder)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("damage", ["missing", "not what was released"])
def test_a_data_file_that_is_missing_or_changed_is_refused_by_its_name(
    folder: Path, complete: bool, damage: str
) -> None:
    manifest = Manifest.of(folder, ["0001"], complete=complete)
    file = folder / "versions" / DATA
    file.unlink() if damage == "missing" else file.write_text("metre\n", encoding="utf-8")
    with pytest.raises(BrokenInstallation) as error:
        manifest.check(folder)
    assert f"{file} is {damage}" in str(error.value)


def test_a_file_that_no_revision_names_is_neither_shipped_nor_listed(folder: Path) -> None:
    (folder / "versions" / "notes.csv").touch()
    assert "versions/notes.csv" not in Manifest.of(folder, ["0001"], complete=True).digests
    names = [file.relative_to(folder).as_posix() for file in shipped_files(folder)]
    assert names == ["env.py", "versions/0001_revision.py", f"versions/{DATA}"]


def test_nothing_is_built_without_a_data_file_and_the_line_names_it(folder: Path) -> None:
    (folder / "versions" / DATA).unlink()
    with pytest.raises(FreezeError, match=f"0001_revision.py names the data file {DATA}, which is missing"):
        shipped_files(folder)
    with pytest.raises(BrokenInstallation, match=f"{DATA} is missing"):
        Manifest.of(folder, ["0001"], complete=False)


def test_a_revision_being_developed_whose_data_file_is_missing_fails_in_one_line_and_leaves_nothing(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "versions" / DATA).unlink()
    with pytest.raises(MyappError) as error:
        Migrations(folder, tmp_path / "new.db").upgrade()
    assert DATA in str(error.value)
    assert "\n" not in str(error.value)
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'units'").fetchall() == []


@pytest.mark.parametrize(
    "assigned",
    [
        '"0001_units.csv"',
        '("../units.csv",)',
        '("a/b.csv",)',
        "(1,)",
        "NAMES",
        '("0002_next.py",)',
        '("",)',
        '(".hidden",)',
        '("two\\nlines.csv",)',
    ],
)
def test_data_files_that_are_no_names_of_files_beside_the_revision_are_refused(
    tmp_path: Path, assigned: str
) -> None:
    file = tmp_path / "0001_revision.py"
    file.write_text(f"data_files = {assigned}\n", encoding="utf-8")
    with pytest.raises(BrokenInstallation) as error:
        data_files(file)
    assert f"{os.fspath(file)}: data_files" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# data_files = ('a.csv',)\n",
        "data_files: tuple[str, ...]\n",
        "def f():\n    data_files = ('a.csv',)\n",
        "a, data = 'b', ('c.csv',)\n",
    ],
)
def test_a_revision_that_assigns_none_has_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "0001_revision.py"
    file.write_text(text, encoding="utf-8")
    assert data_files(file) == ()


@pytest.mark.parametrize("start", ["data_files = ", "data_files: tuple[str, ...] = "])
def test_names_are_read_and_nothing_is_run(tmp_path: Path, start: str) -> None:
    file = tmp_path / "0001_revision.py"
    file.write_text(f"{start}('a.csv', 'b.sql')\nraise SystemExit\n", encoding="utf-8")
    assert data_files(file) == ("a.csv", "b.sql")


def test_guard_rails_refuse_a_data_file_that_changed_after_its_release_or_is_missing(
    folder: Path, tmp_path: Path
) -> None:
    released = Manifest.of(folder, ["0001"], complete=False)
    file = folder / "versions" / DATA
    file.write_text("metre\n", encoding="utf-8")
    changed = f"{DATA} changed after its release: take the change back and add a revision"
    assert any(line.endswith(changed) for line in findings(folder, tmp_path, released))
    file.unlink()
    missing = f"{DATA} is missing: data_files names it"
    assert any(line.endswith(missing) for line in findings(folder, tmp_path, released))
