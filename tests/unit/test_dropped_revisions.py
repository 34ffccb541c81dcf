"""An application that has dropped its oldest revisions: it says which release still opens what is too old."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from myapp.document import backups
from myapp.document.check import check
from myapp.document.classify import classify
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.errors import TooOldDocument
from myapp.document.plan import plan
from myapp.document.rescue.rescue import rescue
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.server.document import create_server, open_server
from myapp.document.upgrade import upgrade
from myapp.errors import NotFound
from myapp.schema.connections import create_migration_engine
from myapp.schema.manifest import Manifest
from myapp.schema.order import revision_order
from myapp.schema.servers import server_url
from tests.shelf import MIGRATIONS, ORDER, shelf_format
from tests.shelf.documents import BOOKS, books, change, made

FIRST, YEARS, NOTES, HEAD = ORDER

BASE = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9a7b2e4d1c05", None, None, None


def upgrade() -> None:
    op.create_table(
        "about",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made with", sa.Text(), nullable=False),
        sa.Column("changed with", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_about"),
        sa.CheckConstraint("id = 1", name="ck_about_single"),
    )
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_books"),
    )
"""
"""The second revision as the first one that is kept: it makes all that the two made."""


def dropped(folder: Path) -> Path:
    """Write the reading list's migrations without their first revision, and return the folder."""
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "2023_05_books.py").unlink()
    (folder / "versions" / "2023_11_years.py").write_text(BASE, encoding="utf-8")
    kept = revision_order(folder)
    manifest = Manifest.of(folder, [FIRST, *kept], complete=False, dropped={FIRST: "1.4"})
    (folder / "manifest.sha256").write_text(manifest.text(), encoding="utf-8")
    return folder


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The context of its documents, without the first revision."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(shelf_format(dropped(tmp_path / "migrations")))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A document of the revision that was dropped."""
    return made(tmp_path / "mine.shelf", FIRST)


@contextmanager
def too_old(path: Path) -> Iterator[None]:
    """Expect the refusal by name, with the release that helps, and a file that stays as it is."""
    before = path.read_bytes()
    words = rf"mine\.shelf.* has revision {FIRST}, which is too old .*: open it once with release 1\.4"
    with pytest.raises(TooOldDocument, match=words) as refused:
        yield
    assert refused.value.exit_code == 7
    assert path.read_bytes() == before


def test_the_kept_revisions_keep_their_numbers_and_documents(context: Context, tmp_path: Path) -> None:
    assert (context.format.ordinal, context.format.oldest) == (4, 2)
    for revision in (YEARS, NOTES, HEAD):
        path = made(tmp_path / f"{revision}.shelf", revision)  # by the revisions as they were
        assert check(path, context).damage == []
        assert classify(path, context.format).ordinal == ORDER.index(revision) + 1
        assert books(path, context) == BOOKS
        assert check(path, context).damage == []
    new = create(tmp_path / "new.shelf", context)
    assert (classify(new, context.format).revision, check(new, context).damage) == (HEAD, [])


@pytest.mark.parametrize(
    "use",
    [
        lambda path, context: classify(path, context.format),
        books,
        check,
        plan,
        upgrade,
        lambda path, context: rescue(path, path.with_name("new.shelf"), context),
        lambda path, context: save_as(path, path.with_name("new.shelf"), context),
    ],
    ids=["classify", "open", "check", "plan", "upgrade", "rescue", "save as"],
)
def test_a_too_old_document_is_refused_with_the_release_that_opens_it(
    context: Context, old: Path, use: Callable[[Path, Context], object]
) -> None:
    with too_old(old):
        use(old, context)
    assert not old.with_name("new.shelf").exists()
    assert list(old.parent.glob("*.backup-*")) == []


def test_a_copy_of_a_too_old_document_by_dump_is_too_old_too(context: Context, old: Path) -> None:
    change(old, "PRAGMA application_id = 0", "PRAGMA user_version = 0")
    with too_old(old):
        books(old, context)
    with too_old(old):
        rescue(old, old.with_name("new.shelf"), context)


def test_a_too_old_backup_is_listed_and_neither_restored_nor_called_damaged(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    backup = made(tmp_path / f"mine.shelf.backup-{FIRST}", FIRST)
    before = path.read_bytes()
    (listed,) = backups.list_backups(path, context)
    assert (listed.revision, listed.whole) == (FIRST, None)
    with too_old(backup):
        restore(path, backup, context)
    assert path.read_bytes() == before
    assert check(path, context).notes == []
    assert list(backups.prune(path, context, keep=1)) == []


def test_a_too_old_document_is_kept_where_a_backup_is_restored_in_its_place(
    context: Context, old: Path
) -> None:
    before = old.read_bytes()
    backup = made(old.with_name("other.shelf"), HEAD)
    kept = restore(old, backup, context)
    assert kept == f"{old}.backup-damaged"
    assert Path(kept).read_bytes() == before


def test_no_copy_is_made_for_a_dropped_revision(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    with pytest.raises(NotFound, match=f"a way to revision {FIRST} does not exist: release 1.4 is the last"):
        save_as(path, tmp_path / "new.shelf", context, revision=FIRST)
    assert not (tmp_path / "new.shelf").exists()
    copy = save_as(path, tmp_path / "new.shelf", context, revision=YEARS)
    assert check(copy, context).damage == []


def test_a_header_that_is_damaged_so_that_it_seems_too_old_is_rescued_by_its_tables(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", NOTES)
    change(path, "PRAGMA user_version = 1", "DELETE FROM alembic_version")
    done = rescue(path, tmp_path / "new.shelf", context)
    assert (done.kept["books"], done.left_out) == (2, {})


def test_a_document_on_a_server_is_too_old_too(context: Context, postgres: Callable[[], str]) -> None:
    url = server_url(postgres())
    create_server(url, context)
    with closing(create_migration_engine(url).connect()) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": FIRST})
    with pytest.raises(TooOldDocument, match=r"open it once with release 1\.4"), open_server(url, context):
        pass
