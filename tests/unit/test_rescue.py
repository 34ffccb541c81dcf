"""Rescue: a new document of all that is sound in a damaged one, which is only read."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from myapp import application
from myapp.document.open import open_document
from myapp.document.rescue import rescue as rescuing
from myapp.document.rescue.ranges import Ranges
from myapp.document.rescue.report import Rescued
from myapp.document.rescue.rescue import rescue
from myapp.document.rescue.source import tables_of_revision
from myapp.errors import MyappError, NewerDocument, NotADocument, NotFound, SystemRefused
from tests import contents
from tests.mutations import REVISIONS, make

PAGE = 4096


@pytest.fixture
def old(tmp_path: Path, documents: Path) -> Callable[[str], Path]:
    """Copies the kept document of a revision."""

    def copy(revision: str) -> Path:
        folder = tmp_path / "old"
        folder.mkdir()
        return Path(shutil.copy(documents / f"{revision}.myapp", folder / "old.myapp"))

    return copy


def rescued(path: Path, **options: Path) -> tuple[Path, Rescued]:
    """Rescue a file; demand that it stays as it is, and that the result is a whole document at head."""
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    new = path.parent.parent / "new.myapp"
    done = rescue(path, new, application.context(), **options)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    assert contents.is_whole(new)
    with open_document(new, application.context()) as document, document.reading():
        assert document.upgraded is None
    return new, done


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"PRAGMA foreign_keys=OFF; PRAGMA writable_schema=ON; {'; '.join(statements)}"
        )


def count(path: Path, table: str, where: str = "1") -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


def leaves_of(path: Path, table: str) -> list[int]:
    """Return the leaf pages of a table, by SQLite's own list of pages."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path"
        return [row[0] for row in connection.execute(query, (table,))]


