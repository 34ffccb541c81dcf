"""Each check of a file, a backup and a place refuses what only it can see, and touches nothing."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import myapp.document.upgrade as upgrading
from myapp.cli.restore import restore
from myapp.document import backups, copies, files
from myapp.document.changes import downgrade_to
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.derive import filled
from myapp.document.hindrances import hindrances
from myapp.document.open import open_document
from myapp.document.placing import placed
from myapp.document.save_as import save_as
from myapp.document.trust import check_document, is_whole
from myapp.document.upgrade import migrate, migrate_copy, upgrade
from myapp.errors import BrokenInstallation, Damaged, NewerDocument, NotFound, SystemRefused, UsageError
from myapp.progress import Progress
from myapp.schema.driver_errors import translated
from myapp.schema.migrations import Migrations
from tests.program import WINDOWS
from tests.second_application import MIGRATIONS, recipe_format

posix = pytest.mark.skipif(WINDOWS, reason="about files as POSIX has them")

PAGE = 4096


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The second application's context; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(recipe_format())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A document of the second application's first release, of many pages."""
    path = tmp_path / "documents" / "mine.recipes"
    path.parent.mkdir()
    Migrations(MIGRATIONS, path).upgrade("0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO document VALUES (1, 'recipes 1.0', 'recipes 1.0')")
        rows = [(number, f"Toast {number}", "bread\n" * 200) for number in range(1, 50)]
        connection.executemany("INSERT INTO recipes VALUES (?, ?, ?)", rows)
    return path


@pytest.fixture
def unchanged(old: Path) -> Callable[[], bool]:
    """Tell whether the document's folder holds the document alone, as it was."""
    before = old.read_bytes()
    return lambda: [file.name for file in old.parent.iterdir()] == [old.name] and old.read_bytes() == before


def break_pages(path: Path) -> None:
    """Overwrite what is behind a file's first pages: the header and the schema stay whole."""
    with path.open("r+b") as stream:
        stream.seek(8 * PAGE)
        stream.write(b"\xff" * 2 * PAGE)


