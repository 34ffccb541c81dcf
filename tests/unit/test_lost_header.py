"""A document that was copied as SQL has lost its header: it is set again, after a backup."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from myapp import application
from myapp.document.open import open_document
from myapp.errors import MyappError
from tests import contents
from tests.mutations import REVISIONS


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
        assert bool(document.upgraded) == (revision != "0006")
    expected = contents.moved_apart(contents.readings(original))
    # the dump itself writes 15 digits, and 0 for the smallest numbers
    assert [each[:3] for each in contents.readings(copy)] == [each[:3] for each in expected]
    assert [each[3] for each in contents.readings(copy)] == pytest.approx([each[3] for each in expected])
    assert (contents.revision(copy), contents.is_whole(copy)) == (6, True)
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
