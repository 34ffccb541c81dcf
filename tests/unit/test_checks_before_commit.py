"""Each check before the commit of an upgrade refuses what only it can see, and leaves the old document."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from myapp.document import upgrade as upgrading
from myapp.document.connect import DocumentConnection, connect
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.upgrade import upgrade
from myapp.errors import Damaged, MyappError, SystemRefused, UpgradeFailed
from myapp.progress import Progress
from myapp.schema.migrations import Migrations
from tests.second_application import MIGRATIONS, recipe_format

EXTRAS = {
    "an index": ("CREATE INDEX unknown ON recipes (title)", "index unknown does not belong to it"),
    "a trigger": (
        "CREATE TRIGGER unknown AFTER DELETE ON recipes BEGIN DELETE FROM ingredients; END",
        "trigger unknown does not belong to it",
    ),
    "a column": ("ALTER TABLE recipes ADD COLUMN unknown TEXT", "table recipes differs"),
    "a table": ("CREATE TABLE unknown (id INTEGER)", "table unknown does not belong to it"),
    "a lost column": ("ALTER TABLE recipes DROP COLUMN stars", "table recipes differs"),
}
"""What a revision makes of a document with content only: a new document is blank, and shows it to nobody."""


class AtTheLastCheck(Progress):
    """Does something when an upgrade begins its checks, within the open transaction."""

    def __init__(self, action: Callable[[], object]) -> None:
        self.action = action

    def step(self, description: str) -> None:
        """Receive what begins now."""
        if description == "verifying":
            self.action()


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep caches and backups in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A document of the second application's first release."""
    return old_document(tmp_path / "mine.recipes", "Toast")


def old_document(path: Path, title: str) -> Path:
    """Make a document of the first release with one recipe."""
    Migrations(MIGRATIONS, path).upgrade("0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO document VALUES (1, 'recipes 1.0', 'recipes 1.0')")
        connection.execute("INSERT INTO recipes VALUES (1, ?, 'bread')", (title,))
    return path


def digest(path: Path) -> str:
    """Return a digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def revision(path: Path) -> int:
    """Return the number of a document's revision."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def connections_of_upgrades(monkeypatch: pytest.MonkeyPatch) -> list[DocumentConnection]:
    """Return the list of connections that an upgrade will have opened."""
    opened: list[DocumentConnection] = []

    def kept(*arguments: object) -> DocumentConnection:
        opened.append(connect(*arguments))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(upgrading, "connect", kept)
    return opened


def test_a_document_that_is_damaged_in_the_middle_of_the_transaction_is_not_committed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = connections_of_upgrades(monkeypatch)

    def damage() -> None:
        connection = opened[-1]
        connection.set_authorizer(None)  # what damages a file asks nobody
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("INSERT INTO document VALUES (2, 'nobody', 'nobody')")
        connection.execute("PRAGMA ignore_check_constraints=OFF")

    before = digest(old)
    with pytest.raises(UpgradeFailed, match=r"integrity_check.*CHECK constraint failed in document"):
        upgrade(f"{old}", Context(recipe_format(), progress=AtTheLastCheck(damage)))
    assert (revision(old), digest(old)) == (1, before)


