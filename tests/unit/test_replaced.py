"""Documents that are replaced while a program works on them: nothing that was written is lost silently."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import myapp
from myapp.application import context
from myapp.cli.writing import written
from myapp.document import backups, files
from myapp.document.connect import DocumentConnection
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.derive import filled
from myapp.document.open import open_document
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.upgrade import upgrade
from myapp.errors import InUse, NewerDocument, SystemRefused, UpgradeNeeded
from tests.program import ROOT, WINDOWS

DOCUMENTS = ROOT / "tests" / "documents"

replacing = pytest.mark.skipif(WINDOWS, reason="Windows replaces no file that is open")
links = pytest.mark.skipif(WINDOWS, reason="Windows gives links to few, and has no pipes among its files")


class WhileWaiting(myapp.Progress):
    """Does something once, while another program is waited for."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.actions = [action]

    def waiting(self) -> None:
        """Do it."""
        if self.actions:
            self.actions.pop()()


def copy(path: Path, title: str = "", document: str = "0007") -> Path:
    """Copy a document, with a run of another title."""
    shutil.copy(DOCUMENTS / f"{document}.myapp", path)
    if title:
        rename(path, title)
    return path


def rename(path: Path, title: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE runs SET title = ? WHERE id = 1", [title])


def title_in(path: str | Path | None) -> str:
    assert path
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT title FROM runs WHERE id = 1").fetchone()[0])


def waiting_for(document: Path, replaced_by: Path, wait: float = 5) -> Context:
    """Return a context in whose first wait another program, which holds the document, puts a file there."""
    holder = sqlite3.connect(document, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    def end() -> None:
        replaced_by.replace(document)
        holder.close()

    return context(wait, WhileWaiting(end))


@replacing
def test_a_restore_keeps_what_another_restore_and_an_import_put_there_while_it_waited(tmp_path: Path) -> None:
    document, backup = copy(tmp_path / "trip.myapp", "first"), copy(tmp_path / "backup.myapp", "backup")
    imported = copy(tmp_path / "other.myapp", "restored, then imported")
    kept = restore(document, backup, waiting_for(document, imported))
    assert title_in(document) == "backup"
    assert title_in(kept) == "restored, then imported"
    assert len(backups.list_backups(document, context(0))) == 1


def test_a_change_between_the_end_of_the_lock_and_the_replacement_is_kept_where_both_cannot_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, backup = copy(tmp_path / "trip.myapp", "first"), copy(tmp_path / "backup.myapp", "backup")
    replace, changes = files.replace, ["changed"]

    def late(temporary: str, path: str, check: Callable[[], object]) -> None:
        if changes:
            rename(document, changes.pop())
        replace(temporary, path, check)

    monkeypatch.setattr(files, "REPLACES_OPEN_FILES", False)
    monkeypatch.setattr(files, "replace", late)
    kept = restore(document, backup, context(5))
    assert (title_in(document), title_in(kept)) == ("backup", "changed")


@replacing
def test_a_restore_over_a_damaged_document_keeps_a_whole_one_that_replaced_it_meanwhile(
    tmp_path: Path,
) -> None:
    document, backup = tmp_path / "trip.myapp", copy(tmp_path / "backup.myapp", "backup")
    document.write_bytes(b"no document")
    holder = sqlite3.connect(document)  # a connection that has read nothing yet
    whole = copy(tmp_path / "whole.myapp", "whole")

    def end() -> None:
        whole.replace(document)
        holder.close()

    kept = restore(document, backup, context(5, WhileWaiting(end)))
    assert (title_in(document), title_in(kept)) == ("backup", "whole")
    assert Path(kept or "").name == "trip.myapp.backup-0007"


@replacing
def test_a_restore_waits_for_a_program_that_has_a_damaged_document_open(tmp_path: Path) -> None:
    document, backup = tmp_path / "trip.myapp", copy(tmp_path / "backup.myapp")
    document.write_bytes(b"no document")
    lock = (
        "import fcntl, sys; file = open(sys.argv[1], 'rb+'); fcntl.lockf(file, fcntl.LOCK_EX, 1, 0x40000001);"
        "print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", lock, document]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(InUse):
            restore(document, backup, context(0))
    assert document.read_bytes() == b"no document"
    assert restore(document, backup, context(0)) == f"{document}.backup-damaged"


@replacing
def test_a_writer_writes_into_the_file_that_has_the_name_when_it_is_locked(tmp_path: Path) -> None:
    document, restored = copy(tmp_path / "trip.myapp", "first"), copy(tmp_path / "other.myapp", "restored")
    here = waiting_for(document, restored)
    with open_document(document, here) as opened, opened.writing() as connection:
        old = connection.exec_driver_sql("UPDATE runs SET title = title || '!' WHERE id = 1 RETURNING title")
        assert old.scalar_one() == "restored!"
    assert title_in(document) == "restored!"


@replacing
@pytest.mark.parametrize("moment", ["in the transaction", "at its end"])
def test_a_change_of_a_file_that_was_replaced_meanwhile_is_an_error(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, other = copy(tmp_path / "trip.myapp"), copy(tmp_path / "other.myapp", "other")
    commit = DocumentConnection.commit
    if moment == "at its end":
        monkeypatch.setattr(
            DocumentConnection, "commit", lambda self: (other.replace(document), commit(self))
        )
    with (
        pytest.raises(SystemRefused, match="replaced"),
        open_document(document, context(0)) as opened,
        opened.writing(),
    ):
        _ = moment == "in the transaction" and other.replace(document)
    assert title_in(document) == "other"


@replacing
def test_a_change_of_a_file_that_was_removed_meanwhile_is_an_error(tmp_path: Path) -> None:
    document = copy(tmp_path / "trip.myapp")
    with (
        pytest.raises(SystemRefused, match="removed"),
        open_document(document, context(0)) as opened,
        opened.writing(),
    ):
        document.unlink()


@replacing
def test_a_writer_refuses_a_document_of_another_release_that_was_put_there_while_it_waited(
    tmp_path: Path,
) -> None:
    document, older = copy(tmp_path / "trip.myapp"), copy(tmp_path / "older.myapp", document="0005")
    with (
        open_document(document, waiting_for(document, older)) as opened,
        pytest.raises(UpgradeNeeded),
        opened.writing(),
    ):
        pass


def test_a_writer_refuses_a_document_that_a_newer_release_upgraded_while_it_waited(tmp_path: Path) -> None:
    document = copy(tmp_path / "trip.myapp")
    holder = sqlite3.connect(document, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    def upgraded() -> None:
        holder.execute("PRAGMA user_version=8")
        holder.execute("COMMIT")
        holder.close()

    with (
        open_document(document, context(5, WhileWaiting(upgraded))) as opened,
        pytest.raises(NewerDocument),
        opened.writing(),
    ):
        pass


def test_an_output_file_replaces_no_database_that_a_program_uses(tmp_path: Path) -> None:
    document, arguments = copy(tmp_path / "trip.myapp"), Namespace(force=True, file="", wait=0.0)
    with closing(sqlite3.connect(document, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        before = document.read_bytes()
        with pytest.raises(InUse), written(f"{document}", arguments) as stream:
            stream.write(b"a picture")
        assert document.read_bytes() == before
    with written(f"{document}", arguments) as stream:
        stream.write(b"a picture")
    assert document.read_bytes() == b"a picture"


def test_an_output_file_replaces_no_database_whose_journal_would_be_rolled_back_into_it(
    tmp_path: Path,
) -> None:
    document, arguments = copy(tmp_path / "trip.myapp"), Namespace(force=True, file="", wait=0.0)
    Path(f"{document}-journal").write_bytes(b"hot")
    before = document.read_bytes()
    with pytest.raises(SystemRefused), written(f"{document}", arguments) as stream:
        stream.write(b"a picture")
    assert document.read_bytes() == before


def fill(path: Path) -> None:
    with filled(path, context(0)):
        pass


@pytest.mark.parametrize(
    "make",
    [
        lambda path: create(path, context(0)),
        lambda path: save_as(DOCUMENTS / "0007.myapp", path, context(0)),
        fill,
    ],
)
def test_no_document_is_made_beside_a_journal_that_would_be_rolled_back_into_it(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    journal = tmp_path / "trip.myapp-journal"
    journal.write_bytes(b"hot")
    with pytest.raises(SystemRefused, match=r"trip\.myapp-journal"):
        make(tmp_path / "trip.myapp")
    assert list(tmp_path.iterdir()) == [journal]


def test_a_restore_puts_a_journal_away_whose_document_is_gone(tmp_path: Path) -> None:
    backup = copy(tmp_path / "backup.myapp", "backup")
    (tmp_path / "trip.myapp-journal").write_bytes(b"hot")
    restore(tmp_path / "trip.myapp", backup, context(0))
    assert title_in(tmp_path / "trip.myapp") == "backup"
    assert (tmp_path / "trip.myapp.backup-damaged-journal").read_bytes() == b"hot"


@links
@pytest.mark.parametrize("taken", ["dangling link", "link", "hard link", "journal", "pipe"])
def test_a_backups_name_that_is_no_file_of_its_own_is_passed_over(tmp_path: Path, taken: str) -> None:
    document = copy(tmp_path / "trip.myapp", document="0003")
    before, name = document.read_bytes(), Path(f"{document}.backup-0003")
    if taken == "dangling link":
        name.symlink_to(tmp_path / "nowhere")
    elif taken == "link":
        name.symlink_to(document)
    elif taken == "hard link":
        os.link(document, name)
    elif taken == "journal":
        Path(f"{name}-journal").write_bytes(b"hot")
    else:
        os.mkfifo(name)
    assert backups.next_name(f"{document}", "0003", context(0)) == f"{name}-2"
    upgraded = upgrade(f"{document}", context(0))
    assert upgraded
    assert upgraded.backup == f"{name}-2"
    assert Path(upgraded.backup).read_bytes() == before
