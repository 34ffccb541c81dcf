"""Several databases in one run, as of Alembic's template `multidb`: all are upgraded, or none."""

from __future__ import annotations

import io
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path

import alembic
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Column, Integer, MetaData, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.pool import NullPool

from myapp.errors import UpgradeFailed, UsageError
from myapp.schema import stock
from myapp.schema.config import make_config
from myapp.schema.migrations import Migrations
from tests.migration_folders import ENV, write

TEMPLATE = Path(alembic.__file__).parent / "templates" / "multidb" / "script.py.mako"
REVISION = '''"""revision {name}"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = {name!r}, {down!r}
{declarations}
def upgrade(engine_name): globals()["upgrade_" + engine_name]()
def downgrade(engine_name): globals()["downgrade_" + engine_name]()
def upgrade_readers(): {readers}
def upgrade_books(): {books}
def downgrade_readers(): pass
def downgrade_books(): pass
'''
READERS = 'op.execute("CREATE TABLE readers (id INTEGER)")'
BOOKS = 'op.execute("CREATE TABLE books (id INTEGER)")'

Urls = dict[str, URL]


@pytest.fixture(params=["sqlite", "postgresql", "one of each"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """Two empty databases by name."""
    files = {name: make_url(f"sqlite:///{tmp_path / name}.db") for name in ("readers", "books")}
    if request.param == "sqlite":
        return files
    postgres: Callable[[], str] = request.getfixturevalue("postgres")
    if request.param == "one of each":
        return {"readers": make_url(postgres()), "books": files["books"]}
    return {name: make_url(postgres()) for name in files}


def add(
    folder: Path,
    name: str,
    down: str | None,
    readers: str = "pass",
    books: str = "pass",
    declarations: str = "",
) -> None:
    """Add a revision of two databases."""
    text_ = REVISION.format(name=name, down=down, readers=readers, books=books, declarations=declarations)
    (folder / "versions").mkdir(exist_ok=True)
    (folder / "versions" / f"{name}_revision.py").write_text(text_, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory of two revisions, each for two databases."""
    folder = write(tmp_path / "m", {}, ENV)
    add(folder, "0001", None, READERS, BOOKS)
    add(folder, "0002", "0001")
    return folder


def tables(url: URL) -> set[str]:
    """Return the names of the tables of a database."""
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names()) - {"alembic_version"}


def names(steps: list[object]) -> list[str]:
    """Return the steps as text."""
    return [str(step).partition(" (")[0] for step in steps]


def test_each_has_its_own_part_of_a_revision(folder: Path, urls: Urls) -> None:
    migrations = Migrations(folder, urls)
    assert migrations.current() == ()
    assert names(migrations.plan()) == ["upgrade 0001", "upgrade 0002"]
    done = names(migrations.upgrade())
    assert sorted(done) == ["upgrade 0001", "upgrade 0001", "upgrade 0002", "upgrade 0002"]
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]
    assert (migrations.current(), migrations.plan(), migrations.upgrade()) == (("0002",), [], [])
    assert len(migrations.downgrade("0001")) == 2
    assert len(migrations.stamp("0002")) == 2


def test_a_failure_in_the_second_leaves_the_first_as_it_was(folder: Path, urls: Urls) -> None:
    more = 'op.execute("CREATE TABLE more (id INTEGER)")'
    add(folder, "0003", "0002", more, 'raise ValueError("no more")')
    migrations = Migrations(folder, urls)
    migrations.upgrade("0002")
    with pytest.raises(UpgradeFailed, match=r"is unchanged.*0003: no more"):
        migrations.upgrade()
    assert migrations.current() == ("0002",)
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]


@pytest.mark.parametrize("first", [True, False])
def test_a_row_without_its_parent_in_one_leaves_the_other_as_it_was(
    folder: Path, tmp_path: Path, first: bool
) -> None:
    orphan = """op.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    op.execute("CREATE TABLE c (p INTEGER REFERENCES p)")
    op.execute("INSERT INTO c VALUES (9)")"""
    more = 'op.execute("CREATE TABLE more (id INTEGER)")'
    add(folder, "0003", "0002", *((f"\n    {orphan}", more) if first else (more, f"\n    {orphan}")))
    urls = {name: make_url(f"sqlite:///{tmp_path / name}.db") for name in ("readers", "books")}
    migrations = Migrations(folder, urls)
    migrations.upgrade("0002")
    with pytest.raises(UpgradeFailed, match="rows point nowhere") as caught:
        migrations.upgrade()
    assert "is unchanged" in str(caught.value)
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]
    with pytest.raises(Exception, match="rows point nowhere"):
        command.upgrade(make_config(folder, attributes={"connections": urls}), "head")
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]


def test_a_deferred_constraint_of_one_leaves_the_other_as_it_was(
    folder: Path, tmp_path: Path, postgres: Callable[[], str]
) -> None:
    orphan = """
    op.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    op.execute("CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
    op.execute("INSERT INTO c VALUES (9)")"""
    add(folder, "0003", "0002", orphan, 'op.execute("CREATE TABLE more (id INTEGER)")')
    urls = {"readers": make_url(postgres()), "books": make_url(f"sqlite:///{tmp_path / 'books'}.db")}
    migrations = Migrations(folder, urls)
    migrations.upgrade("0002")
    with pytest.raises(UpgradeFailed, match="foreign key"):
        migrations.upgrade()
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]


def test_a_commit_that_fails_after_another_one_is_not_called_unchanged(folder: Path, tmp_path: Path) -> None:
    urls = {name: make_url(f"sqlite:///{tmp_path / name}.db") for name in ("readers", "books")}
    engine = create_engine(urls["readers"], poolclass=NullPool)

    def refuse(_connection: object) -> None:
        raise ArithmeticError("at the commit")

    event.listen(engine, "commit", refuse)
    with pytest.raises(UpgradeFailed, match=r"may be changed in part.*at the commit"):
        Migrations(folder, {"readers": engine, "books": urls["books"]}).upgrade()
    assert [tables(url) for url in urls.values()] == [set(), {"books"}]


def test_one_that_is_behind_is_brought_to_the_others(folder: Path, urls: Urls) -> None:
    Migrations(folder, {"readers": urls["readers"]}).upgrade()
    migrations = Migrations(folder, urls)
    assert names(migrations.plan()) == ["upgrade 0001", "upgrade 0002"]
    assert names(migrations.upgrade()) == ["upgrade 0001", "upgrade 0002"]
    Migrations(folder, {"books": urls["books"]}).downgrade("0001")
    assert set(migrations.current()) == {"0001", "0002"}
    assert names(migrations.plan()) == ["upgrade 0002"]
    assert names(migrations.upgrade()) == ["upgrade 0002"]


def test_connections_and_engines_serve_as_well(folder: Path, urls: Urls) -> None:
    engine = create_engine(urls["books"], poolclass=NullPool)
    with create_engine(urls["readers"], poolclass=NullPool).connect() as connection:
        migrations = Migrations(folder, {"readers": connection, "books": engine})
        assert len(migrations.upgrade()) == 4
        assert migrations.current() == ("0002",)
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]


def test_each_keeps_and_loses_what_is_declared_for_it(folder: Path, urls: Urls) -> None:
    count = "SELECT count(*) FROM books"
    keeps, loses = {"books": (count, count)}, {"books": count}
    declarations = f"keeps_books = {keeps}\nloses_books = {loses}"
    add(folder, "0003", "0002", books='op.execute("DELETE FROM books")', declarations=declarations)
    migrations = Migrations(folder, urls)
    migrations.upgrade("0002")
    with create_engine(urls["books"], poolclass=NullPool).begin() as connection:
        connection.execute(text("INSERT INTO books VALUES (1)"))
    with pytest.raises(UpgradeFailed, match="books are not kept: 1 before, 0 after"):
        migrations.upgrade()
    migrations.stamp("0003")
    assert migrations.losses("0002") == {"0003": {"books": 1}}
    with pytest.raises(UpgradeFailed, match="would lose 1 books"):
        migrations.downgrade("0002")
    assert len(migrations.downgrade("0002", lose=["0003"])) == 2


def test_their_models_are_compared_one_by_one(folder: Path, urls: Urls) -> None:
    metadata = {name: MetaData() for name in urls}
    for name, models in metadata.items():
        Table(name, models, Column("id", Integer))
    Table("authors", metadata["books"], Column("id", Integer, primary_key=True))
    (folder / "script.py.mako").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    migrations = Migrations(folder, urls, metadata=metadata)
    migrations.upgrade()
    assert [difference[0] for difference in migrations.compare()] == ["add_table"]
    made = migrations.new_revision("authors", autogenerate=True, rev_id="0003")
    assert made is not None
    text_ = Path(made.path).read_text(encoding="utf-8")
    assert "def upgrade_readers" in text_
    assert text_.count("create_table('authors'") == 1
    migrations.upgrade()
    assert migrations.compare() == []


def test_functions_are_called_for_each(folder: Path, urls: Urls) -> None:
    migrations = Migrations(folder, urls)
    migrations.upgrade()
    seen = []
    assert migrations.run(lambda context: seen.append(context.dialect.name)) is None
    assert seen == [url.get_backend_name() for url in urls.values()]


def test_the_sql_of_each_is_written_after_its_name(folder: Path, urls: Urls) -> None:
    stream = io.StringIO()
    Migrations(folder, urls).sql(stream)
    readers, books = stream.getvalue().split("-- database books")
    assert "-- database readers" in readers
    assert ("CREATE TABLE readers" in readers, "CREATE TABLE books" in books) == (True, True)


def test_an_env_py_that_opens_them_by_itself_has_their_passwords(folder: Path) -> None:
    urls = {name: f"postgresql+psycopg://ann:s%25cret@/{name}" for name in ("readers", "books")}
    config = Migrations(folder, urls).config
    named = {name: config.get_section(name, {})["sqlalchemy.url"] for name in urls}
    assert {name: make_url(url).password for name, url in named.items()} == dict.fromkeys(urls, "s%cret")


def test_they_are_named_by_an_ini_file_for_alembics_own_command(
    folder: Path, urls: Urls, tmp_path: Path
) -> None:
    ini = ConfigParser(interpolation=None)
    ini["alembic"] = {"script_location": str(folder), "databases": "readers, books", "path_separator": "os"}
    for name, url in urls.items():
        ini[name] = {"sqlalchemy.url": url.render_as_string(hide_password=False).replace("%", "%%")}
    with (tmp_path / "alembic.ini").open("w", encoding="utf-8") as stream:
        ini.write(stream)
    output = io.StringIO()
    command.upgrade(Config(tmp_path / "alembic.ini"), "head")
    command.current(Config(tmp_path / "alembic.ini", stdout=output))
    assert output.getvalue().count("0002 (head)") == 2
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]


def test_those_that_the_settings_name_come_before_the_url_of_one(
    folder: Path, urls: Urls, tmp_path: Path
) -> None:
    settings: dict[str, str | dict[str, str]] = {"databases": "readers, books"}
    for name, url in urls.items():
        settings[name] = {"sqlalchemy.url": url.render_as_string(hide_password=False)}
    one = make_url(f"sqlite:///{tmp_path / 'one.db'}")
    stock.main(["upgrade", "head"], folder, url=one, settings=settings)
    assert [tables(url) for url in urls.values()] == [{"readers"}, {"books"}]
    assert not (tmp_path / "one.db").exists()


def test_a_connection_of_the_caller_comes_before_those_that_the_settings_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "m", {"0001": READERS})
    settings = {"databases": "books", "books": {"sqlalchemy.url": f"sqlite:///{tmp_path / 'books.db'}"}}
    engine = create_engine(f"sqlite:///{tmp_path / 'readers.db'}", poolclass=NullPool)
    command.upgrade(make_config(folder, settings=settings, attributes={"connection": engine}), "head")
    assert tables(engine.url) == {"readers"}
    assert not (tmp_path / "books.db").exists()


@pytest.mark.parametrize("section", ["", "[readers]\nother = 1\n"])
def test_a_named_database_without_a_section_is_one_line(folder: Path, tmp_path: Path, section: str) -> None:
    ini = f"[alembic]\nscript_location = {folder}\npath_separator = os\ndatabases = readers\n{section}"
    (tmp_path / "alembic.ini").write_text(ini, encoding="utf-8")
    with pytest.raises(Exception, match="readers"):
        command.upgrade(Config(tmp_path / "alembic.ini"), "head")


def test_what_needs_one_database_says_so(folder: Path, urls: Urls) -> None:
    with pytest.raises(UsageError, match="one database"):
        Migrations(folder, urls).differences("0001")
    with pytest.raises(UsageError, match="no database"):
        Migrations(folder, {})


def test_a_database_without_its_name_is_explained(folder: Path, urls: Urls) -> None:
    with pytest.raises(UpgradeFailed, match=r"engine_name.*give each of them by its name"):
        Migrations(folder, urls["books"]).upgrade()
