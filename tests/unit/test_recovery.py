"""A document after a crash: what is copied of it first, what is checked, and what is left to others."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from myapp.application import context, document_format
from myapp.document import copies, files, recovery
from myapp.document.classify import classify
from myapp.document.open import open_document
from myapp.document.save_as import save_as
from myapp.errors import Cancelled, Damaged, InUse
from myapp.progress import Progress, StopToken
from tests import contents
from tests.program import ROOT, WINDOWS

DOCUMENT = ROOT / "tests" / "documents" / "0007.myapp"
CHANGE = "UPDATE readings SET value = value + 1"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document at head."""
    (tmp_path / "mine").mkdir()
    return Path(shutil.copy(DOCUMENT, tmp_path / "mine" / "trip.myapp"))


@pytest.fixture
def hot(document: Path, tmp_path: Path) -> Path:
    """A document as a program leaves it that is killed in the middle of a transaction."""
    leave_in_the_middle(document, tmp_path / "killed.myapp")
    return document


def leave_in_the_middle(document: Path, other: Path) -> None:
    """Give a document the files of one that is being changed, under another name."""
    shutil.copy(document, other)
    with closing(sqlite3.connect(other, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=5")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute(CHANGE)
        for end in ("", "-journal"):
            shutil.copy(f"{other}{end}", f"{document}{end}")
    assert document.read_bytes() != DOCUMENT.read_bytes()


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_copy_of_a_hot_document_is_rolled_back_and_the_document_left_alone(
    hot: Path, tmp_path: Path
) -> None:
    before = state(hot.parent)
    copy = save_as(hot, tmp_path / "copy.myapp", context())
    assert contents.readings(Path(copy)) == contents.readings(DOCUMENT)
    assert state(hot.parent) == before


def test_a_hot_document_that_is_rolled_back_to_a_broken_index_is_refused_as_it_was(
    document: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(document)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL LIMIT 1"
        (page,) = connection.execute(query).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with document.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\x0a" + bytes(size - 1))  # an index without entries
    leave_in_the_middle(document, tmp_path / "killed.myapp")
    before = state(document.parent)
    with (
        pytest.raises(Damaged, match="neither whole nor to be rolled back"),
        open_document(document, context()),
    ):
        pass
    assert state(document.parent) == before


def test_a_document_that_changes_while_it_is_copied_is_in_use_and_not_damaged(
    hot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = copies.copy

    def disturbed(source: int, target: str, progress: Progress) -> None:
        copied(source, target, progress)
        if target.endswith("-journal"):
            with hot.open("r+b") as stream:
                stream.truncate(hot.stat().st_size - 4096)
            Path(target).write_bytes(b"")
            Path(target.removesuffix("-journal")).write_bytes(hot.read_bytes())

    monkeypatch.setattr(copies, "copy", disturbed)
    with pytest.raises(InUse):
        recovery.recover(classify(hot, document_format()), context(0))


def test_nobody_writes_while_a_document_is_copied(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, refused = copies.copy, []

    def disturbed(source: int, target: str, progress: Progress) -> None:
        with closing(sqlite3.connect(document, timeout=0, isolation_level=None)) as writer:
            try:
                writer.execute("UPDATE runs SET title = 'changed meanwhile'")
            except sqlite3.OperationalError as error:
                refused.append(str(error))
        copied(source, target, progress)

    monkeypatch.setattr(copies, "copy", disturbed)
    recovery.copy_document(classify(document, document_format()), f"{tmp_path / 'copy'}", context())
    assert refused == ["database is locked"]
    assert (tmp_path / "copy").read_bytes() == DOCUMENT.read_bytes()


def test_a_wait_for_a_program_at_work_can_be_stopped(hot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_use(*_arguments: object) -> None:
        token.stop()
        raise InUse(f"{hot}")

    token = StopToken()
    monkeypatch.setattr(recovery, "recover", in_use)
    with pytest.raises(Cancelled):
        recovery.recovered(hot, classify(hot, document_format()), context(60, stop=token))


@pytest.mark.parametrize("journal", [b"", bytes(512)], ids=["empty", "cleared"])
def test_a_journal_with_nothing_to_roll_back_is_removed(document: Path, journal: bytes) -> None:
    document.with_name("trip.myapp-journal").write_bytes(journal)
    with open_document(document, context()) as opened, opened.driver_reading():
        pass
    assert state(document.parent) == {"trip.myapp": DOCUMENT.read_bytes()}


@pytest.mark.skipif(WINDOWS, reason="modes of folders mean little there")
def test_a_journal_in_a_place_that_cannot_be_written_stays(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = document.with_name("trip.myapp-journal")
    journal.write_bytes(b"")
    monkeypatch.setattr(files, "can_replace", lambda _path: False)
    with open_document(document, context()) as opened, opened.driver_reading():
        pass
    assert journal.exists()
