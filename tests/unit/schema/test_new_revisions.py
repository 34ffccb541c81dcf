"""Revisions that are written: the first one, one into a place, with hooks, and what is missing for that."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alembic
import pytest
from alembic.operations import ops
from sqlalchemy import URL, Column, Integer, MetaData, Table

from myapp.errors import MyappError, NotFound, UpgradeFailed
from myapp.schema import stock
from myapp.schema.connections import as_url
from myapp.schema.migrations import Migrations
from tests.migration_folders import FOUR, add, write

TEMPLATE = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"

metadata = MetaData()
Table("shelves", metadata, Column("id", Integer, primary_key=True))


def with_template(folder: Path) -> Path:
    """Give a directory Alembic's template of revisions."""
    (folder / "script.py.mako").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture
def database(tmp_path: Path) -> URL:
    """An empty SQLite file: files of revisions do not depend on the database."""
    return as_url(tmp_path / "test.db")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A directory without revisions."""
    return with_template(write(tmp_path / "m", {}))


@pytest.mark.parametrize("versions", ["empty", "absent"])
def test_the_first_revision_is_written_from_nothing(empty: Path, database: URL, versions: str) -> None:
    if versions == "empty":
        (empty / "versions").mkdir()
    migrations = Migrations(empty, database, metadata=metadata)
    assert (migrations.current(), len(migrations.compare())) == ((), 1)
    made = migrations.new_revision("shelves", autogenerate=True)
    assert made is not None
    assert (made.down_revisions, made.is_head) == ((), True)
    assert [str(step).split()[0] for step in migrations.upgrade()] == ["upgrade"]
    assert migrations.compare() == []


def test_the_first_revision_is_written_from_an_empty_server(empty: Path, postgres: Callable[[], str]) -> None:
    migrations = Migrations(empty, postgres(), metadata=metadata)
    assert migrations.new_revision("shelves", autogenerate=True) is not None
    assert (migrations.current(), len(migrations.upgrade()), migrations.compare()) == ((), 1, [])


def test_a_revision_is_written_without_a_word(
    empty: Path, database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    Migrations(empty, database).new_revision("x")
    assert capsys.readouterr() == ("", "")


def test_a_change_of_a_table_is_written_so_that_sqlite_can_make_it(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(with_template(write(tmp_path / "m", {"0001": CREATE})), database)
    migrations.upgrade()
    models = MetaData()
    Table("shelves", models, Column("id", Integer, primary_key=True), Column("room", Integer))
    made = Migrations(tmp_path / "m", database, metadata=models).new_revision("room", autogenerate=True)
    assert made is not None
    assert "with op.batch_alter_table('shelves'" in Path(made.path).read_text(encoding="utf-8")


@pytest.mark.parametrize("versions", ["empty", "absent"])
def test_the_first_revision_is_written_by_the_command_too(empty: Path, database: URL, versions: str) -> None:
    if versions == "empty":
        (empty / "versions").mkdir()
    stock.main(["revision", "-m", "first", "--rev-id", "0001"], empty, url=database)
    assert (empty / "versions" / "0001_first.py").is_file()
    assert Migrations(empty, database).heads() == ("0001",)


def test_a_revision_is_written_after_a_head_beside_it_with_a_label(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(with_template(write(tmp_path / "m", FOUR)), database)
    made = migrations.new_revision("more", rev_id="0005", branch_label="main")
    assert made is not None
    assert (made.down_revisions, made.branch_labels) == (("0004",), ("main",))
    beside = migrations.new_revision("beside", rev_id="0007", head="0003", splice=True, depends_on="0002")
    assert beside is not None
    assert beside.down_revisions == ("0003",)
    with pytest.raises(UpgradeFailed, match="not a head"):
        migrations.new_revision("without splice", head="0002")
    with pytest.raises(UpgradeFailed, match=r"(?i)multiple head"):
        migrations.new_revision("after which")
    assert migrations.current() == ()


def test_a_revision_is_written_into_the_named_location(tmp_path: Path, database: URL) -> None:
    home = with_template(write(tmp_path / "home", {}))
    folders = [tmp_path / "core", tmp_path / "plugin"]
    migrations = Migrations(home, database, settings={"version_locations": folders})
    for folder, label in zip(folders, ("core", "plugin"), strict=True):
        made = migrations.new_revision("first", head="base", version_path=folder, branch_label=label)
        assert made is not None
        assert Path(made.path).parent == folder
    after = migrations.new_revision("second", head="plugin@head")
    assert after is not None
    assert Path(after.path).parent == folders[1]
    for options in ({"head": "base"}, {"head": "base", "version_path": tmp_path}):
        with pytest.raises(UpgradeFailed):
            migrations.new_revision("where", **options)
    words = ["revision", "-m", "third", "--head", "core@head", "--version-path", str(folders[0])]
    stock.main(words, home, settings={"version_locations": folders}, output=io.StringIO())
    assert len(migrations.history()) == 4


def test_file_names_are_those_of_the_settings(tmp_path: Path, database: URL) -> None:
    settings = {"file_template": "%(year)d_%(rev)s", "timezone": "UTC", "truncate_slug_length": "9"}
    migrations = Migrations(with_template(write(tmp_path / "m", FOUR)), database, settings=settings)
    made = migrations.new_revision("a long message", rev_id="0005")
    assert made is not None
    assert Path(made.path).name.endswith("_0005.py")
    assert Path(made.path).name[:4].isdigit()


def clears(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no revision."""
    directives[:] = []


