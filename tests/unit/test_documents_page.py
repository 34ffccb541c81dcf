"""The page on documents of one's own: its examples run as they stand there."""

from __future__ import annotations

import asyncio
import re
import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from myapp.document.context import Context
from myapp.schema.migrations import Migrations
from tests import diary, shelf
from tests.program import ROOT
from tests.shelf.documents import change, made

PAGE = (ROOT / "myapp" / "document" / "README.md").read_text(encoding="utf-8")
HEADER, OPENING, LIFESPAN, ADOPTION = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
IMPORTS = """
import asyncio
from contextlib import ExitStack, asynccontextmanager
from myapp.document.adopt import adopt
from myapp.document.open import open_document
from sqlalchemy import text
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let documents, caches and backups be in the test's folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def run(example: str, context: Context) -> dict[str, Any]:
    """Run an example, and return the names that it gives."""
    names: dict[str, Any] = {"context": context}
    exec(IMPORTS + example, names)  # noqa: S102
    return names


def test_the_line_of_env_py_writes_the_header(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(shelf.MIGRATIONS / "versions", folder / "versions")
    (folder / "env.py").write_text(HEADER, encoding="utf-8")
    Migrations(folder, tmp_path / "mine.shelf").upgrade()
    numbers = (shelf.APPLICATION_ID.to_bytes(4, "big"), len(shelf.ORDER).to_bytes(4, "big"))
    content = (tmp_path / "mine.shelf").read_bytes()
    assert (content[68:72], content[60:64]) == numbers


def test_a_document_of_an_old_release_is_opened_written_and_read(tmp_path: Path) -> None:
    made(tmp_path / "mine.shelf", shelf.ORDER[0])
    names = run(OPENING, Context(shelf.shelf_format()))
    assert names["titles"][-1] == "Solaris"


def test_a_web_application_has_the_document_open_while_it_lives(tmp_path: Path) -> None:
    made(tmp_path / "mine.shelf", shelf.ORDER[0])
    names = run(LIFESPAN, Context(shelf.shelf_format()))
    app = SimpleNamespace()

    async def live() -> int:
        lifespan: AbstractAsyncContextManager[None] = names["lifespan"](app)
        async with lifespan:
            return await asyncio.to_thread(count)

    def count() -> int:
        with app.document.reading() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM books").scalar_one())

    assert asyncio.run(live()) == 2


def test_an_old_file_is_adopted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Migrations(diary.MIGRATIONS, tmp_path / "old.db").upgrade(diary.ORDER[1])
    change(tmp_path / "old.db", "PRAGMA application_id = 0", "PRAGMA user_version = 0")
    run(ADOPTION, Context(diary.diary_format()))
    assert capsys.readouterr().out == f"{diary.ORDER[1]} {tmp_path / 'old.db.backup-original'}\n"
