"""Objects that a person added to a document: what runs nothing is left out, all else is refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from myapp import application
from myapp.document.backups import list_backups
from myapp.document.errors import AdditionalObjects
from myapp.document.open import open_document
from myapp.errors import Damaged
from tests import contents

PASSIVE = [
    "CREATE VIEW mine AS SELECT * FROM runs",
    "CREATE INDEX mine ON readings (value DESC, time)",
    "CREATE UNIQUE INDEX mine ON runs (id)",
    "CREATE TABLE mine (a INTEGER, b TEXT); INSERT INTO mine VALUES (1, 'x'); CREATE INDEX other ON mine (a)",
    "CREATE TABLE mine (a INTEGER, [b\"c] TEXT); INSERT INTO mine VALUES ('x', 1)",
    "CREATE TABLE t (a); CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT * FROM v",
]
ACTIVE = [
    "CREATE TRIGGER mine AFTER INSERT ON runs BEGIN SELECT 1; END",
    "CREATE INDEX mine ON runs (lower(title))",
    "CREATE INDEX mine ON runs (title) WHERE id > 1",
    "CREATE INDEX mine ON runs (title COLLATE NOCASE)",
    "CREATE TABLE mine (a CHECK (a > 1))",
    "CREATE TABLE mine (a, b AS (a + 1))",
    "CREATE TABLE mine (a DEFAULT (random()))",
    "CREATE TABLE mine (a REFERENCES runs ON DELETE SET DEFAULT)",
    "CREATE VIRTUAL TABLE mine USING fts5(a)",
    "DROP INDEX ix_sources_run_id; CREATE INDEX mine ON sources (run_id)",
]


def changed(revision: str, statement: str, documents: Path, folder: Path) -> Path:
    path = Path(shutil.copy(documents / f"{revision}.myapp", folder / "trip.myapp"))
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(statement)
    return path


@pytest.mark.parametrize("revision", ["0003", "0007"])
@pytest.mark.parametrize("statement", PASSIVE)
def test_what_runs_nothing_is_named_left_out_of_what_is_read_and_dropped_on_request(
    tmp_path: Path, documents: Path, revision: str, statement: str
) -> None:
    path = changed(revision, statement, documents, tmp_path)
    before, context = path.read_bytes(), application.context()
    with open_document(path, context) as document:
        with document.driver_reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM readings").fetchone()
        assert document.additional
        assert not document.writable
    with (
        open_document(path, context, upgrade=revision == "0003") as document,
        pytest.raises((AdditionalObjects, Damaged) if revision == "0007" else Exception),
        document.writing(),
    ):
        pass
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])
    with open_document(path, context, drop_foreign=True) as document:
        assert document.upgraded
        assert document.upgraded.dropped
        assert document.writable
        with document.writing():
            pass
    assert len(contents.readings(path)) == count
    (backup,) = list_backups(path, context)
    assert (Path(backup.path).read_bytes(), backup.whole) == (before, True)
    with open_document(path, context) as document, document.reading():
        assert not document.additional


@pytest.mark.parametrize("statement", ACTIVE)
def test_what_could_run_or_is_altered_stays_refused(tmp_path: Path, documents: Path, statement: str) -> None:
    path = changed("0007", statement, documents, tmp_path)
    before = path.read_bytes()
    for drop_foreign in (False, True):
        with (
            pytest.raises(Damaged) as refused,
            open_document(path, application.context(), drop_foreign=drop_foreign) as document,
            document.reading(),
        ):
            pass
        assert type(refused.value) is Damaged
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])
