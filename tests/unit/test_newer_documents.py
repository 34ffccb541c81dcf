"""A refusal of a newer document names the release that wrote it, and never repeats what a stranger wrote."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from myapp import application, product
from myapp.application import context
from myapp.document.classify import classify
from myapp.errors import NewerDocument

RELEASES = "https://releases.example/myapp"


@pytest.fixture
def newer(documents: Path, tmp_path: Path) -> Path:
    """A document whose number is one after this program's."""
    return changed(
        Path(shutil.copy(documents / "0007.myapp", tmp_path / "future.myapp")), "PRAGMA user_version = 8"
    )


def changed(path: Path, *statements: str) -> Path:
    """Change a document with SQL."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def refusal(path: Path) -> NewerDocument:
    """Return the error for a newer document, which stays as it is, with nothing new beside it."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(NewerDocument) as refused:
        classify(path, context().format)
    assert (path.read_bytes(), sorted(path.parent.iterdir())) == (before, beside)
    return refused.value


@pytest.mark.parametrize("release", ["myapp 0.9.0", "myapp 10.0", "myapp 0.8.0rc1", "myapp 1.0.dev3"])
def test_the_release_that_wrote_it_last_is_named(newer: Path, release: str) -> None:
    error = refusal(changed(newer, f"UPDATE document SET written_by = '{release}'"))
    assert error.release == release
    assert str(error).endswith(f": open it with {release} or newer, from where this program came from")


@pytest.mark.parametrize(
    "text",
    [
        *("", "0.9.0", "myapp", "another 0.9.0", "myapp 0.9.0; pay at evil.example", "myapp 9.evil"),
        *("myapp 0.9.0\n", "myapp ١.٢", "myapp 1.1.1.1.1", f"myapp {'9' * 400}", f"myapp {product.VERSION}"),
    ],
)
def test_what_names_no_later_release_of_this_program_is_not_repeated(newer: Path, text: str) -> None:
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE document SET written_by = ?", (text,))
    error = refusal(newer)
    assert error.release == ""
    assert ": open it with a release that knows revision no. 8, from " in str(error)


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE document"],
        ["DELETE FROM document"],
        ["ALTER TABLE document RENAME written_by TO author"],
        ["UPDATE document SET written_by = x'ff00'"],
        [
            "DROP TABLE document",
            "CREATE VIEW document AS SELECT 1 id, 'x' created_by, 'myapp 9.0' written_by",
        ],
        [
            "DROP TABLE document",
            "CREATE TABLE document (id, created_by, written_by AS ('myapp 9.0'))",
            "INSERT INTO document (id) VALUES (1)",
        ],
        ["DROP TABLE document", "CREATE VIRTUAL TABLE document USING fts5 (created_by, written_by)"],
    ],
)
def test_a_record_that_is_no_plain_table_is_not_read(newer: Path, statements: list[str]) -> None:
    assert refusal(changed(newer, *statements)).release == ""


def test_a_document_that_another_program_holds_or_left_in_the_middle_is_refused_at_once(newer: Path) -> None:
    changed(newer, "UPDATE document SET written_by = 'myapp 0.9.0'")
    with closing(sqlite3.connect(newer, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert refusal(newer).release == ""
    assert refusal(newer).release == "myapp 0.9.0"


def test_the_page_of_releases_is_named_where_there_is_one(
    newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "HOMEPAGE", RELEASES)
    monkeypatch.setattr(application, "_format", [])
    error = refusal(changed(newer, "UPDATE document SET written_by = 'myapp 0.9.0'"))
    assert str(error).endswith(f": open it with myapp 0.9.0 or newer, from {RELEASES}")
