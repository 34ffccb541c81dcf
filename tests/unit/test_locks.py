"""Locks of open documents: nothing else that this process does with the same file drops them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import myapp
from myapp import descriptors
from myapp.application import context, document_format
from myapp.cli import programs
from myapp.document import backups, files
from myapp.document.check import check
from myapp.document.classify import classify
from myapp.document.open import FileDocument, open_document
from myapp.document.plan import plan
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.upgrade import upgrade
from myapp.errors import BadData, InUse, MyappError
from myapp.notebook.attachments import attach
from myapp.notebook.importing import import_csv
from tests.program import ROOT

HEAD = ROOT / "tests" / "documents" / "0007.myapp"

OTHER = """
import sqlite3, sys
for line in sys.stdin:
    connection = sqlite3.connect(line[:-1], timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        print("free", flush=True)
    except sqlite3.OperationalError as error:
        print(error, flush=True)
    connection.close()
"""


@pytest.fixture(scope="module")
def locked_for_others() -> Iterator[Callable[[Path], bool]]:
    """Whether another process cannot write a document now."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        stdin, stdout = other.stdin, other.stdout

        def ask(path: Path) -> bool:
            stdin.write(f"{path}\n")
            stdin.flush()
            return stdout.readline() == "database is locked\n"

        yield ask
        stdin.close()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document at head."""
    return Path(shutil.copy(HEAD, tmp_path / "trip.myapp"))


def opened_again(path: Path) -> None:
    with myapp.open(path, wait=0) as notebook:
        notebook.runs()


def opened_by_hard_link(path: Path) -> None:
    os.link(path, path.with_name("linked.myapp"))
    opened_again(path.with_name("linked.myapp"))


def opened_by_symbolic_link(path: Path) -> None:
    path.with_name("named.myapp").symlink_to(path)
    opened_again(path.with_name("named.myapp"))


def opened_in_another_thread(path: Path) -> None:
    thread = threading.Thread(target=opened_again, args=[path])
    thread.start()
    thread.join()


def copied_by_an_earlier_revision(path: Path) -> None:
    save_as(path, path.with_name("older.myapp"), context(0), revision="0005", lose=["0007"])


def restored(path: Path) -> None:
    with pytest.raises(InUse):
        restore(path, shutil.copy(HEAD, path.with_name("kept.myapp")), context(0))


def compared_with_a_linked_backup(path: Path) -> None:
    os.link(path, f"{path}.backup-0007")
    backups.next_name(str(path), "0007", context(0))
    backups.list_backups(path, context(0))


def read_as_csv(path: Path) -> None:
    with (
        open_document(HEAD, context(0)) as opened,
        opened.reading() as connection,
        pytest.raises(BadData),
    ):
        import_csv(connection, path)


def digested(path: Path) -> None:
    programs.digest(os.fspath(path))


def synced(path: Path) -> None:
    files.sync_file(os.fspath(path))


def taken_for_a_journal(path: Path) -> None:
    other = Path(shutil.copy(HEAD, path.with_name("other.myapp")))
    os.link(path, f"{other}-journal")
    with suppress(MyappError):
        classify(other, document_format())


ACTIONS = [
    opened_again,
    opened_by_hard_link,
    opened_by_symbolic_link,
    opened_in_another_thread,
    lambda path: check(path, context(0)),
    lambda path: plan(path, context(0)),
    lambda path: save_as(path, path.with_name("copy.myapp"), context(0)),
    copied_by_an_earlier_revision,
    restored,
    compared_with_a_linked_backup,
    read_as_csv,
    digested,
    synced,
    taken_for_a_journal,
]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_writers_lock_outlasts_what_else_its_process_does_with_the_file(
    document: Path, action: Callable[[Path], object], locked_for_others: Callable[[Path], bool]
) -> None:
    with open_document(document, context(0)) as opened, opened.writing():
        assert locked_for_others(document)
        action(document)
        assert locked_for_others(document)
    assert not locked_for_others(document)


def test_a_document_attached_to_itself_stays_locked(
    document: Path, locked_for_others: Callable[[Path], bool]
) -> None:
    with open_document(document, context(0)) as opened, opened.writing() as connection:
        run = connection.exec_driver_sql("SELECT min(id) FROM runs").scalar_one()
        attach(connection, run, document)
        assert locked_for_others(document)


def test_an_upgrade_refused_beside_a_writer_leaves_its_lock(
    tmp_path: Path, locked_for_others: Callable[[Path], bool]
) -> None:
    older = Path(shutil.copy(HEAD.with_name("0003.myapp"), tmp_path))
    writer = sqlite3.connect(older, isolation_level=None)  # a connection that the program knows nothing of
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(InUse):
        upgrade(os.fspath(older), context(0))
    assert locked_for_others(older)
    writer.close()


def test_a_reader_keeps_writers_of_other_processes_from_committing(document: Path) -> None:
    commit = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], timeout=0);"
        "connection.execute('DELETE FROM tags'); connection.commit()"
    )
    with open_document(document, context(0)) as opened, opened.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM runs").scalar_one()
        opened_again(document)
        command = [sys.executable, "-c", commit, document]
        other = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "database is locked" in other.stderr


def test_many_openings_beside_a_writer_keep_no_descriptor_each(document: Path) -> None:
    with open_document(document, context(0)) as opened, opened.writing():
        opened_again(document)
        for _ in range(20):
            opened_again(document)
        kept = [len(kept) for kept in descriptors._idle.values()]
    assert sum(kept) <= 2
    assert not descriptors._idle
    assert not descriptors._connections


def test_two_threads_that_read_a_file_have_places_of_their_own(document: Path) -> None:
    with FileDocument(os.fspath(document), context(0)).reading():
        with descriptors.Stream(document) as first:
            first.read(1000)
        with descriptors.Stream(document) as first, descriptors.Stream(document) as second:
            assert first.read(16) == second.read(16) == b"SQLite format 3\0"
