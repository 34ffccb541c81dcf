"""Old files of an application become documents: stamped ones, and those of `create_all`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from myapp.document.adopt import adopt
from myapp.document.check import check
from myapp.document.classify import classify, classify_unadopted
from myapp.document.context import Context
from myapp.document.errors import NotRecognised, ReadOnlyDocument
from myapp.document.open import open_document
from myapp.document.rescue.rescue import rescue
from myapp.document.save_as import save_as
from myapp.errors import Damaged, InUse, NewerDocument, NotADocument, NotFound, UsageError
from myapp.schema import fingerprint
from myapp.schema.migrations import Migrations
from tests.diary import APPLICATION_ID, MIGRATIONS, ORDER, diary_format, models
from tests.shelf.documents import change, rows

ENTRIES = [(1, "Monday", "rain", "2024-01-01 08:00:00"), (7, "Tuesday", None, "2024-01-02 08:00:00")]
QUERY = "SELECT id, title, body, written FROM entries ORDER BY id"

Make = Callable[[Path, int], Path]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The context of its documents; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(diary_format())


def stamped(path: Path, release: int) -> Path:
    """Make a file as Alembic's stock command made it for a release: stamped, without a header."""
    Migrations(MIGRATIONS, path).upgrade(ORDER[release - 1])
    change(path, "PRAGMA application_id = 0", "PRAGMA user_version = 0")
    return _filled(path, release)


def created(path: Path, release: int) -> Path:
    """Make a file as `create_all` made it for a release: without a version table."""
    engine = create_engine(f"sqlite:///{path}")
    models(release).create_all(engine)
    engine.dispose()
    return _filled(path, release)


def created_and_stamped(path: Path, release: int) -> Path:
    created(path, release)
    table = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {})"
    change(
        path,
        table.format("CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"),
        f"INSERT INTO alembic_version VALUES ('{ORDER[release - 1]}')",
    )
    return path


MAKERS = [stamped, created, created_and_stamped]


def _filled(path: Path, release: int) -> Path:
    with closing(sqlite3.connect(path)) as connection, connection:
        insert = "INSERT INTO entries (id, title, body, written) VALUES (?, ?, ?, ?)"
        connection.executemany(insert, ENTRIES)
        if release > 1:
            connection.execute("UPDATE entries SET mood = id")
            connection.execute("INSERT INTO tags (id, name) VALUES (1, 'work')")
            connection.execute("INSERT INTO entry_tags (entry_id, tag_id) VALUES (7, 1)")
    return path


def entries(path: Path, context: Context) -> list[tuple[object, ...]]:
    with open_document(path, context) as document, document.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(QUERY)]


@pytest.mark.parametrize("release", [1, 2, 3])
@pytest.mark.parametrize("make", MAKERS)
def test_an_old_file_is_backed_up_recognised_upgraded_and_opened_with_all_that_it_holds(
    context: Context, tmp_path: Path, make: Make, release: int
) -> None:
    path = make(tmp_path / "mine.db", release)
    before = path.read_bytes()
    with open_document(path, context) as document:
        assert Path(document.backup_without_header).read_bytes() == before
        assert document.upgraded is not None
        assert document.upgraded.from_revision == ORDER[release - 1]
    assert rows(path, QUERY) == ENTRIES
    if release > 1:
        assert rows(path, "SELECT id, mood FROM entries ORDER BY id") == [(1, 1), (7, 7)]
        assert rows(path, "SELECT entry_id, tag_id FROM entry_tags") == [(7, 1)]
    assert classify(path, context.format).revision == ORDER[-1]
    health = check(path, context)
    assert (health.damage, health.notes) == ([], [])
    names = [Path(backup.path).name for backup in health.backups]
    assert names == [f"mine.db.backup-{ORDER[release - 1]}", "mine.db.backup-original"]
    assert [backup.whole for backup in health.backups] == [True, True]
    with open_document(path, context) as document:
        assert (document.backup_without_header, document.upgraded) == ("", None)