def test_a_released_revision_that_was_altered_upgrades_no_document(
    old: Path, tmp_path: Path, unchanged: Callable[[], bool]
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    context = Context(recipe_format(folder))
    with next((folder / "versions").glob("0001_*.py")).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with pytest.raises(BrokenInstallation, match="is not what was released"):
        upgrade(f"{old}", context)
    assert unchanged()


def test_too_little_space_is_refused_before_a_backup_is_begun(
    old: Path, context: Context, monkeypatch: pytest.MonkeyPatch, unchanged: Callable[[], bool]
) -> None:
    monkeypatch.setattr(files, "free_bytes", lambda _path: 1000)
    with pytest.raises(SystemRefused, match="free"):
        upgrade(f"{old}", context)
    assert unchanged()


def test_a_document_that_another_program_has_just_upgraded_is_left_alone(old: Path, context: Context) -> None:
    assert upgrade(f"{old}", context)
    before = sorted(file.name for file in old.parent.iterdir())
    assert upgrade(f"{old}", context) is None
    assert sorted(file.name for file in old.parent.iterdir()) == before


def test_an_upgrade_records_the_program_that_did_it(old: Path, context: Context) -> None:
    upgrade(f"{old}", context)
    with closing(sqlite3.connect(old)) as connection:
        row = connection.execute("SELECT created_by, written_by FROM document").fetchone()
    assert row == ("recipes 1.0", "recipes 2.0")


def test_a_document_whose_backup_does_not_verify_is_not_upgraded_and_gets_none(
    old: Path, context: Context, unchanged: Callable[[], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("myapp.document.backups.is_whole", lambda *_arguments, **_options: False)
    with pytest.raises(Damaged, match="its backup does not verify"):
        upgrade(f"{old}", context)
    assert unchanged()


def test_an_equal_backup_serves_again_and_another_one_of_the_revision_is_never_replaced(
    old: Path, context: Context
) -> None:
    first = old.with_name(f"{old.name}.backup-0001")
    shutil.copy(old, first)
    with old.open("rb", buffering=0) as source:
        assert backups.make(source.fileno(), f"{old}", "0001", context) == f"{first}"
    with closing(sqlite3.connect(first)) as connection, connection:
        connection.execute("DELETE FROM recipes WHERE id = 7")
    another = first.read_bytes()
    with old.open("rb", buffering=0) as source:
        assert backups.make(source.fileno(), f"{old}", "0001", context) == f"{first}-2"
    assert first.read_bytes() == another
    assert Path(f"{first}-2").read_bytes() == old.read_bytes()


def test_an_equal_backup_that_does_not_verify_does_not_serve(
    old: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(old, f"{old}.backup-0001")
    monkeypatch.setattr("myapp.document.backups.is_whole", lambda *_arguments, **_options: False)
    with pytest.raises(Damaged, match="its backup does not verify"):
        upgrade(f"{old}", context)


def test_a_restore_removes_what_a_killed_one_left(old: Path, context: Context) -> None:
    backup = shutil.copy(old, f"{old}.backup-0001")
    left = old.with_name(f".{old.name}.0123abcd.{2**22 + 1}.tmp")
    left.write_bytes(b"half")
    restore(old, backup, context)
    assert not left.exists()


def test_a_backup_whose_pages_are_broken_is_listed_as_such_and_not_restored(
    old: Path, context: Context
) -> None:
    backup = Path(shutil.copy(old, f"{old}.backup-0001"))
    break_pages(backup)
    assert [each.whole for each in backups.list_backups(old, context)] == [False]
    before = old.read_bytes()
    with pytest.raises(Damaged):
        restore(old, backup, context)
    assert old.read_bytes() == before


def test_a_backup_whose_header_lies_about_its_revision_is_not_whole(old: Path, context: Context) -> None:
    shutil.copy(old, f"{old}.backup-0002")
    assert [each.whole for each in backups.list_backups(old, context)] == [False]
    assert not is_whole(f"{old}", context, "0002")
    assert is_whole(f"{old}", context, "0001")


def test_a_backup_with_something_to_roll_back_is_not_restored(old: Path, context: Context) -> None:
    backup = Path(shutil.copy(old, f"{old}.backup-0001"))
    Path(f"{backup}-journal").write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(504))
    before = old.read_bytes()
    with pytest.raises(Damaged, match="a program was stopped while it wrote it"):
        restore(old, backup, context)
    assert old.read_bytes() == before


def test_a_damaged_document_is_kept_with_its_journal_when_a_backup_replaces_it(
    old: Path, context: Context
) -> None:
    backup = Path(shutil.copy(old, f"{old}.backup-0001"))
    whole = old.read_bytes()
    old.write_bytes(b"no document")
    Path(f"{old}-journal").write_bytes(b"of what was there")
    for number in ("", "-2"):
        kept = restore(old, backup, context)
        assert kept == f"{old}.backup-damaged{number}"
        assert old.read_bytes() == whole
        assert not Path(f"{old}-journal").exists()
        old.write_bytes(b"no document")
    assert Path(f"{old}.backup-damaged").read_bytes() == b"no document"
    assert Path(f"{old}.backup-damaged-journal").read_bytes() == b"of what was there"


def test_a_negative_number_of_backups_removes_none(old: Path, context: Context) -> None:
    backup = Path(shutil.copy(old, f"{old}.backup-0001"))
    with pytest.raises(UsageError):
        list(backups.prune(old, context, -1))
    assert backup.exists()


def test_a_backup_that_is_nowhere_is_not_found(old: Path, context: Context) -> None:
    with pytest.raises(NotFound):
        restore(old, "mine.recipes.backup-0009", context)


@pytest.mark.parametrize("number", [2, 99])
def test_a_header_that_says_another_revision_than_the_version_table_is_damage(
    old: Path, context: Context, number: int
) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {number}")
    with pytest.raises((Damaged, NewerDocument), match=r"revision|version table"):
        check_document(f"{old}", context)
    with (
        pytest.raises((Damaged, NewerDocument)),
        open_document(old, context) as document,
        document.driver_reading(),
    ):
        pass


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_document_without_a_stamped_revision_is_damage(old: Path, context: Context, statement: str) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(Damaged, match="its version table none"):
        check_document(f"{old}", context)


@pytest.mark.parametrize("make", ["a file", pytest.param("a link that points nowhere", marks=posix)])
def test_a_name_that_is_taken_is_refused_before_anything_is_done(
    old: Path, context: Context, make: str
) -> None:
    target = old.with_name("new.recipes")
    if make == "a file":
        target.write_text("mine", encoding="utf-8")
    else:
        target.symlink_to("nowhere")
    names = sorted(old.parent.iterdir())
    for attempt in (lambda: create(target, context), lambda: save_as(old, target, context)):
        with pytest.raises(SystemRefused, match="there is a file of that name"):
            attempt()
    assert sorted(old.parent.iterdir()) == names


def place(target: Path, action: Callable[[], object]) -> None:
    """Place a new file, and do something before it gets its name."""
    with placed(target) as temporary:
        Path(temporary).write_bytes(b"ours")
        action()


def test_a_name_that_another_program_takes_meanwhile_stays_that_programs(tmp_path: Path) -> None:
    target = tmp_path / "new.recipes"
    with pytest.raises(SystemRefused, match="there is a file of that name"):
        place(target, lambda: target.write_bytes(b"theirs"))
    assert [file.name for file in tmp_path.iterdir()] == ["new.recipes"]
    assert target.read_bytes() == b"theirs"


def fill_the_disk() -> None:
    """Raise the system's error of a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_error_of_the_system_while_a_file_is_placed_names_it_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "new.recipes"
    with pytest.raises(SystemRefused, match=r"new\.recipes.*no space"):
        place(target, fill_the_disk)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_goes_with_the_next_document_of_that_name(
    old: Path, context: Context
) -> None:
    dead = 2**22 + 1  # above the largest number of a process
    left = old.with_name(f".new.recipes.0123abcd.{dead}.tmp")
    ours = old.with_name(f".new.recipes.0123abcd.{os.getpid()}.tmp")
    for file in (left, ours):
        file.write_bytes(b"half")
    create(old.with_name("new.recipes"), context)
    assert (left.exists(), ours.exists()) == (False, True)


def test_a_filled_document_that_does_not_verify_gets_no_name(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new.recipes"
    create(tmp_path / "warm.recipes", context)
    monkeypatch.setattr("myapp.document.derive.is_whole", lambda *_arguments: False)
    with pytest.raises(Damaged), filled(target, context):
        pass
    assert not target.exists()


@posix
def test_a_file_that_becomes_shorter_while_it_is_copied_is_an_error(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shortening(Progress):
        def amount(self, done: int, _total: int) -> None:
            if done < size:
                os.truncate(old, done)

    monkeypatch.setattr(copies, "_cloned", lambda *_arguments: False)
    monkeypatch.setattr(copies, "_BLOCK", PAGE)
    size = old.stat().st_size
    with old.open("rb", buffering=0) as source, pytest.raises(OSError, match="shorter"):
        copies.copy(source.fileno(), f"{tmp_path}/copy", Shortening())


def test_where_locked_bytes_cannot_be_read_all_others_are_copied_and_compared(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = range(2 * PAGE, 2 * PAGE + 512)

    def refusing(descriptor: int, count: int, read: Callable[[int, int], bytes] = os.read) -> bytes:
        """Read as on Windows, while SQLite has the document locked."""
        start = os.lseek(descriptor, 0, os.SEEK_CUR)
        if os.fstat(descriptor).st_ino == old.stat().st_ino and range(
            max(start, locked.start), min(start + count, locked.stop)
        ):
            raise PermissionError(errno.EACCES, "locked")
        return read(descriptor, count)

    monkeypatch.setattr(copies, "_LOCKED", locked.start)
    monkeypatch.setattr(copies, "_LOCKED_UNREADABLE", True)
    monkeypatch.setattr(copies, "_cloned", lambda *_arguments: False)
    monkeypatch.setattr(copies, "_copied_in_kernel", lambda *_arguments: 0)
    monkeypatch.setattr(os, "read", refusing)
    content, copy = bytearray(old.read_bytes()), tmp_path / "copy"
    with old.open("rb", buffering=0) as source:
        copies.copy(source.fileno(), f"{copy}", Progress())
        assert copies.equal(source.fileno(), f"{copy}", Progress())
    content[locked.start : locked.stop] = bytes(512)
    assert copy.read_bytes() == content


def test_files_that_differ_in_their_last_byte_or_length_are_not_equal(old: Path, tmp_path: Path) -> None:
    content = old.read_bytes()
    other = tmp_path / "other"
    for changed, same in ((content, True), (content[:-1] + b"!", False), (content + b"!", False)):
        other.write_bytes(changed)
        with old.open("rb", buffering=0) as source:
            assert copies.equal(source.fileno(), f"{other}", Progress()) is same


def test_a_placed_file_leaves_no_second_name(tmp_path: Path) -> None:
    place(tmp_path / "new.recipes", lambda: None)
    assert [file.name for file in tmp_path.iterdir()] == ["new.recipes"]


def test_where_a_name_is_taken_nothing_is_made_for_it(tmp_path: Path) -> None:
    target = tmp_path / "new.recipes"
    target.write_bytes(b"theirs")
    done: list[int] = []
    with pytest.raises(SystemRefused, match="there is a file of that name"):
        place(target, lambda: done.append(1))
    assert done == []


def test_a_copy_is_upgraded_without_a_backup_since_its_original_is_one(
    old: Path, context: Context, tmp_path: Path
) -> None:
    (tmp_path / "copies").mkdir()
    copy = save_as(old, tmp_path / "copies" / "copy.recipes", context)
    assert check_document(copy, context) == "0002"
    assert [file.name for file in (tmp_path / "copies").iterdir()] == ["copy.recipes"]
    assert [file.name for file in old.parent.iterdir()] == [old.name]


def test_a_copy_with_a_value_of_another_type_is_not_made_and_the_original_is_named(
    old: Path, context: Context, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE recipes SET title = x'ff' WHERE id = 3")
    (tmp_path / "copies").mkdir()
    with pytest.raises(Damaged, match=r"recipes\.title holds what is no text") as error:
        save_as(old, tmp_path / "copies" / "copy.recipes", context)
    assert f"{old}" in str(error.value)
    assert ".tmp" not in str(error.value)
    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        ".new.recipes.0123abcd.{dead}.txt",
        ".new.recipes.0123abcd.dead.tmp",
        ".new.recipes.{dead}",
        ".other.recipes.0123abcd.{dead}.tmp",
        "new.recipes.0123abcd.{dead}.tmp",
    ],
)
def test_a_file_that_is_no_temporary_one_of_the_document_is_never_swept(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name.format(dead=2**22 + 1)
    kept.write_bytes(b"mine")
    files.sweep(f"{tmp_path / 'new.recipes'}")
    assert kept.exists()


def test_the_temporary_file_of_a_killed_backup_is_swept(tmp_path: Path) -> None:
    left = tmp_path / f".new.recipes.backup-0001.0123abcd.{2**22 + 1}.tmp"
    left.write_bytes(b"half")
    files.sweep(f"{tmp_path / 'new.recipes'}")
    assert not left.exists()


@posix
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_fails_while_a_name_is_made_is_no_lack_of_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def link(*_names: str) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "made").write_bytes(b"ours")
    with pytest.raises(OSError, match=os.strerror(number)):
        files.place_new(f"{tmp_path}/made", f"{tmp_path}/new")
    assert not (tmp_path / "new").exists()


def test_where_there_are_no_hard_links_a_free_name_is_given_and_a_taken_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_names: str) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "made").write_bytes(b"ours")
    files.place_new(f"{tmp_path}/made", f"{tmp_path}/new")
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
    (tmp_path / "made").write_bytes(b"second")
    with pytest.raises(FileExistsError):
        files.place_new(f"{tmp_path}/made", f"{tmp_path}/new")
    assert (tmp_path / "new").read_bytes() == b"ours"


@posix
def test_a_file_without_room_for_a_journal_beside_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.recipes"
    path.write_bytes(b"mine")
    assert files.can_replace(f"{path}")
    assert not files.can_replace(f"{tmp_path}/{'n' * (files.NAME_LENGTH - len('-journal') + 1)}")
    for closed in (path, tmp_path):
        monkeypatch.setattr(os, "access", lambda name, _mode, closed=closed: Path(name) != closed)
        assert not files.can_replace(f"{path}")


def break_index(path: Path) -> None:
    """Overwrite the page of a document's index: its schema and its rows stay readable."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'ingredients'"
        (page,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\x0a" + bytes(size - 1))  # an index without entries


@posix
def test_two_slashes_at_the_beginning_of_a_path_name_no_server(
    old: Path, context: Context, tmp_path: Path
) -> None:
    saved = save_as(f"/{old}", f"/{tmp_path}/saved.recipes", context)
    assert is_whole(saved, context)


def test_a_document_whose_index_alone_is_broken_is_no_whole_backup(old: Path, context: Context) -> None:
    upgrade(f"{old}", context)
    backup = Path(shutil.copy(old, f"{old}.backup-0002"))
    assert is_whole(f"{backup}", context)
    break_index(backup)
    assert check_document(f"{backup}", context) == "0002"
    assert not is_whole(f"{backup}", context)
    assert {each.revision: each.whole for each in backups.list_backups(old, context)} == {
        "0001": True,
        "0002": False,
    }
    with pytest.raises(Damaged, match="its check failed"):
        restore(old, backup, context)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "its header says revision 0002"),
        ("UPDATE document SET written_by = x'00'", "its record of the programs that wrote it is no text"),
        ("CREATE TABLE more (id INTEGER DEFAULT 1)", "table more"),
    ],
)
def test_a_document_at_head_that_is_not_so_inside_is_not_opened(
    old: Path, context: Context, statement: str, message: str
) -> None:
    upgrade(f"{old}", context)
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute(statement)
    with (
        pytest.raises(Damaged, match=message),
        open_document(old, context) as document,
        document.driver_reading(),
    ):
        pass


def test_a_schema_of_a_format_that_no_sqlite_knows_is_damage(old: Path) -> None:
    """SQLite is asked only where the application's number is lost; its code is that of a faulty statement."""
    with old.open("r+b") as file:
        file.seek(47)  # the last byte of the schema's format (https://www.sqlite.org/fileformat2.html)
        file.write(b"\x09")
    with (
        pytest.raises(Damaged, match="no SQLite knows"),
        translated(str(old)),
        closing(sqlite3.connect(old)) as connection,
    ):
        connection.execute("SELECT * FROM recipes")


def test_counts_too_large_to_be_added_are_damage(old: Path) -> None:
    with (
        pytest.raises(Damaged, match="its counts are too large"),
        translated(str(old)),
        closing(sqlite3.connect(old)) as connection,
    ):
        connection.execute("SELECT sum(column1) FROM (VALUES (9223372036854775807), (1))").fetchall()


def page_of(path: Path, name: str) -> int:
    """Return the offset of the first page of a table or index."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = connection.execute(query, (name,)).fetchone()
    return (int(page) - 1) * PAGE


def results(path: Path) -> dict[str, bool]:
    """Return for each check of SQLite's whether it finds a document whole."""
    names = ("quick_check", "integrity_check")
    with closing(sqlite3.connect(path)) as connection:
        return {name: connection.execute(f"PRAGMA {name}").fetchone() == ("ok",) for name in names}


def alter_index(path: Path) -> None:
    """Let a document's index say of one row what its table does not."""
    offset = page_of(path, "sqlite_autoindex_ingredients_1")
    content = path.read_bytes()
    place = content.index(b"bread", offset, offset + PAGE)
    path.write_bytes(content[:place] + b"cream" + content[place + 5 :])
    assert results(path) == {"quick_check": True, "integrity_check": False}


def test_a_document_whose_pages_are_not_whole_gets_no_backup_of_an_upgrade(
    old: Path, context: Context
) -> None:
    with old.open("r+b") as stream:
        stream.seek(page_of(old, "document") + 7)
        stream.write(b"\x01")  # more bytes between the rows than there are: all rows can be read
    check_document(f"{old}", context)
    before = old.read_bytes()
    with pytest.raises(Damaged, match="its backup does not verify"):
        upgrade(f"{old}", context)
    assert (old.read_bytes(), list(old.parent.iterdir())) == (before, [old])


@pytest.mark.parametrize("is_small", [True, False])
def test_what_only_an_index_of_a_document_says_gets_into_no_table(
    old: Path, context: Context, monkeypatch: pytest.MonkeyPatch, is_small: bool
) -> None:
    """A small document is not even touched; the index of a large one is compared beside the revisions."""
    upgrade(f"{old}", context)
    alter_index(old)
    before, modified = old.read_bytes(), old.stat().st_mtime_ns
    monkeypatch.setattr(upgrading, "SMALL", 10_000_000 if is_small else 0)
    with pytest.raises(Damaged, match="its check failed"):
        migrate(f"{old}", downgrade_to("0001"), context)
    assert old.read_bytes() == before
    assert old.stat().st_mtime_ns == modified or not is_small


def test_what_only_an_index_of_a_document_says_gets_into_no_table_of_a_copy(
    old: Path, tmp_path: Path, context: Context
) -> None:
    upgrade(f"{old}", context)
    alter_index(old)
    copy = shutil.copy(old, tmp_path / "copy.recipes")
    with pytest.raises(Damaged, match=r"mine\.recipes is damaged \(its check failed\)"):
        migrate_copy(f"{copy}", f"{old}", downgrade_to("0001"), context)


def test_a_document_with_a_wrong_index_is_kept_as_damaged_when_a_backup_replaces_it(
    old: Path, context: Context
) -> None:
    done = upgrade(f"{old}", context)
    assert done
    alter_index(old)
    altered = old.read_bytes()
    kept = restore(old, done.backup, context)
    assert kept == f"{old}.backup-damaged"
    assert Path(kept).read_bytes() == altered


def test_pages_that_are_not_whole_are_foreseen_where_every_row_can_be_read(
    old: Path, context: Context
) -> None:
    with old.open("r+b") as stream:
        stream.seek(36)  # the number of free pages
        stream.write((5).to_bytes(4, "big"))
    with closing(connect(f"{old}", "ro", context)) as connection:
        (line,), added = hindrances(connection, f"{old}", context.format)
    assert "freelist" in line.lower()
    assert added == []
    with pytest.raises(Damaged):
        upgrade(f"{old}", context)


def adds_a_trigger(path: Path) -> None:
    """Do as a hostile document does."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON recipes BEGIN DELETE FROM recipes; END")


@pytest.mark.parametrize(
    ("revision", "harm"),
    [
        ("0001", break_pages),
        ("0001", adds_a_trigger),
        ("0002", break_index),
        ("0002", adds_a_trigger),
    ],
)
def test_a_copy_of_a_harmed_document_is_not_made_at_the_revision_that_it_has(
    old: Path, context: Context, tmp_path: Path, revision: str, harm: Callable[[Path], None]
) -> None:
    if revision == "0002":
        upgrade(f"{old}", context)
    harm(old)
    (tmp_path / "copies").mkdir()
    with pytest.raises(Damaged) as error:
        save_as(old, tmp_path / "copies" / "copy.recipes", context, revision=revision)
    assert str(old) in str(error.value)
    assert ".tmp" not in str(error.value)
    assert list((tmp_path / "copies").iterdir()) == []
