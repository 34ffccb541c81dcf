"""Documents of an application with hash ids: their whole life, and no revision is read as a number."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from myapp.document import backups
from myapp.document.check import check
from myapp.document.classify import classify
from myapp.document.context import Context
from myapp.document.create import create, make_blank
from myapp.document.format import Refusal
from myapp.document.hindrances import hindrances
from myapp.document.open import open_document
from myapp.document.plan import plan
from myapp.document.rescue.rescue import rescue
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.server.check import check_server
from myapp.document.server.document import create_server, open_server
from myapp.errors import Damaged, NewerDocument, NotFound, UpgradeNeeded, UsageError, WouldLose
from myapp.schema.connections import create_migration_engine
from myapp.schema.migrations import Migrations
from myapp.schema.order import revision_order
from myapp.schema.servers import server_url
from tests import migration_folders
from tests.program import ROOT
from tests.shelf import APPLICATION_ID, MIGRATIONS, ORDER, shelf_format
from tests.shelf.documents import BOOKS, books, change, made, rows

FIRST, YEARS, NOTES, HEAD = ORDER

AT_HEAD = """
import sys
from pathlib import Path
from myapp.document.context import Context
from myapp.document.open import open_document
from tests.shelf import MIGRATIONS, shelf_format
with open_document(sys.argv[1], Context(shelf_format(MIGRATIONS, Path(sys.argv[2])))) as document:
    with document.driver_reading() as connection:
        print(connection.execute("SELECT count(*) FROM books").fetchone()[0])
