"""What an application writes for documents: env.py with the header, a first revision with the record."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from myapp import paths
from myapp.document.context import Context
from myapp.document.create import create
from myapp.document.format import DocumentFormat
from myapp.document.open import open_document
from myapp.schema.config import make_config
from myapp.schema.manifest import Manifest
from myapp.schema.migrations import Migrations
from myapp.schema.order import revision_order
from tests import migration_folders

ENV = """
from myapp.document.header import header_writer
from myapp.schema.environment import run
run(on_apply=header_writer(7))
"""


def header(path: Path) -> tuple[int, int]:
    """Return the application's and the revision's number."""
    with closing(sqlite3.connect(path)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (revision,) = connection.execute("PRAGMA user_version").fetchone()
    return application, revision


def test_the_header_follows_every_change_of_the_version_table(tmp_path: Path) -> None:
    folder = migration_folders.write(tmp_path / "m", {"f1": "pass", "b2": "pass", "a3": "pass"}, ENV)
    path = tmp_path / "new.db"
    migrations = Migrations(folder, path)
    migrations.upgrade("b2")
    assert header(path) == (7, 2)
    migrations.upgrade()
    assert header(path) == (7, 3)
    migrations.downgrade("f1")
    assert header(path) == (7, 1)
    migrations.stamp("a3")
    assert header(path) == (7, 3)
    migrations.stamp("b2", purge=True)
    assert header(path) == (7, 2)
    migrations.downgrade("base")
    assert header(path) == (7, 0)


def test_a_revision_that_fails_leaves_the_header_of_the_one_before(tmp_path: Path) -> None:
    folder = migration_folders.write(tmp_path / "m", {"f1": "pass", "b2": migration_folders.FAILING}, ENV)
    path = tmp_path / "new.db"
    Migrations(folder, path).upgrade("f1")
    with pytest.raises(Exception, match="no more"):
        Migrations(folder, path).upgrade()
    assert header(path) == (7, 1)


def test_the_template_of_a_first_revision_makes_the_table_of_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    folder = tmp_path / "m"
    (folder / "versions").mkdir(parents=True)
    shutil.copy(Path(paths.migrations_dir()) / "script.py.mako", folder)
    (folder / "env.py").write_text(ENV, encoding="utf-8")
    command.revision(make_config(folder), "first")
    command.revision(make_config(folder), "second")
    first, second = (
        Path(Migrations(folder, "sqlite://").revision(name).path).read_text(encoding="utf-8")
        for name in revision_order(folder)
    )
    assert ("op.create_table(" in first, "op.create_table(" in second) == (True, False)
    format = DocumentFormat(
        name="made",
        program="made 1.0",
        suffix=".made",
        application_id=7,
        migrations=str(folder),
        manifest=Manifest.of(folder, revision_order(folder), complete=False),
    )
    path = create(tmp_path / "new.made", Context(format))
    with open_document(path, Context(format)) as document, document.driver_reading() as connection:
        assert connection.execute(format.record.reader()).fetchall() == [("made 1.0", "made 1.0")]
    Migrations(folder, path).downgrade("base")
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("alembic_version",)]
