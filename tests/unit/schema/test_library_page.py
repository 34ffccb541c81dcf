"""The page of the schema package: its examples run as they stand there."""

from __future__ import annotations

import asyncio
import re
import shutil
import textwrap
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from myapp.schema.migrations import Migrations
from tests.applications import asynchronous
from tests.migration_folders import write
from tests.program import ROOT

PAGE = (ROOT / "myapp" / "schema" / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The revisions of a small application, with the page's env.py."""
    monkeypatch.chdir(tmp_path)
    env = EXAMPLES[0].replace("shelf.models", "tests.applications.asynchronous.models")
    folder = write(tmp_path / "migrations", {}, env)
    shutil.copytree(asynchronous.MIGRATIONS / "versions", folder / "versions")
    return folder


def test_the_call_upgrades_and_every_method_answers(migrations: Path) -> None:
    names: dict[str, object] = {"MIGRATIONS": migrations}
    exec(EXAMPLES[1], names)  # noqa: S102
    assert len(names["steps"]) == 2  # type: ignore[arg-type]
    Migrations(migrations, "sqlite:///shelf.db").downgrade("-1")
    exec(EXAMPLES[2], names)  # noqa: S102
    assert Migrations(migrations, "sqlite:///shelf.db").current() == ("3f1c9a7be012",)


def test_on_an_event_loop_a_connection_is_awaited(migrations: Path) -> None:
    engine = create_async_engine("sqlite+aiosqlite:///shelf.db", poolclass=NullPool)
    names: dict[str, object] = {"MIGRATIONS": migrations, "Migrations": Migrations, "engine": engine}
    exec(f"async def upgrade():\n{textwrap.indent(EXAMPLES[3], '    ')}", names)  # noqa: S102
    asyncio.run(names["upgrade"]())  # type: ignore[operator]
    assert Migrations(migrations, "sqlite:///shelf.db").current() == ("0c44d9e1aa90",)