@pytest.mark.parametrize("release", [1, 2, 3])
def test_a_file_of_create_all_gets_the_schema_of_its_revision_letter_by_letter(
    context: Context, tmp_path: Path, release: int
) -> None:
    path = created(tmp_path / "mine.db", release)
    adopted = adopt(path, context)
    assert "entries" in adopted.remade
    like = stamped(tmp_path / "like.db", release)
    schema = fingerprint.of_rows(rows(path, fingerprint.SQLITE_OBJECTS))  # type: ignore[arg-type]
    assert schema == fingerprint.of_rows(rows(like, fingerprint.SQLITE_OBJECTS))  # type: ignore[arg-type]
    columns = [row[1] for row in rows(path, "PRAGMA table_info(entries)")]
    assert columns[:4] == ["id", "title", "body", "written"]
    assert rows(path, QUERY) == ENTRIES
    assert check(path, context).damage == []


def test_a_copy_for_a_release_of_before_the_table_of_programs_is_made_too(
    context: Context, tmp_path: Path
) -> None:
    path = stamped(tmp_path / "mine.db", 3)
    entries(path, context)
    copy = save_as(path, tmp_path / "copy.diary", context, revision=ORDER[1])
    assert check(Path(copy), context).damage == []
    assert rows(copy, QUERY) == ENTRIES
    assert rescue(copy, tmp_path / "new.diary", context).kept["entries"] == 2


REFUSED: dict[str, tuple[list[str], str]] = {
    "a table of another program": (["CREATE TABLE invoices (id INTEGER)"], "table invoices does not belong"),
    "a missing table": (["DROP TABLE entry_tags"], "table entry_tags is missing"),
    "another column": (["ALTER TABLE tags ADD COLUMN colour TEXT"], "table tags differs"),
    "a trigger": (
        ["CREATE TRIGGER mine AFTER INSERT ON tags BEGIN DELETE FROM entries; END"],
        "trigger mine does not belong",
    ),
    "a view": (["CREATE VIEW mine AS SELECT 1"], "view mine does not belong"),
    "a missing index": (["DROP INDEX ix_entries_written"], "index ix_entries_written is missing"),
}


@pytest.mark.parametrize("make", [stamped, created_and_stamped])
@pytest.mark.parametrize("case", REFUSED)
def test_a_file_of_no_revisions_schema_is_refused_with_the_differences_to_the_nearest(
    context: Context, tmp_path: Path, make: Make, case: str
) -> None:
    statements, words = REFUSED[case]
    path = make(tmp_path / "mine.db", 3)
    change(path, *statements)
    before = path.read_bytes()
    for attempt in (lambda: adopt(path, context), lambda: entries(path, context)):
        with pytest.raises(NotRecognised, match=words) as refused:
            attempt()
        assert (refused.value.revision, refused.value.exit_code) == (ORDER[2], 3)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["mine.db"]