print(sorted({"alembic", "sqlalchemy"} & set(sys.modules)))
"""


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The context of its documents; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(shelf_format())


def test_a_new_document_has_the_place_of_its_revision_and_the_applications_record(
    context: Context, tmp_path: Path
) -> None:
    path = create(tmp_path / "new.shelf", context)
    header = classify(path, context.format)
    assert (header.ordinal, header.revision, header.older) == (4, HEAD, False)
    assert rows(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    with open_document(path, context) as document, document.writing() as connection:
        connection.exec_driver_sql("INSERT INTO books (title, author) VALUES ('Emma', 'Jane Austen')")
    assert rows(path, 'SELECT id, "made with", "changed with" FROM about') == [(1, "shelf 4.0", "shelf 4.0")]


def test_a_document_at_head_opens_without_alembic_or_sqlalchemy(tmp_path: Path) -> None:
    blank, path = tmp_path / "blank.shelf", made(tmp_path / "mine.shelf", HEAD)
    make_blank(str(blank), shelf_format())
    command = [sys.executable, "-c", AT_HEAD, str(path), str(blank)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines() == ["2", "[]"]


@pytest.mark.parametrize("revision", ORDER[:-1])
def test_an_older_document_is_planned_backed_up_upgraded_and_restored(
    context: Context, tmp_path: Path, revision: str
) -> None:
    path = made(tmp_path / "mine.shelf", revision)
    before, place = path.read_bytes(), ORDER.index(revision)
    assert rows(path, "PRAGMA user_version") == [(place + 1,)]
    with (
        pytest.raises(UpgradeNeeded, match=f"revision {revision} and this program reads {HEAD}"),
        open_document(path, context, upgrade=False),
    ):
        pass
    assert [step.revision for step in plan(path, context).steps] == list(ORDER[place + 1 :])
    assert check(path, context).revision == revision
    assert check(path, context).damage == []

    assert books(path, context) == BOOKS
    assert classify(path, context.format).revision == HEAD
    assert rows(path, 'SELECT "made with", "changed with" FROM about') == [("shelf 1.0", "shelf 4.0")]
    (backup,) = backups.list_backups(path, context)
    assert Path(backup.path).name == f"mine.shelf.backup-{revision}"
    assert (backup.revision, backup.whole, Path(backup.path).read_bytes()) == (revision, True, before)

    restore(path, backup.path, context)
    assert path.read_bytes() == before
    assert [each.revision for each in backups.list_backups(path, context)] == [revision, HEAD]


def test_a_second_backup_of_a_revision_is_numbered_and_found(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", YEARS)
    change(Path(shutil.copy(path, f"{path}.backup-{YEARS}")), "DELETE FROM books WHERE id = 2")
    books(path, context)
    listed = backups.list_backups(path, context)
    assert [Path(each.path).name for each in listed] == [
        f"mine.shelf.backup-{YEARS}",
        f"mine.shelf.backup-{YEARS}-2",
    ]
    assert [each.whole for each in listed] == [True, True]


def test_backups_are_listed_by_the_age_of_their_revisions_and_strangers_are_none(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    for revision in ORDER:
        made(tmp_path / f"mine.shelf.backup-{revision}", revision)
    newer = Path(shutil.copy(path, f"{path}.backup-ffff00001111"))
    change(newer, "PRAGMA user_version = 5", "UPDATE alembic_version SET version_num = 'ffff00001111'")
    (tmp_path / "mine.shelf.backup-old").write_bytes(path.read_bytes())
    (tmp_path / "mine.shelf.backup-monday").write_text("a person's own")
    (tmp_path / "mine.shelf.backup-damaged").write_text("what a restore kept")
    listed = [(each.revision, each.whole) for each in backups.list_backups(path, context)]
    known = [(revision, True) for revision in ORDER]
    assert listed == [*known, ("damaged", False), ("ffff00001111", None)]


@pytest.mark.parametrize("revision", ORDER[:-1])
def test_a_copy_for_an_older_release_can_be_opened_by_it(
    context: Context, tmp_path: Path, revision: str
) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    copy = save_as(path, tmp_path / "copy.shelf", context, revision=revision)
    assert classify(copy, context.format).revision == revision
    assert check(copy, context).damage == []
    assert books(copy, context) == BOOKS


def test_a_copy_for_an_older_release_loses_nothing_unasked(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    change(path, "UPDATE books SET year = 1815 WHERE id = 1", "INSERT INTO notes VALUES (1, 1, 'read again')")
    with pytest.raises(WouldLose) as refused:
        save_as(path, tmp_path / "copy.shelf", context, revision=FIRST)
    assert refused.value.lost == {NOTES: {"notes": 1}, YEARS: {"years": 1}}
    save_as(path, tmp_path / "copy.shelf", context, revision=FIRST, lose=[NOTES, YEARS])
    with pytest.raises(NotFound, match="revision nowhere does not exist"):
        save_as(path, tmp_path / "other.shelf", context, revision="nowhere")
    assert not (tmp_path / "other.shelf").exists()


def test_a_newer_document_is_refused_by_its_number_and_stays_as_it_is(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    change(path, "PRAGMA user_version = 5", "UPDATE alembic_version SET version_num = 'ffff00001111'")
    before = path.read_bytes()
    with pytest.raises(NewerDocument, match=f"revision no. 5, newer than this program's {HEAD}"):
        books(path, context)
    with pytest.raises(NewerDocument, match="revision ffff00001111"):  # it has read the file
        rescue(path, tmp_path / "new.shelf", context)
    assert path.read_bytes() == before
    assert not (tmp_path / "new.shelf").exists()


def test_a_header_that_disagrees_with_the_version_table_is_damage(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", NOTES)
    change(path, "PRAGMA user_version = 2")
    with pytest.raises(Damaged, match=f"header says revision {YEARS}, its version table {NOTES}"):
        books(path, context)
    change(path, "PRAGMA user_version = 3", "UPDATE alembic_version SET version_num = 'ffff00001111'")
    with pytest.raises(Damaged, match=f"header says revision {NOTES}, its version table ffff00001111"):
        books(path, context)


@pytest.mark.parametrize("revision", ORDER)
def test_a_damaged_document_is_rescued_whatever_its_revision(
    context: Context, tmp_path: Path, revision: str
) -> None:
    path = made(tmp_path / "mine.shelf", revision)
    change(path, "CREATE TABLE strange (id INTEGER CHECK (id > 0))")
    done = rescue(path, tmp_path / "new.shelf", context)
    assert (done.revision, done.kept["books"], done.left_out) == (revision, 2, {})
    assert books(tmp_path / "new.shelf", context) == BOOKS
    assert rows(tmp_path / "new.shelf", 'SELECT "changed with" FROM about') == [("shelf 4.0",)]


@pytest.mark.parametrize("name", ["ffff00001111", "", "Emma"])
def test_a_version_table_that_names_nothing_known_is_rescued_by_the_header_and_the_tables(
    context: Context, tmp_path: Path, name: str
) -> None:
    path = made(tmp_path / "mine.shelf", NOTES)
    change(path, f"UPDATE alembic_version SET version_num = '{name}'")
    done = rescue(path, tmp_path / "new.shelf", context)
    assert (done.revision, done.kept["books"]) == (NOTES, 2)


@pytest.mark.parametrize("revision", ORDER)
def test_a_lost_header_is_set_again(context: Context, tmp_path: Path, revision: str) -> None:
    path = made(tmp_path / "mine.shelf", revision)
    change(path, "PRAGMA application_id = 0", "PRAGMA user_version = 0")
    before = path.read_bytes()
    with open_document(path, context) as document:
        assert Path(document.backup_without_header).read_bytes() == before
        assert bool(document.upgraded) == (revision != HEAD)
    assert books(path, context) == BOOKS


def test_what_later_revisions_refuse_is_told_by_their_order(context: Context, tmp_path: Path) -> None:
    refusal = Refusal(NOTES, "books", "", "title = 'Emma'", "its title is no title")
    context.format.refusals = (refusal,)
    for revision, lines in ((YEARS, 1), (NOTES, 0), (HEAD, 0)):
        path = made(tmp_path / revision, revision)
        with closing(sqlite3.connect(path)) as connection:
            reasons, _added = hindrances(connection, str(path), context.format)
            assert len(reasons) == lines
    assert rescue(tmp_path / YEARS, tmp_path / "new.shelf", context).kept["books"] == 1


def test_on_a_server_a_revision_that_is_not_in_the_order_is_newer(
    context: Context, postgres: Callable[[], str]
) -> None:
    url = server_url(postgres())
    create_server(url, context)
    with open_server(url, context) as document, document.writing() as connection:
        connection.exec_driver_sql("INSERT INTO books (title, author) VALUES ('Emma', 'Jane Austen')")
        record = connection.exec_driver_sql('SELECT "made with", "changed with" FROM about').one()
    assert tuple(record) == ("shelf 4.0", "shelf 4.0")
    assert check_server(url, context).created_by == "shelf 4.0"

    stamp = "UPDATE alembic_version SET version_num = '{}'"
    with create_migration_engine(url).begin() as connection:
        connection.exec_driver_sql(stamp.format("ffff00001111"))
    with pytest.raises(NewerDocument, match="revision ffff00001111"), open_server(url, context):
        pass
    with create_migration_engine(url).begin() as connection:
        connection.exec_driver_sql(stamp.format(FIRST))
    with pytest.raises(UpgradeNeeded, match=f"revision {FIRST}"), open_server(url, context):
        pass


def branched(tmp_path: Path) -> Path:
    """Return its migrations with two branches after the head, joined again: HEAD, then b1 and b2, then c3."""
    ignored = shutil.ignore_patterns("__pycache__")
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=ignored))
    migration_folders.add(folder, "b1", HEAD, 'op.execute("CREATE INDEX one ON books (author)")')
    migration_folders.add(folder, "b2", HEAD, 'op.execute("CREATE INDEX two ON notes (text)")')
    migration_folders.add(folder, "c3", ("b1", "b2"))
    for name, index in (("b1", "one"), ("b2", "two")):
        file = folder / "versions" / f"{name}_revision.py"
        text = file.read_text(encoding="utf-8").replace(
            "    pass\n", f'    op.execute("DROP INDEX {index}")\n'
        )
        file.write_text(text, encoding="utf-8")
    manifest = shelf_format(folder).manifest
    text = manifest.with_order(revision_order(folder, manifest)).text()
    (folder / "manifest.sha256").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("revision", ["b1", "b2"])
def test_a_document_of_a_branch_is_upgraded_past_the_merge_and_copied_back(
    context: Context, tmp_path: Path, revision: str
) -> None:
    folder = branched(tmp_path)
    context = Context(shelf_format(folder))
    path = made(tmp_path / "mine.shelf", revision, folder)
    assert classify(path, context.format).revision == revision
    assert books(path, context) == BOOKS
    assert classify(path, context.format).revision == "c3"
    for older in (revision, YEARS):
        copy = save_as(path, tmp_path / f"{older}.shelf", context, revision=older)
        assert rows(copy, "SELECT version_num FROM alembic_version") == [(older,)]
        assert check(copy, context).damage == []
        assert books(copy, context) == BOOKS


def test_a_copy_for_the_other_branch_is_refused_in_words(context: Context, tmp_path: Path) -> None:
    folder = branched(tmp_path)
    context = Context(shelf_format(folder))
    for mine, other in (("b1", "b2"), ("b2", "b1")):
        path = made(tmp_path / f"{mine}.shelf", mine, folder)
        with pytest.raises(UsageError, match="they are on different branches"):
            save_as(path, tmp_path / "copy.shelf", context, revision=other)
        assert not (tmp_path / "copy.shelf").exists()


def test_documents_of_a_directory_with_several_heads_are_refused_in_words(tmp_path: Path) -> None:
    folder = branched(tmp_path)
    (folder / "versions" / "c3_revision.py").unlink()
    with pytest.raises(UsageError, match=r"several heads \(b1, b2\)"):
        Migrations(folder, tmp_path / "new.shelf").upgrade("heads")
    assert rows(tmp_path / "new.shelf", "SELECT name FROM sqlite_master") == []
