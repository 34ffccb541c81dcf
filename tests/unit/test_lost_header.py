"""A document that was copied as SQL has lost its header: it is set again, after a backup."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from myapp import application
from myapp.cli.messages import message
from myapp.document.check import check
from myapp.document.context import Context
from myapp.document.lost_header import recognise, set_header_again
from myapp.document.open import open_document
from myapp.document.plan import plan
from myapp.document.save_as import save_as
from myapp.errors import Damaged, MyappError, NewerDocument, NotADocument
from tests import contents
from tests.mutations import REVISIONS
from tests.untouched import read_only_medium

LOST = {"both numbers": ("application_id", "user_version"), "the revision": ("user_version",)}


def lost(documents: Path, folder: Path, revision: str, numbers: str, statement: str = "") -> Path:
    """Return a copy of a kept document without numbers of its header."""
    path = Path(shutil.copy(documents / f"{revision}.myapp", folder / "copy.myapp"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("".join(f"PRAGMA {name} = 0;" for name in LOST[numbers]) + statement)
    return path


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the command sqlite3 makes the dump")
@pytest.mark.parametrize("revision", REVISIONS)
def test_a_copy_made_by_dump_opens_with_all_that_it_holds_and_a_backup(
    tmp_path: Path, documents: Path, revision: str
) -> None:
    original, copy = documents / f"{revision}.myapp", tmp_path / "copy.myapp"
    dump = subprocess.run(["sqlite3", original, ".dump"], capture_output=True, check=True).stdout
    subprocess.run(["sqlite3", copy], input=dump, check=True)
    dumped = copy.read_bytes()
    with open_document(copy, application.context()) as document:
        assert Path(document.backup_without_header).read_bytes() == dumped
        assert bool(document.upgraded) == (revision != "0007")
    expected = contents.moved_apart(contents.readings(original))
    # the dump itself writes 15 digits, and 0 for the smallest numbers
    assert [each[:3] for each in contents.readings(copy)] == [each[:3] for each in expected]
    assert [each[3] for each in contents.readings(copy)] == pytest.approx([each[3] for each in expected])
    assert (contents.revision(copy), contents.is_whole(copy)) == (7, True)
    with open_document(copy, application.context()) as document:
        assert document.backup_without_header == ""


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 4",
        "UPDATE alembic_version SET version_num = '0005'",
        "UPDATE alembic_version SET version_num = '0099'",
        "DELETE FROM alembic_version",
        "CREATE VIEW mine AS SELECT 1",
        "DROP TABLE tags",
        "UPDATE readings SET value = 'x' WHERE run_id = 1",
    ],
)
def test_where_anything_contradicts_it_nothing_is_written(
    tmp_path: Path, documents: Path, statement: str
) -> None:
    copy = Path(shutil.copy(documents / "0004.myapp", tmp_path / "copy.myapp"))
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript(f"PRAGMA application_id = 0; PRAGMA user_version = 0; {statement}")
    before = copy.read_bytes()
    with pytest.raises(MyappError), open_document(copy, application.context()):
        pass
    assert copy.read_bytes() == before
    assert list(tmp_path.iterdir()) == [copy]


@pytest.mark.parametrize("numbers", LOST)
@pytest.mark.parametrize("revision", ["0001", "0007"])
def test_a_lost_header_is_set_again_after_a_backup_and_foreseen_by_what_only_reads(
    tmp_path: Path, documents: Path, revision: str, numbers: str
) -> None:
    path, context = lost(documents, tmp_path, revision, numbers), application.context()
    before = path.read_bytes()
    health = check(path, context)
    assert (health.state, health.revision) == ("head" if revision == "0007" else "older", revision)
    assert (health.damage, len(health.checks)) == ([], 6 if revision == "0007" else 5)
    assert "its header was lost" in health.notes[0]
    planned = plan(path, context)
    assert (planned.lost_header, planned.revision, planned.hindrances) == (True, revision, ())
    copy = save_as(path, tmp_path / "saved.myapp", context)
    assert contents.readings(Path(copy)) == contents.moved_apart(
        contents.readings(documents / f"{revision}.myapp")
    )
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (before, [path, Path(copy)])
    with open_document(path, context) as document:
        assert Path(document.backup_without_header).read_bytes() == before
    assert contents.is_whole(path)
    assert not plan(path, context).lost_header


@pytest.mark.parametrize("numbers", LOST)
def test_where_it_cannot_be_written_a_private_copy_with_a_header_is_read(
    tmp_path: Path, documents: Path, numbers: str
) -> None:
    path = lost(documents, tmp_path, "0004", numbers)
    before = path.read_bytes()
    with read_only_medium(tmp_path), open_document(path, application.context()) as document:
        with document.driver_reading() as connection:
            assert connection.execute("SELECT count(*) FROM runs").fetchone() != (0,)
        assert document.copied
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


@pytest.mark.parametrize("numbers", LOST)
@pytest.mark.parametrize(
    ("statement", "error", "fact"),
    [
        (
            "UPDATE alembic_version SET version_num = '0005'",
            Damaged,
            "its header is lost, and its schema is not",
        ),
        ("CREATE VIEW mine AS SELECT 1", Damaged, "its header is lost, and it has view mine"),
        (
            "UPDATE readings SET value = 'x' WHERE run_id = 1",
            Damaged,
            "its header is lost, and readings.value",
        ),
        ("DELETE FROM alembic_version", Damaged, "it has no revision"),
        ("UPDATE alembic_version SET version_num = '0099'", NewerDocument, "0099"),
    ],
)
def test_ours_that_contradicts_itself_is_named_as_that_and_rescued(
    tmp_path: Path, documents: Path, numbers: str, statement: str, error: type[MyappError], fact: str
) -> None:
    path, context = lost(documents, tmp_path, "0004", numbers, statement), application.context()
    before = path.read_bytes()
    for action in (_opened, plan, lambda *names: save_as(names[0], tmp_path / "new.myapp", names[1])):
        with pytest.raises(error, match=fact) as refused:
            action(path, context)
        assert "myapp rescue" in message(refused.value) or error is NewerDocument
    if error is Damaged:
        assert fact in check(path, context).damage[0]
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def _opened(path: Path, context: Context) -> None:
    with open_document(path, context):
        pass


def test_another_programs_database_is_never_called_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE alembic_version (version_num VARCHAR(32));"
            "INSERT INTO alembic_version VALUES ('0004');"
            "CREATE TABLE document (id INTEGER PRIMARY KEY); CREATE TABLE runs (id)"
        )
    before = path.read_bytes()
    for action in (_opened, plan, check):
        with pytest.raises(NotADocument, match="another program's"):
            action(path, application.context())
    assert path.read_bytes() == before


def test_a_program_that_comes_second_sets_nothing(tmp_path: Path, documents: Path) -> None:
    path, context = lost(documents, tmp_path, "0007", "both numbers"), application.context()
    header = recognise(path, context)
    assert set_header_again(header, context)
    after, names = path.read_bytes(), sorted(tmp_path.iterdir())
    assert set_header_again(header, context) == ""
    assert (path.read_bytes(), sorted(tmp_path.iterdir())) == (after, names)
