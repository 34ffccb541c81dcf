"""The two lines of an env.py, and what they are given: by themselves, by Migrations, by the command."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config, main
from sqlalchemy import URL, Column, Engine, Integer, MetaData, Table, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool, StaticPool

from myapp.errors import MyappError, NotFound, UpgradeFailed, UsageError
from myapp.schema import stock
from myapp.schema.config import make_config
from myapp.schema.connections import as_url
from myapp.schema.migrations import Migrations
from myapp.schema.recipes import run_migrations
from tests.migration_folders import BARE_ENV, FAILING, FOUR, TABLE, write

IMPORT = "from myapp.schema.environment import run\n"
models = MetaData()
Table("a", models, Column("id", Integer, primary_key=True))


def folder_with(tmp_path: Path, run: str, revisions: dict[str, str] = FOUR) -> Path:
    """Write a directory whose env.py has two lines."""
    return write(tmp_path / "m", revisions, IMPORT + run + "\n")


def tables(database: URL, schema: str | None = None) -> set[str]:
    """Return the names of the tables of a database."""
    return set(inspect(create_engine(database, poolclass=NullPool)).get_table_names(schema))


# run(…)


@pytest.mark.parametrize("metadata", [f"{__name__}:models", "models"])
def test_its_models_are_compared_with(tmp_path: Path, database: URL, metadata: str) -> None:
    argument = repr(metadata) if ":" in metadata else f"__import__({__name__!r}, fromlist=['x']).models"
    migrations = Migrations(folder_with(tmp_path, f"run(metadata={argument})", {"0001": TABLE}), database)
    assert len(migrations.compare()) == 1
    migrations.upgrade()
    assert migrations.compare() == []
    assert migrations.produce().upgrade_ops is not None
    output = io.StringIO()
    stock.main(["check"], migrations.script_location, url=database, output=output)
    assert "No new upgrade operations" in output.getvalue()


def test_its_models_are_not_imported_by_what_compares_nothing(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(folder_with(tmp_path, "run(metadata='no.such.module:models')"), database)
    assert len(migrations.upgrade("0003")) == 3
    assert migrations.current() == ("0003",)
    stock.main(["upgrade", "head"], migrations.script_location, url=database)
    with pytest.raises(UpgradeFailed, match=r"env\.py"):
        migrations.compare()


def test_the_models_of_migrations_come_before_those_of_env_py(tmp_path: Path, database: URL) -> None:
    folder = folder_with(tmp_path, "run(metadata='no.such.module:models')")
    assert len(Migrations(folder, database, metadata=models).compare()) == 1


def test_names_may_be_left_out_of_comparisons(tmp_path: Path, database: URL) -> None:
    run = f"run(metadata='{__name__}:models', include_name=lambda name, type_, _parents: name != 'extra')"
    migrations = Migrations(folder_with(tmp_path, run), database)
    migrations.upgrade()
    with create_engine(database, poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE TABLE extra (id INTEGER)"))
    assert migrations.compare() == []
    assert len(Migrations(folder_with(tmp_path, "run()"), database, metadata=models).compare()) == 1


applied: list[tuple[str, ...]] = []


def note(heads: Any, **_rest: Any) -> None:
    """Note the heads after a revision."""
    applied.append(tuple(heads))


def note_too(heads: Any, **_rest: Any) -> None:
    """Note them once more."""
    applied.append(("too", *heads))


@pytest.mark.parametrize("callbacks", ["note", "[note]", "(note, note_too)"])
def test_functions_are_called_after_each_revision(tmp_path: Path, database: URL, callbacks: str) -> None:
    env = f"from {__name__} import note, note_too\n{IMPORT}run(on_apply={callbacks})\n"
    migrations = Migrations(write(tmp_path / "m", {"0001": TABLE, "0002": "pass"}, env), database)
    applied.clear()
    migrations.upgrade()
    expected = [("0001",), ("0002",)]
    if "too" in callbacks:
        expected = [("0001",), ("too", "0001"), ("0002",), ("too", "0002")]
    assert applied == expected


def test_a_function_of_the_caller_is_called_after_those_of_env_py(tmp_path: Path, database: URL) -> None:
    env = f"from {__name__} import note\n{IMPORT}run(on_apply=note)\n"
    folder = write(tmp_path / "m", {"0001": TABLE}, env)
    applied.clear()
    Migrations(folder, database, configure={"on_version_apply": note_too}).upgrade()
    assert applied == [("0001",), ("too", "0001")]


# Options of context.configure


@pytest.mark.parametrize("where", ["env.py", "Migrations"])
def test_another_version_table_is_written_read_and_stamped(tmp_path: Path, database: URL, where: str) -> None:
    run = "run(version_table='my_version')" if where == "env.py" else "run()"
    configure = {"version_table": "my_version"} if where == "Migrations" else {}
    migrations = Migrations(folder_with(tmp_path, run), database, configure=configure)
    assert len(migrations.upgrade("0002")) == 2
    assert migrations.current() == ("0002",)
    assert len(migrations.plan()) == 2
    assert len(migrations.downgrade("0001")) == 1
    migrations.stamp("0004")
    assert tables(database) == {"a", "my_version"}
    assert migrations.differences("0004") == []
    with create_engine(database, poolclass=NullPool).begin() as connection:
        connection.execute(text("DROP TABLE my_version"))
        connection.execute(text("CREATE TABLE my_version_of_it (id INTEGER)"))
    assert {line.split()[1].split(".")[0] for line in migrations.differences("0004")} == {"my_version_of_it"}


def test_a_comparison_within_the_callers_transaction_leaves_nothing_there(
    tmp_path: Path, database: URL
) -> None:
    folder = folder_with(tmp_path, "run()")
    with create_engine(database, poolclass=NullPool).begin() as connection:
        assert len(Migrations(folder, connection).differences("0004")) > 0
        connection.execute(text("CREATE TABLE mine (id INTEGER)"))
    assert tables(database) == {"mine"}


def test_a_version_table_in_another_schema(tmp_path: Path, postgres: Any) -> None:
    url = postgres()
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("CREATE SCHEMA bookkeeping"))
    run = "run(version_table='my_version', version_table_schema='bookkeeping')"
    migrations = Migrations(folder_with(tmp_path, run), url)
    assert len(migrations.upgrade()) == 4
    assert migrations.current() == ("0004",)
    assert (tables(url), tables(url, "bookkeeping")) == ({"a"}, {"my_version"})
    assert migrations.upgrade() == []


def test_an_option_that_another_env_py_passes_over_is_refused(tmp_path: Path, database: URL) -> None:
    folder = write(tmp_path / "m", FOUR, BARE_ENV)
    migrations = Migrations(folder, database, configure={"include_schemas": True})
    for action in (migrations.upgrade, migrations.current, migrations.compare):
        with pytest.raises(UsageError, match="include_schemas"):
            action()
    assert tables(database) == set()


def test_options_of_comparisons_are_passed_on(tmp_path: Path, database: URL) -> None:
    folder = folder_with(tmp_path, "run()")
    configure = {"include_object": lambda _o, name, *_rest: name != "a"}
    migrations = Migrations(folder, database, metadata=models, configure=configure)
    assert migrations.compare() == []
    assert len(Migrations(folder, database, metadata=models).compare()) == 1


def test_a_transaction_per_migration_is_one_transaction_all_the_same(tmp_path: Path, database: URL) -> None:
    revisions = {"0001": TABLE, "0002": FAILING}
    folder = folder_with(tmp_path, "run(transaction_per_migration=True)", revisions)
    with pytest.raises(UpgradeFailed, match="no more"):
        Migrations(folder, database).upgrade()
    assert tables(database) == set()


# -x, attributes


PRINTING = f"""
from alembic import context
from {__name__} import seen
seen.append((context.get_x_argument(as_dictionary=True), context.config.attributes.get("tenant")))
{IMPORT}run()
"""
seen: list[tuple[dict[str, str], object]] = []


def test_arguments_and_attributes_reach_env_py(tmp_path: Path, database: URL) -> None:
    folder = write(tmp_path / "m", FOUR, PRINTING)
    migrations = Migrations(folder, database, x=["a=1", "b", "c=d=e"], attributes={"tenant": 7})
    expected = ({"a": "1", "b": "", "c": "d=e"}, 7)
    for action in (migrations.upgrade, migrations.current, lambda: migrations.sql(io.StringIO())):
        seen.clear()
        action()
        assert seen == [expected]
    seen.clear()
    migrations.downgrade("0003", lose=["0004"])
    assert seen == [({**expected[0], "lose": "0004"}, 7)]


def test_one_argument_may_be_a_text(tmp_path: Path, database: URL) -> None:
    seen.clear()
    Migrations(write(tmp_path / "m", FOUR, PRINTING), database, x="tenant=5").upgrade()
    assert seen == [({"tenant": "5"}, None)]


def test_alembics_own_downgrade_loses_only_what_an_argument_allows(tmp_path: Path, database: URL) -> None:
    body = "op.execute('INSERT INTO a VALUES (1)')\nloses = {'readings': 'SELECT count(*) FROM a'}"
    folder = folder_with(tmp_path, "run()", {"0001": TABLE, "0002": body, "0003": "pass"})
    engine = create_engine(database, poolclass=NullPool)
    attributes = {"connection": engine}
    command.upgrade(make_config(folder, attributes=attributes), "head")
    for x in ((), ("lose=0001",)):
        with pytest.raises(Exception, match="would lose 1 readings"):
            command.downgrade(make_config(folder, attributes=attributes, x=x), "0001")
    command.downgrade(make_config(folder, attributes=attributes, x=["lose=0001,0002"]), "0001")
    assert Migrations(folder, database).current() == ("0001",)


def test_options_that_alembic_keeps_elsewhere_are_passed_on_too(tmp_path: Path, database: URL) -> None:
    folder = folder_with(tmp_path, "run()")
    (folder / "script.py.mako").write_text(
        'revision, down_revision = "${up_revision}", "${down_revision}"\nnote = "${note}"\n', encoding="utf-8"
    )
    configure = {"template_args": {"note": "from here"}, "compare_type": lambda *_arguments: False}
    migrations = Migrations(folder, database, metadata=MetaData(), configure=configure)
    migrations.upgrade()
    made = migrations.new_revision("x", autogenerate=True, rev_id="0005")
    assert made is not None
    assert 'note = "from here"' in Path(made.path).read_text(encoding="utf-8")


def test_the_settings_of_a_pyproject_toml_serve_as_they_are(tmp_path: Path, database: URL) -> None:
    folder = folder_with(tmp_path, "run()")
    settings = {
        "script_location": "%(here)s/elsewhere",
        "version_locations": [str(folder / "versions")],
        "file_template": "%(year)d_%(rev)s",
        "sourceless": False,
        "output_encoding": "utf-8",
    }
    assert len(Migrations(folder, database, settings=settings).upgrade()) == 4


def test_the_command_names_its_database_twice_and_the_last_wins(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "run()")
    first, second = tmp_path / "first.db", tmp_path / "second 100%.db"
    stock.main(["-x", f"dbPath={first}", "-x", f"dbPath={second}", "upgrade", "head"], folder)
    assert (first.exists(), Migrations(folder, second).current()) == (False, ("0004",))


# Logging


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """The handlers and levels of logging are given back."""
    loggers = [logging.getLogger(name) for name in (None, NOISY)]
    before = [(each, each.level, each.handlers[:]) for each in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


NOISY = "a_noisy_library"
LOGGERS = f"""
[loggers]
keys = root, noisy
[handlers]
keys =
[formatters]
keys =
[logger_root]
handlers =
[logger_noisy]
handlers =
level = CRITICAL
qualname = {NOISY}
"""


def ini_file(tmp_path: Path, more: str) -> str:
    """Write an alembic.ini, and return its path."""
    text_ = f"[alembic]\nscript_location = {folder_with(tmp_path, 'run()')}\npath_separator = os\n"
    text_ += f"sqlalchemy.url = sqlite:///{tmp_path / 'a.db'}\n{more}"
    (tmp_path / "alembic.ini").write_text(text_, encoding="utf-8")
    return str(tmp_path / "alembic.ini")


@pytest.mark.usefixtures("logging_as_it_was")
def test_alembics_own_command_logs_as_its_file_says_and_silences_nobody(tmp_path: Path) -> None:
    ours = logging.getLogger(__name__)
    main(["-c", ini_file(tmp_path, LOGGERS), "upgrade", "head"])
    assert (logging.getLogger(NOISY).level, ours.disabled) == (logging.CRITICAL, False)


@pytest.mark.usefixtures("logging_as_it_was")
def test_the_logging_of_a_program_is_left_alone(tmp_path: Path) -> None:
    command.upgrade(Config(ini_file(tmp_path, LOGGERS)), "head")
    assert logging.getLogger(NOISY).level == logging.NOTSET


def test_a_file_that_says_nothing_of_logging_serves_alembics_own_command(tmp_path: Path) -> None:
    main(["-c", ini_file(tmp_path, ""), "upgrade", "head"])
    assert Migrations(tmp_path / "m", tmp_path / "a.db").current() == ("0004",)


# The database


def test_each_way_to_give_a_database_to_alembics_own_commands(tmp_path: Path, database: URL) -> None:
    folder = folder_with(tmp_path, "run()")
    engine = create_engine(database, poolclass=NullPool)
    command.upgrade(make_config(folder, attributes={"connection": engine}), "0001")
    command.upgrade(make_config(folder, attributes={"url": database}), "0002")
    option = Config()
    option.set_main_option("script_location", str(folder))
    url = database.render_as_string(hide_password=False)
    option.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(option, "0003")
    with engine.connect() as connection:
        command.upgrade(make_config(folder, attributes={"connection": connection}), "0004")
    assert Migrations(folder, database).current() == ("0004",)


def test_the_command_takes_the_name_of_a_file_that_no_url_can_spell(tmp_path: Path) -> None:
    folder, path = folder_with(tmp_path, "run()"), tmp_path / "\udcff.db"
    stock.main(["upgrade", "head"], folder, url=as_url(path))
    assert Migrations(folder, path).current() == ("0004",)


def test_an_env_py_that_reads_the_option_alone_is_given_the_password(tmp_path: Path) -> None:
    config = make_config(tmp_path, url=make_url("postgresql://me:100%25@server/x"))
    assert config.get_main_option("sqlalchemy.url") == "postgresql://me:100%25@server/x"


def test_without_a_database_the_ways_to_give_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(UpgradeFailed, match="no database is given: say -x dbPath=FILE or -x url=URL"):
        stock.main(["upgrade", "head"], folder_with(tmp_path, "run()"))


def test_the_errors_of_a_driver_are_this_programs_in_alembics_own_commands_too(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"no database" * 100)
    config = make_config(folder_with(tmp_path, "run()"), url=as_url(tmp_path / "a.db"))
    for action in (command.current, lambda config: command.upgrade(config, "head")):
        with pytest.raises(MyappError, match=r"a\.db"):
            action(config)


def test_what_only_reads_may_read_a_database_in_memory(tmp_path: Path) -> None:
    command.current(make_config(folder_with(tmp_path, "run()"), url=make_url("sqlite://")))


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true", "sqlite+aiosqlite://"]
)
def test_a_database_in_memory_is_refused_by_url_since_nothing_would_be_left(tmp_path: Path, url: str) -> None:
    folder = folder_with(tmp_path, "run()")
    migrations = Migrations(folder, url)
    for action in (
        migrations.upgrade,
        lambda: migrations.stamp("head"),
        lambda: run_migrations(folder, url),
        lambda: stock.main(["-x", f"url={url}", "upgrade", "head"], folder),
    ):
        with pytest.raises(UsageError, match="in memory"):
            action()
    assert len(migrations.history()) == 4


@pytest.mark.parametrize("by", ["connection", "engine"])
def test_a_database_in_memory_is_upgraded_on_the_callers_connection(tmp_path: Path, by: str) -> None:
    folder = folder_with(tmp_path, "run()")
    engine = create_engine("sqlite://", poolclass=StaticPool)
    if by == "engine":
        assert len(Migrations(folder, engine).upgrade()) == 4
    with engine.connect() as connection:
        if by == "connection":
            assert len(Migrations(folder, connection).upgrade()) == 4
        assert Migrations(folder, connection).current() == ("0004",)
        assert inspect(connection).get_table_names() == ["a", "alembic_version"]


def test_memory_that_connections_share_is_no_private_one(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "run()")
    url = f"sqlite:///file:{tmp_path.name}?mode=memory&cache=shared&uri=true"
    with create_engine(url, poolclass=NullPool).connect() as keeps_it:
        assert len(Migrations(folder, url).upgrade()) == 4
        assert "a" in inspect(keeps_it).get_table_names()


def test_an_engine_keeps_its_own_settings(tmp_path: Path, database: URL) -> None:
    engine: Engine = create_engine(database)
    migrations = Migrations(folder_with(tmp_path, "run()"), engine)
    assert (len(migrations.upgrade()), len(migrations.downgrade("0001"))) == (4, 3)
    assert len(Migrations(migrations.script_location, engine).upgrade()) == 3
    engine.dispose()


# Offline


@pytest.mark.parametrize(
    ("target", "start", "down", "has", "has_not"),
    [
        ("head", None, False, "version_num='0004'", "DROP"),
        ("0003", "0002", False, "version_num='0003'", "CREATE TABLE a"),
        ("+1", "0002", False, "version_num='0003'", "0004"),
        ("0001", "0003", True, "version_num='0001'", "CREATE TABLE a"),
        ("base", "0002", True, "DELETE FROM alembic_version", "0003"),
    ],
)
def test_sql_is_written_of_a_range(
    tmp_path: Path, database: URL, target: str, start: str | None, down: bool, has: str, has_not: str
) -> None:
    stream = io.StringIO()
    Migrations(folder_with(tmp_path, "run()"), database).sql(stream, target, start, down=down)
    assert has in stream.getvalue()
    assert has_not not in stream.getvalue()
    assert tables(database) == set()


def test_sql_downwards_needs_a_start(tmp_path: Path, database: URL) -> None:
    with pytest.raises(UpgradeFailed, match="fromrev"):
        Migrations(folder_with(tmp_path, "run()"), database).sql(io.StringIO(), "base", down=True)


def test_sql_to_a_revision_that_is_not_there_says_so(tmp_path: Path, database: URL) -> None:
    stream = io.StringIO()
    with pytest.raises(NotFound, match="0009"):
        Migrations(folder_with(tmp_path, "run()"), database).sql(stream, "0009")
    assert stream.getvalue() == ""


def test_a_comparison_needs_models(tmp_path: Path, database: URL) -> None:
    migrations = Migrations(folder_with(tmp_path, "run()"), database)
    migrations.upgrade()
    for compared in (migrations.compare, migrations.produce):
        with pytest.raises(UsageError, match="no models to compare with"):
            compared()


def test_sql_is_written_without_a_driver(tmp_path: Path) -> None:
    stream = io.StringIO()
    folder, url = folder_with(tmp_path, "run()"), "mysql+pymysql://nowhere/x"
    Migrations(folder, url).sql(stream)
    assert "AUTO_INCREMENT" in stream.getvalue()
    stock.main(["upgrade", "head", "--sql"], folder, url=make_url(url), output=stream)
    assert stream.getvalue().count("AUTO_INCREMENT") == 2


def test_sql_that_is_written_has_the_values(tmp_path: Path) -> None:
    stream = io.StringIO()
    row = TABLE + '; op.execute(sa.table("a", sa.column("id", sa.Integer)).insert().values(id=47))'
    Migrations(folder_with(tmp_path, "run()", {"0001": row}), tmp_path / "a.db").sql(stream)
    assert "INSERT INTO a (id) VALUES (47)" in stream.getvalue()


def test_a_stamp_and_a_tag_are_written_as_sql_by_the_command(tmp_path: Path, database: URL) -> None:
    env = f"from alembic import context\nassert context.get_tag_argument() in (None, 'blue')\n{IMPORT}run()\n"
    folder, output = write(tmp_path / "m", FOUR, env), io.StringIO()
    stock.main(["stamp", "0003", "--sql"], folder, url=database, output=output)
    stock.main(["upgrade", "0001", "--sql", "--tag", "blue"], folder, url=database, output=output)
    assert "'0003'" in output.getvalue()
    assert "CREATE TABLE a" in output.getvalue()


def test_the_command_ensures_a_version_table(tmp_path: Path, database: URL) -> None:
    stock.main(["ensure_version"], folder_with(tmp_path, "run()"), url=database)
    assert tables(database) == {"alembic_version"}