def test_without_a_stamp_the_nearest_revision_is_the_one_with_the_fewest_differences(
    context: Context, tmp_path: Path
) -> None:
    path = created(tmp_path / "mine.db", 2)
    change(path, "ALTER TABLE tags ADD COLUMN colour TEXT", "CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(NotRecognised) as refused:
        adopt(path, context)
    assert refused.value.revision == ORDER[1]
    assert refused.value.differences == ["table invoices does not belong to it", "table tags differs"]


def test_another_programs_database_is_refused_whatever_its_stamp(context: Context, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    change(other, "CREATE TABLE invoices (id INTEGER)")
    for statement in ("SELECT 1", "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"):
        change(other, statement)
        before = other.read_bytes()
        with pytest.raises((NotADocument, Damaged)):
            entries(other, context)
        assert other.read_bytes() == before
    numbered = stamped(tmp_path / "numbered.db", 1)
    change(numbered, "PRAGMA application_id = 7")
    (tmp_path / "text.db").write_text("no database")
    for path in (numbered, tmp_path / "text.db"):
        for attempt in (adopt, entries):
            with pytest.raises(NotADocument):
                attempt(path, context)
    with pytest.raises(NotFound):
        adopt(tmp_path / "nowhere.db", context)


def test_a_stamp_that_the_schema_contradicts_is_refused(context: Context, tmp_path: Path) -> None:
    path = stamped(tmp_path / "mine.db", 2)
    change(path, f"UPDATE alembic_version SET version_num = '{ORDER[0]}'")
    before = path.read_bytes()
    with pytest.raises(NotRecognised, match=f"nearest to revision {ORDER[0]}"):
        adopt(path, context)
    change(path, "UPDATE alembic_version SET version_num = 'ffff00001111'")
    with pytest.raises(NewerDocument, match="revision ffff00001111"):
        adopt(path, context)
    change(path, f"UPDATE alembic_version SET version_num = '{ORDER[1]}'")
    assert path.read_bytes() != before
    with pytest.raises(UsageError, match=f"has revision {ORDER[1]}, not {ORDER[0]}"):
        adopt(path, context, ORDER[0])
    adopt(path, context, ORDER[1])


def test_rows_that_do_not_fit_are_refused_and_no_backup_stays(context: Context, tmp_path: Path) -> None:
    wrong = stamped(tmp_path / "wrong.db", 2)
    change(wrong, "UPDATE entries SET mood = 'good'")
    orphaned = created(tmp_path / "orphaned.db", 2)
    change(orphaned, "DELETE FROM tags")
    for path, words in ((wrong, "entries.mood holds what is no integer"), (orphaned, "row of entry_tags")):
        before = path.read_bytes()
        with pytest.raises(Damaged, match=words):
            adopt(path, context)
        assert path.read_bytes() == before
    assert not (tmp_path / "wrong.db.backup-original").exists()


def test_a_file_in_wal_mode_is_one_file_afterwards(context: Context, tmp_path: Path) -> None:
    path = stamped(tmp_path / "mine.db", 2)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    assert entries(path, context) == ENTRIES
    assert sorted(
        each.name for each in tmp_path.iterdir() if "backup" not in each.name and each.is_file()
    ) == ["mine.db"]
    assert path.read_bytes()[18:20] == b"\1\1"


def test_a_file_that_another_program_has_open_is_left_alone(context: Context, tmp_path: Path) -> None:
    path = stamped(tmp_path / "mine.db", 2)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("UPDATE entries SET body = 'dry' WHERE id = 7")
        with pytest.raises(InUse):
            adopt(path, Context(context.format, wait=0.1))
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(InUse):
            adopt(path, Context(context.format, wait=0.1))
        other.execute("ROLLBACK")
    adopt(path, context)
    assert rows(path, "SELECT body FROM entries WHERE id = 7") == [("dry",)]


def interrupted(path: Path, *statements: str) -> Path:
    """Leave a file as a program leaves it that is killed in the middle of a transaction."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size=1")
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement)
        files = {file: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}
        assert len(files) == 2
    for file, content in files.items():
        file.write_bytes(content)
    return path


MANY = """
    INSERT INTO entries (title) WITH n AS (SELECT 1 a UNION SELECT a + 1 FROM n LIMIT 9000) SELECT a FROM n
"""
"""So much that SQLite writes into the file before the end."""


@pytest.mark.parametrize("written", [False, True], ids=["without the header", "with the header"])
def test_what_a_killed_adoption_left_is_rolled_back_and_adopted_again(
    context: Context, tmp_path: Path, written: bool
) -> None:
    for name, use in (("opened.db", entries), ("adopted.db", adopt)):
        path = created(tmp_path / name, 2)
        interrupted(path, f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 2", MANY)
        if written:
            with path.open("r+b") as stream:
                for place, number in ((60, 2), (68, APPLICATION_ID)):
                    stream.seek(place)
                    stream.write(number.to_bytes(4, "big"))
        assert (classify if written else classify_unadopted)(path, context.format).hot
        use(path, context)
        assert rows(path, QUERY) == ENTRIES
        assert check(path, context).damage == []


def test_what_a_killed_program_left_beside_another_database_stays(context: Context, tmp_path: Path) -> None:
    path = created(tmp_path / "mine.db", 2)
    change(path, "CREATE TABLE invoices (id INTEGER)")
    interrupted(path, MANY)
    before = {file: file.read_bytes() for file in tmp_path.glob("mine.db*")}
    for attempt in (adopt, entries):
        with pytest.raises(NotRecognised, match="table invoices does not belong"):
            attempt(path, context)
    assert {file: file.read_bytes() for file in tmp_path.glob("mine.db*")} == before
    assert len(before) == 2


def test_what_a_killed_program_left_in_a_file_with_values_of_other_types_stays(
    context: Context, tmp_path: Path
) -> None:
    path = created(tmp_path / "mine.db", 2)
    change(path, "UPDATE entries SET title = x'ff' WHERE id = 1")
    interrupted(path, MANY)
    before = {file: file.read_bytes() for file in tmp_path.glob("mine.db*")}
    for attempt in (adopt, entries):
        with pytest.raises(Damaged, match=r"entries\.Title holds what is no text"):
            attempt(path, context)
    assert {file: file.read_bytes() for file in tmp_path.glob("mine.db*")} == before
    assert len(before) == 2


def test_a_place_that_cannot_be_written_is_named(context: Context, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    name = "x" * 250 + ".db"  # too long for the journal beside it
    path = stamped(tmp_path / "mine.db", 2).rename(folder / name)
    with pytest.raises(ReadOnlyDocument):
        adopt(path, context)


def test_a_document_is_not_adopted_again(context: Context, tmp_path: Path) -> None:
    path = stamped(tmp_path / "mine.db", 2)
    adopt(path, context)
    with pytest.raises(UsageError, match="is a document already"):
        adopt(path, context)


def test_where_the_application_does_not_say_so_only_the_command_adopts(
    tmp_path: Path, context: Context
) -> None:
    careful = Context(diary_format(adopts=False))
    for make in (created, created_and_stamped):
        path = make(tmp_path / f"{make.__name__}.db", 2)
        before = path.read_bytes()
        with pytest.raises(NotADocument, match="another program"):
            entries(path, careful)
        assert path.read_bytes() == before
        adopt(path, careful)
        assert entries(path, careful) == ENTRIES


def test_revisions_of_one_schema_are_told_apart_by_the_caller_alone(tmp_path: Path, context: Context) -> None:
    import shutil

    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "m", ignore=shutil.ignore_patterns("__pycache__")))
    text = 'revision, down_revision = "beef", "c0ffee123456"\ndef upgrade(): pass\ndef downgrade(): pass\n'
    (folder / "versions" / "beef.py").write_text(text, encoding="utf-8")
    last = folder / "versions" / "0ddba11c0de5_documents.py"
    last.write_text(last.read_text(encoding="utf-8").replace('"c0ffee123456"', '"beef"'), encoding="utf-8")
    context = Context(diary_format(folder))
    path = created(tmp_path / "mine.db", 3)
    before = path.read_bytes()
    words = "has no revision, and its schema is that of c0ffee123456 and beef: say which with"
    with pytest.raises(UsageError, match=words) as error:
        entries(path, context)
    assert error.value.setting == "revision"
    assert path.read_bytes() == before
    assert adopt(path, context, "c0ffee123456").revision == "c0ffee123456"
    assert entries(path, context) == ENTRIES


def test_the_table_of_programs_is_made_where_only_that_is_missing(tmp_path: Path, context: Context) -> None:
    path = stamped(tmp_path / "mine.db", 3)
    Migrations(MIGRATIONS, path).upgrade()
    change(path, "PRAGMA application_id = 0", "DROP TABLE document", "DROP TABLE alembic_version")
    assert adopt(path, context, ORDER[3]).revision == ORDER[3]
    with open_document(path, context) as document, document.driver_reading() as connection:
        record = connection.execute("SELECT created_by, written_by FROM document").fetchall()
    assert record == [("unknown", "diary 4.0")]


def test_numbers_that_were_given_once_are_not_given_again(tmp_path: Path, context: Context) -> None:
    from myapp.document.recognition import Recognised
    from myapp.document.remaking import create_missing, remake

    sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)"
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute(sql.replace("name", "Name"))
        connection.execute("CREATE INDEX by_name ON t (name)")
        connection.execute("CREATE VIEW names AS SELECT name FROM t")
        connection.execute("CREATE TRIGGER g AFTER DELETE ON t BEGIN SELECT 1; END")
        connection.executemany("INSERT INTO t (name) VALUES (?)", [("a",), ("b",), ("c",)])
        connection.execute("DELETE FROM t WHERE id > 1")
        objects = connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()
        wanted = tuple((type_, name, sql if name == "t" else text) for type_, name, text in objects)
        known = Recognised("r", True, wanted, (("table", "t"),), False)
        assert remake(connection, known) == ("t",)
        create_missing(connection, known)
        assert connection.execute(fingerprint.SQLITE_OBJECTS).fetchall() == list(wanted)
        connection.execute("INSERT INTO t (name) VALUES ('d')")
        assert connection.execute("SELECT * FROM t").fetchall() == [(1, "a"), (4, "d")]