def above_leaves(path: Path, table: str) -> int:
    """Return how many rows of a table that is an index lie on pages which are no leaves."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT sum(ncell) FROM dbstat WHERE name = ? AND pagetype = 'internal'"
        return int(connection.execute(query, (table,)).fetchone()[0] or 0)


def root_of(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(connection.execute(query, (table,)).fetchone()[0])


def spoil(path: Path, *pages: int) -> None:
    content = bytearray(path.read_bytes())
    for number in pages:
        content[(number - 1) * PAGE : number * PAGE] = b"\xee" * PAGE
    path.write_bytes(content)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_whole_document_of_any_release_is_rescued_with_all_that_it_holds(
    old: Callable[[str], Path], revision: str
) -> None:
    path = old(revision)
    new, done = rescued(path)
    assert (done.revision, done.left_out, done.made) == (revision, {}, {})
    assert contents.readings(new) == contents.moved_apart(contents.readings(path))
    for table in ("attachments", "sources", "tags", "run_tags"):
        assert contents.table(new, table) == contents.table(path, table)
    assert sorted(contents.runs(new)) == sorted(contents.runs(path))


@pytest.mark.parametrize("revision", ["0001", "0003", "0007"])
def test_readings_without_a_run_are_left_out_counted_and_listed(
    old: Callable[[str], Path], tmp_path: Path, revision: str
) -> None:
    path = old(revision)
    change(path, "UPDATE readings SET run_id = 77 WHERE run_id = 1")
    orphans = count(path, "readings", "run_id = 77")
    new, done = rescued(path, report=tmp_path / "left.csv")
    assert done.left_out == {("readings", "it points to no row of runs"): orphans}
    assert done.kept["readings"] == count(new, "readings") == count(path, "readings") - orphans
    with (tmp_path / "left.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["run_id"] for row in rows] == ["77"] * orphans
    assert {row["table"] for row in rows} == {"readings"}
    assert all(float(row["value"]) is not None and row["time"] for row in rows)


def test_a_value_of_the_wrong_type_costs_its_reading_and_a_title_only_itself(
    old: Callable[[str], Path], tmp_path: Path
) -> None:
    path = old("0007")
    change(
        path,
        "UPDATE readings SET value = 'twelve' WHERE run_id = 1"
        " AND time = (SELECT min(time) FROM readings WHERE run_id = 1)",
        "UPDATE runs SET title = x'c3ff' WHERE id = 2",
        "UPDATE runs SET notes = x'00' WHERE id = 3",
    )
    twelve = count(path, "readings", "value = 'twelve'")
    new, done = rescued(path, report=tmp_path / "left.csv")
    assert twelve
    assert done.left_out == {
        ("readings", "value is no real"): twelve,
        ("runs", "title is no text (the rest was kept)"): 1,
        ("runs", "notes is no text (the rest was kept)"): 1,
    }
    assert count(new, "readings") == count(path, "readings") - twelve
    assert count(new, "readings", "run_id = 2") == count(path, "readings", "run_id = 2")
    assert count(new, "runs", "id = 2 AND title = 'rescued runs 2'") == 1
    assert "x'c3ff'" in (tmp_path / "left.csv").read_text(encoding="utf-8")


def test_times_that_the_upgrade_refuses_are_left_out_and_starts_emptied(old: Callable[[str], Path]) -> None:
    path = old("0001")
    change(
        path,
        "UPDATE readings SET time = 'noon' WHERE id IN (1, 2, 3)",
        "UPDATE runs SET started_at = 'yesterday' WHERE id = 1",
    )
    new, done = rescued(path)
    assert done.left_out == {("readings", "time is no time"): 3, ("runs", "started_at is no time"): 1}
    assert count(new, "readings") == count(path, "readings") - 3
    assert count(new, "runs") == count(path, "runs")


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA application_id = 0; PRAGMA user_version = 0",
        "PRAGMA user_version = 3",
        "UPDATE alembic_version SET version_num = '0002'",
        "DROP TABLE alembic_version",
        "DROP TABLE tags",
        "DROP TABLE document",
        "CREATE INDEX mine ON readings (value)",
        "CREATE VIEW mine AS SELECT * FROM runs; CREATE TABLE notes (a); INSERT INTO notes VALUES (1)",
        "CREATE TRIGGER mine AFTER INSERT ON runs BEGIN DELETE FROM readings; END",
        "DELETE FROM sqlite_master WHERE name LIKE 'search%'",
        "UPDATE sqlite_master SET sql = 'CREATE nothing' WHERE name = 'channels'",
    ],
)
def test_a_header_tables_and_objects_that_are_wrong_cost_no_reading(
    old: Callable[[str], Path], statement: str
) -> None:
    path = old("0007")
    before = contents.readings(path)
    change(path, statement)
    new, done = rescued(path)
    assert contents.readings(new) == before
    assert done.revision == "0007"
    assert ("readings" in dict(done.left_out)) is False


def test_a_dump_is_rescued(old: Callable[[str], Path]) -> None:
    path = old("0004")
    before = contents.readings(path)
    with closing(sqlite3.connect(path)) as connection:
        script = "\n".join(connection.iterdump())
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    new, done = rescued(path)
    assert (contents.readings(new), done.revision, done.left_out) == (before, "0004", {})


@pytest.mark.parametrize("revision", ["0001", "0003", "0004", "0007"])
def test_a_spoilt_page_of_readings_costs_the_readings_on_it_only(
    old: Callable[[str], Path], revision: str
) -> None:
    path = old(revision)
    before = contents.moved_apart(contents.readings(path))
    leaves = leaves_of(path, "readings")
    spoil(path, leaves[1], leaves[len(leaves) // 2])
    new, _done = rescued(path)
    most_of_a_page = 2 * PAGE // 10
    assert len(before) - most_of_a_page < count(new, "readings") < len(before)
    assert set(contents.readings(new)) <= set(before)
    assert count(new, "runs") == count(path, "runs")


@pytest.mark.parametrize("revision", ["0001", "0004"])
def test_sqlite_reads_on_after_each_page_that_it_cannot_read(
    old: Callable[[str], Path], revision: str
) -> None:
    path = old(revision)
    leaves = leaves_of(path, "readings")
    kept = count(path, "readings")
    spoil(path, leaves[0], leaves[len(leaves) // 2])
    (table,) = (
        each
        for each in tables_of_revision(revision, application.document_format())
        if each.name == "readings"
    )
    with closing(sqlite3.connect(path)) as connection:
        ranges = Ranges(connection, table, lambda: None)
        rows = list(ranges.rows())
    assert ranges.broken
    assert kept - 3 * PAGE // 10 < len(rows) < kept
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize("revision", ["0001", "0003", "0004", "0007"])
def test_readings_whose_tree_has_lost_its_root_are_found_on_their_pages(
    old: Callable[[str], Path], revision: str
) -> None:
    path = old(revision)
    before = contents.moved_apart(contents.readings(path))
    lost_in_the_root = above_leaves(path, "readings") if revision >= "0004" else 0  # a table that is an index
    spoil(path, root_of(path, "readings"))
    new, _done = rescued(path)
    assert len(contents.readings(new)) >= len(before) - lost_in_the_root
    assert set(contents.readings(new)) <= set(before)


def test_readings_whose_runs_are_on_a_spoilt_page_are_kept_with_runs_that_stand_in(
    old: Callable[[str], Path],
) -> None:
    path = old("0007")
    readings = count(path, "readings")
    spoil(path, root_of(path, "runs"))
    new, done = rescued(path)
    assert count(new, "readings") == readings
    assert done.made == {"runs": count(new, "runs")}
    assert count(new, "runs", "title LIKE 'rescued runs %'") == count(new, "runs")


def test_the_schema_itself_may_be_lost(old: Callable[[str], Path]) -> None:
    path = old("0007")
    before, inner = contents.readings(path), above_leaves(path, "readings")
    content = bytearray(path.read_bytes())
    content[100:PAGE] = bytes(PAGE - 100)
    path.write_bytes(content)
    new, done = rescued(path)
    values = [reading[2:] for reading in contents.readings(new)]
    assert len(values) >= len(before) - inner
    assert set(values) <= {reading[2:] for reading in before}
    assert done.revision == "0007"


def test_deleted_readings_do_not_come_back(old: Callable[[str], Path]) -> None:
    path = old("0007")
    change(path, "DELETE FROM readings WHERE run_id = 1")
    spoil(path, root_of(path, "channels"))
    new, _done = rescued(path)
    assert count(new, "readings") == count(path, "readings")
    assert count(new, "readings", "run_id = 1") == 0


def test_what_a_killed_program_began_is_rolled_back_in_the_copy_only(old: Callable[[str], Path]) -> None:
    path = old("0007")
    before = contents.readings(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        connection.execute("UPDATE readings SET value = -1")
        connection.execute("UPDATE runs SET title = 'half'")
        files = {file: file.read_bytes() for file in path.parent.iterdir()}
    for file, content in files.items():
        file.write_bytes(content)
    assert len(files) == 2
    new, done = rescued(path)
    assert (contents.readings(new), done.left_out) == (before, {})


def test_what_is_no_document_or_newer_is_refused_and_nothing_is_made(tmp_path: Path, documents: Path) -> None:
    (tmp_path / "text").write_text("time,value\n" * 1000)
    (tmp_path / "empty").touch()
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.executescript("CREATE TABLE recipes (a); CREATE TABLE runs (b); CREATE TABLE steps (c)")
    shutil.copy(documents / "0007.myapp", tmp_path / "newer")
    change(tmp_path / "newer", "UPDATE alembic_version SET version_num = '0099'", "PRAGMA user_version = 99")
    errors: dict[str, type[MyappError]] = {
        "text": NotADocument, "empty": NotADocument, "other": NotADocument, "newer": NewerDocument,
        "none": NotFound, ".": NotADocument,
    }  # fmt: skip
    for name, error in errors.items():
        with pytest.raises(error):
            rescue(tmp_path / name, tmp_path / "new", application.context(), tmp_path / "report")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty", "newer", "other", "text"]


def test_names_that_are_taken_are_left_alone(old: Callable[[str], Path], tmp_path: Path) -> None:
    path = old("0007")
    (tmp_path / "taken").write_text("mine")
    for new, report in (("taken", "report"), ("new", "taken")):
        with pytest.raises(SystemRefused):
            rescue(path, tmp_path / new, application.context(), tmp_path / report)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["old", "taken"]
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="compares with .recover of the command sqlite3")
def test_of_damaged_documents_at_least_the_rows_of_sqlites_own_recover_are_kept_or_listed(
    tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch, long: bool
) -> None:
    filled = tmp_path / "filled"
    finish = rescuing._finish

    def keep(path: str, *rest: object) -> None:
        shutil.copyfile(path, filled)
        finish(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(rescuing, "_finish", keep)
    numbers = range(100) if long else range(4, 100, 10)
    lacking = {number: _lacking(number, tmp_path, documents, filled) for number in numbers}
    assert {number: rows for number, rows in lacking.items() if rows} == {}


def _lacking(number: int, folder: Path, documents: Path, filled: Path) -> list[object]:
    """Return the sound rows of `.recover` that a rescue has neither kept nor listed."""
    damaged = make(number, documents, folder).path
    report = damaged.parent / "left.csv"
    filled.unlink(missing_ok=True)
    try:
        revision = rescue(damaged, damaged.parent / "new", application.context(), report).revision
    except NotADocument:
        revision = application.document_format().head
    script = subprocess.run(["sqlite3", damaged, ".recover"], capture_output=True, check=False).stdout
    recovered = damaged.parent / "recovered"
    subprocess.run(["sqlite3", recovered], input=script, capture_output=True, check=False)
    listed = _listed(report) if report.exists() else set()
    lacking: list[object] = []
    for table in tables_of_revision(revision, application.document_format()):
        if table.name != "document":  # the new document's own
            columns = ", ".join(table.names)
            sound = [row for row in _rows(recovered, table.name, columns) if not table.misfits(row)]
            kept = set(_rows(filled, table.name, columns))
            lost = [row for row in sound if row not in kept]
            lacking += [row for row in lost if (table.name, *map(_written, row)) not in listed]
    shutil.rmtree(damaged.parent)
    return lacking


def _rows(path: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = lambda content: content.decode(errors="replace")
        try:
            return connection.execute(f"SELECT {columns} FROM {table}").fetchall()
        except sqlite3.Error:
            return []


def _listed(report: Path) -> set[tuple[str, ...]]:
    with report.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    return {(row[0], *filter(None, row[2:])) for row in rows[1:]}


def _written(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
