"""A change of a document's schema is looked at before the backup: what would be refused leaves none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from myapp.document.changes import Change, downgrade_to, upgrade_to
from myapp.document.context import Context
from myapp.document.upgrade import migrate
from myapp.errors import MyappError, NotFound, UpgradeFailed, WouldLose
from tests.second_application import recipe_format
from tests.unit.test_checks_before_commit import digest, old_document, revision


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The second application's context; its backups lie beside the documents."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return Context(recipe_format())


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A document of the first release."""
    folder = tmp_path / "documents"
    folder.mkdir()
    return old_document(folder / "mine.recipes", "Toast")


@pytest.fixture
def starred(old: Path, context: Context) -> Path:
    """A document of the second release with what only that can hold; its backup is removed."""
    upgraded = migrate(str(old), upgrade_to("head"), context)
    assert upgraded
    Path(upgraded.backup).unlink()
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE recipes SET stars = 5")
    return old


def demand_refusal(path: Path, change: Change, context: Context, error: type[MyappError]) -> None:
    before = digest(path)
    with pytest.raises(error):
        migrate(str(path), change, context)
    assert digest(path) == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("target", ["0009", "nonsense", "+5", "ffff@head"])
def test_an_upgrade_to_an_unknown_revision_leaves_no_backup(old: Path, context: Context, target: str) -> None:
    demand_refusal(old, upgrade_to(target), context, MyappError)


def test_a_downgrade_to_an_unknown_revision_leaves_no_backup(starred: Path, context: Context) -> None:
    demand_refusal(starred, downgrade_to("0009", ["0002"]), context, NotFound)
    demand_refusal(starred, downgrade_to("-5", ["0002"]), context, NotFound)


def test_a_downgrade_that_would_lose_information_leaves_no_backup(starred: Path, context: Context) -> None:
    demand_refusal(starred, downgrade_to("0001"), context, WouldLose)
    demand_refusal(starred, downgrade_to("-1"), context, WouldLose)


def test_a_downgrade_that_leaves_no_document_leaves_no_backup(starred: Path, context: Context) -> None:
    demand_refusal(starred, downgrade_to("base", ["0001", "0002"]), context, UpgradeFailed)


def test_a_change_without_steps_makes_no_backup(starred: Path, context: Context) -> None:
    for change in (upgrade_to("head"), upgrade_to("0001"), downgrade_to("0002")):
        assert migrate(str(starred), change, context) is None
        assert list(starred.parent.iterdir()) == [starred]


def test_a_loss_that_is_allowed_is_done_after_a_backup(starred: Path, context: Context) -> None:
    before = digest(starred)
    done = migrate(str(starred), downgrade_to("0001", ["0002"]), context)
    assert done
    assert (revision(starred), digest(Path(done.backup))) == (1, before)
