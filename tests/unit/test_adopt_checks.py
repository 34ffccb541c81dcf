"""Each check of an adoption refuses what only it can see, and the old file stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from myapp.document.adopt import adopt
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.errors import Damaged, MyappError, NotADocument, SystemRefused
from tests.diary import ORDER
from tests.shelf.documents import change
from tests.unit.test_adopt import context, created, stamped

__all__ = ["context"]

MODULE = "myapp.document.adopt"


def demand_refused(path: Path, context: Context, error: type[MyappError], words: str) -> None:
    """Demand that a file is refused in these words and is as it was, with no more than a backup beside it."""
    before, beside = path.read_bytes(), {*path.parent.iterdir()}
    with pytest.raises(error, match=words):
        adopt(path, context)
    assert path.read_bytes() == before
    left = {file.name for file in {*path.parent.iterdir()} - beside}
    assert left <= {f"{path.name}.backup-original"}


def test_a_version_table_with_several_revisions_is_another_programs(context: Context, tmp_path: Path) -> None:
    path = stamped(tmp_path / "mine.db", 2)
    change(path, f"INSERT INTO alembic_version VALUES ('{ORDER[0]}')")
    demand_refused(path, context, NotADocument, f"several revisions .{ORDER[1]}, {ORDER[0]}")


def test_a_file_with_none_of_the_tables_is_called_another_programs(context: Context, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    change(path, "CREATE TABLE invoices (id INTEGER)", "CREATE INDEX entries ON invoices (id)")
    demand_refused(path, context, NotADocument, "it is another program's SQLite database$")


def test_a_file_that_is_replaced_before_it_is_locked_is_not_adopted(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stamped(tmp_path / "mine.db", 1)
    newer = Path(shutil.copy(stamped(tmp_path / "newer.db", 2), tmp_path / "newer copy.db"))
    content = newer.read_bytes()

    def replaced(real: str, *arguments: Any) -> object:
        connection = connect(real, *arguments)
        if newer.exists():
            newer.replace(real)
        return connection

    monkeypatch.setattr(f"{MODULE}.connect", replaced)
    with pytest.raises(SystemRefused, match="another program replaced it meanwhile: try again"):
        adopt(path, context)
    assert path.read_bytes() == content


def test_a_schema_that_is_not_the_revisions_afterwards_is_not_committed(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = created(tmp_path / "mine.db", 2)
    monkeypatch.setattr(f"{MODULE}.remake", lambda *_: ())
    demand_refused(path, context, Damaged, "schema|differs|table")