def migrations_with(place: Path, code: str) -> Path:
    """Return the second application's migrations with further code at the end of the newest upgrade."""
    folder = place / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (script,) = (folder / "versions").glob("0002_*.py")
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("\n\ndef downgrade", f"{code}\n\ndef downgrade", 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_revision_that_leaves_another_schema_than_a_new_documents_is_not_committed(
    old: Path, tmp_path: Path, extra: str
) -> None:
    statement, difference = EXTRAS[extra]
    folder = migrations_with(
        tmp_path,
        f"""
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM recipes").scalar():
        op.execute({statement!r})
""",
    )
    before = digest(old)
    with pytest.raises(UpgradeFailed, match=f"comparison with a new document.*{difference}"):
        upgrade(f"{old}", Context(recipe_format(folder)))
    assert (revision(old), digest(old)) == (1, before)
    assert create(tmp_path / "new.recipes", Context(recipe_format(folder)))


@pytest.mark.parametrize("statement", ["COMMIT", "PRAGMA foreign_keys=ON", "ATTACH ':memory:' AS other"])
def test_a_revision_that_hides_its_attempt_to_leave_the_transaction_is_not_committed(
    old: Path, tmp_path: Path, statement: str
) -> None:
    code = f"""
    import contextlib

    with contextlib.suppress(Exception):
        op.get_bind().exec_driver_sql({statement!r})
"""
    before = digest(old)
    create(tmp_path / "warm.recipes", Context(recipe_format()))  # a blank of the honest migrations
    with pytest.raises(UpgradeFailed, match="a revision tried"):
        upgrade(f"{old}", Context(recipe_format(migrations_with(tmp_path, code))))
    assert (revision(old), digest(old)) == (1, before)


def test_a_file_that_is_taken_away_right_before_the_commit_stays_the_old_document(
    old: Path, tmp_path: Path
) -> None:
    elsewhere, before = tmp_path / "elsewhere.recipes", digest(old)
    with pytest.raises(UpgradeFailed, match="another program removed the file meanwhile"):
        upgrade(f"{old}", Context(recipe_format(), progress=AtTheLastCheck(lambda: old.rename(elsewhere))))
    assert not old.exists()
    assert (revision(elsewhere), digest(elsewhere)) == (1, before)


def test_a_file_that_is_replaced_right_before_the_commit_and_its_replacement_stay_as_they_are(
    old: Path, tmp_path: Path
) -> None:
    elsewhere, other = tmp_path / "elsewhere.recipes", old_document(tmp_path / "other.recipes", "Soup")
    before, theirs = digest(old), digest(other)

    def replace() -> None:
        old.rename(elsewhere)
        other.rename(old)

    with pytest.raises(UpgradeFailed, match="another program replaced the file meanwhile"):
        upgrade(f"{old}", Context(recipe_format(), progress=AtTheLastCheck(replace)))
    assert (revision(elsewhere), digest(elsewhere)) == (1, before)
    assert digest(old) == theirs


def at_the_commit(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Do something as soon as an upgrade has committed."""
    commit = DocumentConnection.commit

    def followed(connection: DocumentConnection) -> None:
        commit(connection)
        action()

    monkeypatch.setattr(DocumentConnection, "commit", followed)


def test_a_file_that_is_replaced_right_after_the_commit_is_not_reported_as_upgraded(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = old_document(tmp_path / "other.recipes", "Soup")
    theirs = digest(other)
    at_the_commit(monkeypatch, lambda: other.replace(old))
    with pytest.raises(UpgradeFailed, match="another program replaced the file meanwhile"):
        upgrade(f"{old}", Context(recipe_format()))
    assert digest(old) == theirs


def test_a_file_that_is_taken_away_right_after_the_commit_is_upgraded_where_it_is(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.recipes"
    at_the_commit(monkeypatch, lambda: old.rename(elsewhere))
    upgraded = upgrade(f"{old}", Context(recipe_format()))
    assert upgraded
    assert upgraded.steps
    assert revision(elsewhere) == 2


@pytest.mark.parametrize(
    ("moment", "refusal", "message"),
    [
        ("copied", SystemRefused, "its copy has other bytes: let no other program write it"),
        ("compared", UpgradeFailed, "another program wrote the file past all locks"),
    ],
)
def test_a_file_that_is_written_past_all_locks_while_it_is_backed_up_is_not_upgraded(
    old: Path, moment: str, refusal: type[MyappError], message: str
) -> None:
    moments = iter(["copied", "compared"])

    class WritingPastLocks(Progress):
        def amount(self, done: int, total: int) -> None:
            if done == total and next(moments, "") == moment:
                with old.open("r+b") as stream:
                    stream.seek(0, 2)
                    stream.write(b"\0")

    with pytest.raises(refusal, match=message):
        upgrade(f"{old}", Context(recipe_format(), progress=WritingPastLocks()))
    assert revision(old) == 1


def test_a_value_of_another_type_stops_an_upgrade_before_any_revision(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE recipes SET title = x'ff'")
    with pytest.raises(Damaged, match=r"recipes\.title holds what is no text"):
        upgrade(f"{old}", Context(recipe_format()))
    assert [path.name for path in old.parent.glob("*.backup-*")] == []
