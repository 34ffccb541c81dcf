"""Alembic's own templates of env.py: each works, or is refused at once with the two lines to write."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import alembic
import pytest
from sqlalchemy import Engine, MetaData, create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from myapp.errors import MyappError, UpgradeFailed
from myapp.schema import stock
from myapp.schema.migrations import Migrations
from myapp.schema.recipes import run_migrations
from tests.migration_folders import FOUR, TABLE, write

TEMPLATES = Path(alembic.__file__).parent / "templates"
ALL = sorted(folder.name for folder in TEMPLATES.iterdir() if (folder / "env.py").exists())
ONE_DATABASE = [name for name in ALL if name != "multidb"]
TWO = ("engine1", "engine2")


def stock_folder(folder: Path, template: str, revisions: dict[str, str] | None = None) -> Path:
    """Write a directory with the env.py of one of Alembic's templates as it is."""
    env = (TEMPLATES / template / "env.py").read_text(encoding="utf-8")
    return write(folder, revisions or {"0001": TABLE, "0002": "pass"}, env)


def refusal(action: Callable[[], object]) -> str:
    """Return the line in which an action is refused."""
    with pytest.raises(UpgradeFailed) as caught:
        action()
    line = str(caught.value)
    assert "\n" not in line
    return line


def demand_remedy(line: str, folder: Path) -> None:
    """Fail unless a line names the file, and the two lines that it should have."""
    assert str(folder / "env.py") in line
    assert "connection of its own" in line
    assert "`from myapp.schema.environment import run` and `run()`" in line
    assert "another program" not in line
    assert "is unchanged" in line


def tables(url: str) -> set[str]:
    """Return the names of the tables of a database."""
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names())


def test_alembic_has_the_templates_that_were_tried() -> None:
    assert set(ALL) == {"async", "generic", "multidb", "pyproject", "pyproject_async"}


@pytest.mark.parametrize("template", ALL)
def test_on_sqlite_each_is_refused_at_once_with_the_two_lines(tmp_path: Path, template: str) -> None:
    folder, path = stock_folder(tmp_path / "m", template), tmp_path / "a.db"
    demand_remedy(refusal(Migrations(folder, path).upgrade), folder)
    demand_remedy(refusal(lambda: run_migrations(folder, f"sqlite:///{path}")), folder)
    demand_remedy(refusal(lambda: Migrations(folder, path).stamp("0001")), folder)
    assert tables(f"sqlite:///{path}") == set()


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_what_reads_works_with_a_stock_env_py(tmp_path: Path, template: str) -> None:
    path = tmp_path / "a.db"
    Migrations(write(tmp_path / "ours", FOUR), path).upgrade("0002")
    migrations = Migrations(stock_folder(tmp_path / "m", template, FOUR), path)
    assert migrations.current() == ("0002",)
    assert [step.revision.revision for step in migrations.plan()] == ["0003", "0004"]


@pytest.mark.parametrize("template", ONE_DATABASE)
def test_on_a_server_each_works_on_its_own_connection(
    tmp_path: Path, postgres: Callable[[], str], template: str
) -> None:
    folder, url = stock_folder(tmp_path / "m", template), postgres()
    assert len(Migrations(folder, url).upgrade()) == 2
    assert Migrations(folder, url).current() == ("0002",)
    assert tables(url) == {"a", "alembic_version"}
    assert len(Migrations(folder, url).downgrade("0001")) == 1


@pytest.mark.parametrize("template", ONE_DATABASE)
def test_a_connection_that_is_handed_over_is_not_passed_over_in_silence(
    tmp_path: Path, postgres: Callable[[], str], template: str
) -> None:
    folder, engine = stock_folder(tmp_path / "m", template), _engine(postgres())
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
        demand_remedy(refusal(Migrations(folder, connection).upgrade), folder)
    assert tables(engine.url.render_as_string(False)) == {"mine"}


def test_a_database_of_its_own_is_not_taken_for_the_one_that_was_given(tmp_path: Path) -> None:
    env = (TEMPLATES / "generic" / "env.py").read_text(encoding="utf-8")
    other = f'config.set_main_option("sqlalchemy.url", "sqlite:///{tmp_path / "other.db"}")'
    text = env.replace("config = context.config\n", f"config = context.config\n{other}\n")
    folder = write(tmp_path / "m", FOUR, text)
    line = refusal(Migrations(folder, tmp_path / "a.db").upgrade)
    assert "left the database at no revision" in line
    assert "connection of its own" in line
    assert "may be changed in part" in line


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_a_first_revision_is_written_or_refused_at_once(tmp_path: Path, template: str) -> None:
    folder, path = stock_folder(tmp_path / "m", template), tmp_path / "a.db"
    for name in ("0001", "0002"):
        (folder / "versions" / f"{name}_revision.py").unlink()
    (folder / "script.py.mako").write_text(
        (TEMPLATES / template / "script.py.mako").read_text(encoding="utf-8")
    )
    line = refusal(lambda: Migrations(folder, path, metadata=MetaData()).new_revision("x", autogenerate=True))
    demand_remedy(line, folder)


def test_several_databases_of_a_server_work_with_the_stock_env_py(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    folder = multidb_folder(tmp_path / "m")
    urls = {name: postgres() for name in TWO}
    assert len(Migrations(folder, urls).upgrade()) == 2
    assert [tables(url) - {"alembic_version"} for url in urls.values()] == [{"first"}, {"second"}]


def test_several_databases_in_files_are_refused_with_the_two_lines(tmp_path: Path) -> None:
    folder = multidb_folder(tmp_path / "m")
    urls = {name: f"sqlite:///{tmp_path / name}.db" for name in TWO}
    demand_remedy(refusal(Migrations(folder, urls).upgrade), folder)
    assert [tables(url) for url in urls.values()] == [set(), set()]


def multidb_folder(folder: Path) -> Path:
    """Write the stock directory of several databases, with one revision."""
    stock_folder(folder, "multidb")
    text = """revision, down_revision = "0001", None
from alembic import op
def upgrade(engine_name): globals()["upgrade_" + engine_name]()
def downgrade(engine_name): pass
def upgrade_engine1(): op.execute("CREATE TABLE first (id INTEGER)")
def upgrade_engine2(): op.execute("CREATE TABLE second (id INTEGER)")
"""
    (folder / "versions" / "0002_revision.py").unlink()
    (folder / "versions" / "0001_revision.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.filterwarnings("ignore:coroutine 'run_async_migrations' was never awaited")
def test_an_asynchronous_env_py_within_an_event_loop_is_refused_with_the_two_lines(
    tmp_path: Path, postgres: Callable[[], str]
) -> None:
    folder, url = stock_folder(tmp_path / "m", "async"), postgres()

    async def upgrade() -> None:
        demand_remedy(refusal(Migrations(folder, url).upgrade), folder)

    asyncio.run(upgrade())
    gc.collect()  # here, where the warning about what env.py leaves behind is ignored


@pytest.mark.parametrize("template", ["generic", "pyproject"])
def test_the_stock_command_works_with_the_stock_env_py(tmp_path: Path, template: str) -> None:
    folder, path = stock_folder(tmp_path / "m", template), tmp_path / "a.db"
    stock.main(["upgrade", "head"], folder, url=make_url(f"sqlite:///{path}"))
    assert Migrations(folder, path).current() == ("0002",)


def test_the_stock_command_without_a_url_says_what_is_missing(tmp_path: Path) -> None:
    folder = stock_folder(tmp_path / "m", "generic")
    with pytest.raises(MyappError, match="two lines"):
        stock.main(["upgrade", "head"], folder)


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool)
