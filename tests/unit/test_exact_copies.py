"""A copy that stands for a document is proved equal to it before the document is changed or replaced."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from myapp.document import copies
from myapp.document.adopt import adopt
from myapp.document.changes import downgrade_to
from myapp.document.context import Context
from myapp.document.lost_header import recognise, set_header_again
from myapp.document.restoring import restore
from myapp.document.upgrade import migrate, upgrade
from myapp.errors import SystemRefused
from myapp.progress import Progress
from myapp.schema.migrations import Migrations
from tests.second_application import MIGRATIONS, recipe_format

Operation = Callable[[Path, Context], object]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The second application's context; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(recipe_format())


def document(path: Path, revision: str = "0001", *statements: str) -> Path:
    """Make a document of the second application with one recipe."""
    Migrations(MIGRATIONS, path).upgrade(revision)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO document VALUES (1, 'recipes 1.0', 'recipes 1.0')")
        connection.execute("INSERT INTO recipes (id, title) VALUES (1, 'Toast')")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(";".join(statements))
    return path


def upgraded(folder: Path) -> Operation:
    document(folder / "mine.recipes")
    return lambda path, context: upgrade(f"{path}", context)


def downgraded(folder: Path) -> Operation:
    document(folder / "mine.recipes", "0002")
    return lambda path, context: migrate(f"{path}", downgrade_to("0001"), context)


def freed_of_additions(folder: Path) -> Operation:
    document(folder / "mine.recipes", "0002", "CREATE TABLE added (id INTEGER)")
    return lambda path, context: upgrade(f"{path}", context, drop_foreign=True)


def adopted(folder: Path) -> Operation:
    document(folder / "mine.recipes", "0001", "PRAGMA application_id = 0", "PRAGMA user_version = 0")
    return adopt


def given_a_header(folder: Path) -> Operation:
    document(folder / "mine.recipes", "0001", "PRAGMA user_version = 0")
    return lambda path, context: set_header_again(recognise(path, context), context)


def restored(folder: Path) -> Operation:
    path = document(folder / "mine.recipes")
    shutil.copy(path, f"{path}.backup-0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO recipes (id, title) VALUES (2, 'Omelette')")
    return lambda path, context: restore(path, f"{path}.backup-0001", context)


def restored_over_damage(folder: Path) -> Operation:
    operation = restored(folder)
    (folder / "mine.recipes").write_bytes(b"Toast, and no document")
    return operation


def spoil_copy(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let one of the copies that are made have another byte, in a text: only a comparison can see it."""
    spoiled: list[bool] = []

    def spoiling(
        source: int,
        target: str,
        progress: Progress,
        copy: Callable[[int, str, Progress], None] = copies.copy,
    ) -> None:
        copy(source, target, progress)
        spoiled.append(len(spoiled) + 1 == number)
        if spoiled[-1]:
            content = Path(target).read_bytes()
            assert b"Toast" in content
            Path(target).write_bytes(content.replace(b"Toast", b"Roast"))

    monkeypatch.setattr(copies, "copy", spoiling)


@pytest.mark.parametrize(
    ("prepare", "number"),
    [
        (upgraded, 1),
        (downgraded, 1),
        (freed_of_additions, 1),
        (adopted, 1),
        (given_a_header, 1),
        (restored, 1),
        (restored, 2),
        (restored_over_damage, 1),
        (restored_over_damage, 2),
    ],
)
def test_nothing_is_changed_or_replaced_after_a_copy_with_another_byte(
    context: Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Path], Operation],
    number: int,
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    operation = prepare(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    spoil_copy(monkeypatch, number)
    with pytest.raises(SystemRefused, match="its copy has other bytes"):
        operation(folder / "mine.recipes", context)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "XDG_CACHE_HOME"))
    operation(folder / "mine.recipes", context)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} != before