def clears_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no revision without operations, as Alembic's cookbook recommends."""
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []


def doubles(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write a second revision after the first."""
    first = directives[0]
    first.rev_id = "0005"
    directives.append(
        ops.MigrationScript("0007", ops.UpgradeOps([]), ops.DowngradeOps([]), message="b", head="0005")
    )


def names_by_number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Give the revision the next number."""
    directives[0].rev_id = "0005"


@pytest.mark.parametrize("where", ["call", "configure", "env.py"])
@pytest.mark.parametrize("clear", [clears, clears_empty])
def test_a_hook_that_clears_leaves_nothing_to_write(
    tmp_path: Path, database: URL, clear: Callable[..., None], where: str
) -> None:
    env = "from myapp.schema.environment import run\n"
    hook = f"from {__name__} import {clear.__name__} as hook\nrun(process_revision_directives=hook)\n"
    env += hook if where == "env.py" else "run()\n"
    folder = with_template(write(tmp_path / "m", {"0001": CREATE}, env))
    configure = {"process_revision_directives": clear} if where == "configure" else {}
    migrations = Migrations(folder, database, metadata=metadata, configure=configure)
    migrations.upgrade()
    options = {"process_revision_directives": clear} if where == "call" else {}
    assert migrations.new_revision("nothing", autogenerate=True, **options) is None
    assert migrations.heads() == ("0001",)


CREATE = 'op.create_table("shelves", sa.Column("id", sa.Integer(), primary_key=True))'


def test_a_hook_may_rename_or_add_revisions(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(with_template(write(tmp_path / "m", FOUR)), database)
    made = migrations.new_revision("named", process_revision_directives=names_by_number)
    assert made is not None
    assert made.revision == "0005"
    (tmp_path / "m" / "versions" / "0005_named.py").unlink()
    migrations = Migrations(tmp_path / "m", database)
    last = migrations.new_revision("two", process_revision_directives=doubles)
    assert last is not None
    assert (last.revision, migrations.heads()) == ("0007", ("0007",))


@pytest.mark.parametrize("action", ["new_revision", "merge", "command", "command merge"])
def test_a_missing_template_is_one_line_and_nothing_is_written(
    tmp_path: Path, database: URL, action: str
) -> None:
    folder = write(tmp_path / "m", FOUR)
    add(folder, "abcd", "0003")
    migrations = Migrations(folder, database)
    actions: dict[str, Callable[[], object]] = {
        "new_revision": lambda: migrations.new_revision("x"),
        "merge": lambda: migrations.merge("x"),
        "command": lambda: stock.main(["revision", "-m", "x"], folder),
        "command merge": lambda: stock.main(["merge", "heads"], folder),
    }
    files = sorted(folder.rglob("*.py"))
    with pytest.raises(NotFound) as caught:
        actions[action]()
    assert str(folder / "script.py.mako") in str(caught.value)
    assert sorted(folder.rglob("*.py")) == files


def test_a_revision_cannot_be_written_from_a_database_that_is_behind(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(with_template(write(tmp_path / "m", FOUR)), database, metadata=metadata)
    with pytest.raises(MyappError, match="not up to date"):
        migrations.new_revision("x", autogenerate=True)


def test_without_models_nothing_is_compared(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(with_template(write(tmp_path / "m", {"0001": "pass"})), database)
    migrations.upgrade()
    for action in (
        migrations.compare,
        migrations.produce,
        lambda: migrations.new_revision("x", autogenerate=True),
    ):
        with pytest.raises(MyappError, match=r"(?i)metadata"):
            action()
