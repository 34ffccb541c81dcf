"""The migration runtime: one transaction, enforced declarations, manifests and fingerprints."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, inspect

from myapp import paths
from myapp.errors import BrokenInstallation, InUse, UpgradeFailed
from myapp.schema import fingerprint, libraries
from myapp.schema.connections import as_url, create_migration_engine, exclusive, reading
from myapp.schema.lost import losses_of_schema
from myapp.schema.manifest import Manifest, UnorderedRevision
from myapp.schema.migrations import Migrations
from myapp.schema.order import revision_order
from myapp.schema.recipes import run_migrations

REVISION = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{down}"
branch_labels = None
depends_on = None
keeps = {keeps}
drops = []
loses = {{}}


def upgrade():
{body}


def downgrade():
    pass
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped migrations directory, to add revisions to."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(paths.migrations_dir(), tmp_path / "migrations", ignore=ignored))


def add_revision(folder: Path, body: str, keeps: str = "{}") -> None:
    """Add a revision 0008 with `body` as its upgrade."""
    text = REVISION.format(message="new", revision="0008", down="0007", keeps=keeps, body=body)
    (folder / "versions" / "0008_new.py").write_text(text, encoding="utf-8")


def test_a_revision_that_fails_half_way_leaves_nothing(folder: Path, database: URL, engine: Engine) -> None:
    add_revision(
        folder, "    op.create_table('half', sa.Column('id', sa.Integer()))\n    raise ValueError('no more')"
    )
    with pytest.raises(UpgradeFailed, match="revision 0008: no more"):
        Migrations(folder, database).upgrade()
    assert Migrations(folder, database).current() == ()
    assert inspect(engine).get_table_names() == []


def test_a_revision_that_drops_rows_is_refused_with_the_numbers(
    folder: Path, database: URL, engine: Engine
) -> None:
    count = "SELECT count(*) FROM runs"
    add_revision(
        folder, "    op.execute('DELETE FROM runs WHERE id = 2')", f'{{"runs": ("{count}", "{count}")}}'
    )
    Migrations(folder, database).upgrade("0007")
    with exclusive(engine) as connection:
        connection.exec_driver_sql("INSERT INTO runs (id, title, started_at) VALUES (1, 'a', 1), (2, 'b', 2)")
    with pytest.raises(UpgradeFailed, match="runs are not kept: 2 before, 1 after"):
        Migrations(folder, database).upgrade()
    with reading(engine) as connection:
        assert connection.exec_driver_sql(count).scalar_one() == 2


def test_a_reference_to_nothing_is_refused_before_commit(folder: Path, tmp_path: Path) -> None:
    add_revision(folder, "    op.execute('INSERT INTO run_tags (run_id, tag_id) VALUES (99, 99)')")
    with pytest.raises(UpgradeFailed, match="rows point nowhere"):
        Migrations(folder, tmp_path / "a.db").upgrade()
    assert Migrations(folder, tmp_path / "a.db").current() == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("op.execute('COMMIT')", "COMMIT is not for a revision"),
        ("op.execute('ROLLBACK')", "ROLLBACK is not for a revision"),
        ("op.get_bind().connection.commit()", "COMMIT is not for a revision"),
        ("op.get_bind().connection.executescript('SELECT 1')", "COMMIT is not for a revision"),
        ("op.execute('PRAGMA foreign_keys=ON')", "PRAGMA foreign_keys is not for a revision"),
        ("op.execute('PRAGMA journal_mode=OFF')", "PRAGMA journal_mode is not for a revision"),
        ("op.execute(\"ATTACH ':memory:' AS other\")", "ATTACH is not for a revision"),
        ("op.execute('VACUUM')", "cannot VACUUM from within a transaction"),
    ],
)
def test_a_revision_cannot_end_or_change_its_transaction(
    folder: Path, tmp_path: Path, body: str, words: str
) -> None:
    add_revision(folder, f"    op.execute('CREATE TABLE half (id INTEGER)')\n    {body}")
    with pytest.raises(UpgradeFailed, match=words) as failed:
        Migrations(folder, tmp_path / "a.db").upgrade()
    assert "revision 0008" in str(failed.value)
    assert Migrations(folder, tmp_path / "a.db").current() == ()


def test_a_revision_may_use_savepoints(folder: Path, database: URL, engine: Engine) -> None:
    add_revision(
        folder,
        "    with op.get_bind().begin_nested() as inner:\n"
        "        op.execute('CREATE TABLE undone (id INTEGER)')\n"
        "        inner.rollback()\n"
        "    with op.get_bind().begin_nested():\n"
        "        op.execute('CREATE TABLE done (id INTEGER)')",
    )
    Migrations(folder, database).upgrade()
    names = inspect(engine).get_table_names()
    assert ("done" in names, "undone" in names) == (True, False)


@pytest.mark.parametrize(
    ("before", "body", "words"),
    [
        ("CREATE INDEX i ON runs (title DESC)", "DROP INDEX i", "index i"),
        (
            "CREATE INDEX i ON runs (title DESC)",
            "DROP INDEX i; CREATE INDEX i ON runs (title)",
            r"index i as it was \(CREATE INDEX i ON runs\(title DESC\)\)",
        ),
        ("CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT 1; END", "DROP TRIGGER t", "trigger t"),
        ("CREATE VIEW v AS SELECT 1", "DROP VIEW v", "view v"),
        (
            "CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT COLLATE NOCASE)",
            "DROP TABLE t; CREATE TABLE t (a TEXT COLLATE NOCASE, b TEXT)",
            r"table t COLLATE \(2 before, 1 after\)",
        ),
        (
            "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b CHECK (b > 0))",
            "DROP TABLE t; CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
            r"table t AUTOINCREMENT \(1 before, 0 after\); table t CHECK",
        ),
    ],
)
def test_a_revision_that_loses_a_part_of_the_schema_is_refused(
    folder: Path, tmp_path: Path, before: str, body: str, words: str
) -> None:
    Migrations(folder, tmp_path / "a.db").upgrade()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute(before)
    add_revision(folder, "".join(f"    op.execute('{each.strip()}')\n" for each in body.split(";")))
    with pytest.raises(UpgradeFailed, match=f"revision 0008: the schema would lose {words}"):
        Migrations(folder, tmp_path / "a.db").upgrade()
    assert Migrations(folder, tmp_path / "a.db").current() == ("0007",)


def test_a_revision_that_empties_children_through_a_cascade_is_refused(folder: Path, tmp_path: Path) -> None:
    count = "SELECT count(*) FROM run_tags"
    body = "    op.execute('DELETE FROM run_tags')\n    op.execute('DELETE FROM runs WHERE id > 9')"
    add_revision(folder, body, f'{{"tags of runs": ("{count}", "{count}")}}')
    Migrations(folder, tmp_path / "a.db").upgrade("0007")
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection, connection:
        connection.execute("INSERT INTO runs (id, title, started_at) VALUES (1, 'a', 1)")
        connection.execute("INSERT INTO tags VALUES (1, 'b'), (2, 'c')")
        connection.execute("INSERT INTO run_tags VALUES (1, 1), (1, 2)")
    with pytest.raises(UpgradeFailed, match="tags of runs are not kept: 2 before, 0 after"):
        Migrations(folder, tmp_path / "a.db").upgrade()


def test_programs_that_start_together_upgrade_once(folder: Path, database: URL) -> None:
    done: list[int] = []
    threads = [
        threading.Thread(target=lambda: done.append(len(Migrations(folder, database).upgrade())))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 0, 7]


def test_a_held_database_is_waited_for_no_longer_than_was_said(database: URL) -> None:
    held = create_migration_engine(database)
    with exclusive(held), pytest.raises(InUse):
        Migrations(paths.migrations_dir(), database, wait=0.2).upgrade()


@pytest.mark.parametrize("case", ["altered", "missing", "extra", "lost env.py", "lost folder"])
def test_a_complete_manifest_sees_every_change_of_its_folder(folder: Path, tmp_path: Path, case: str) -> None:
    manifest = Manifest.of(folder, revision_order(folder), complete=True)
    manifest.check(folder)
    revision = folder / "versions" / "0004_readings_by_key.py"
    if case == "altered":
        revision.write_bytes(revision.read_bytes() + b"\n")
    elif case == "missing":
        revision.unlink()
    elif case == "extra":
        add_revision(folder, "    pass")
    elif case == "lost env.py":
        (folder / "env.py").unlink()
    else:
        shutil.rmtree(folder)
    with pytest.raises(BrokenInstallation):
        run_migrations(folder, f"sqlite:///{tmp_path / 'a.db'}", manifest=manifest)
    assert not (tmp_path / "a.db").exists()


def test_a_checkouts_manifest_takes_newer_revisions_and_no_changed_ones(folder: Path) -> None:
    manifest = Manifest.read(paths.shipped("manifest.sha256"))
    add_revision(folder, "    pass")
    with pytest.raises(UnorderedRevision, match=r"0008_new\.py is not in the order.*manifest\.py --order"):
        manifest.check(folder)
    manifest = manifest.with_order(revision_order(folder, manifest))
    manifest.check(folder)
    assert (manifest.head, len(manifest.released)) == ("0008", 7)
    (folder / "versions" / "0002_channels.py").write_text("changed", encoding="utf-8")
    with pytest.raises(BrokenInstallation, match=r"0002_channels\.py is not what was released"):
        manifest.check(folder)


def test_released_revisions_never_change() -> None:
    manifest = Manifest.read(paths.shipped("manifest.sha256"))
    manifest.check(paths.migrations_dir())
    assert manifest.head == "0007"


def test_a_loss_that_is_meant_is_named_and_no_other_is_allowed() -> None:
    table = "table runs", "CREATE TABLE runs (title TEXT COLLATE NOCASE UNIQUE)"
    before, after = dict([table, ("index i", "x")]), {"table runs": "CREATE TABLE runs (title TEXT)"}
    lost = ["index i", "table runs COLLATE (1 before, 0 after)", "table runs UNIQUE (1 before, 0 after)"]
    assert losses_of_schema(before, after) == lost
    assert losses_of_schema(before, after, ["index i", "table runs COLLATE"]) == lost[2:]


def test_what_waits_for_the_libraries_is_called_once_before_an_engine_is_made(tmp_path: Path) -> None:
    calls: list[str] = []
    libraries.at_first_use(lambda: calls.append("first"))
    libraries.at_first_use(lambda: calls.append("second"))
    assert calls == []
    for _ in range(2):
        create_migration_engine(as_url(tmp_path / "a.db"))
        assert sorted(calls) == ["first", "second"]


DIGEST = f"{'0' * 64}  versions/0001_runs.py\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# order 0001\n# complete yes\n",
        f"# head 0001\n{DIGEST}",
        f"# order \n{DIGEST}",
        f"# order 0001\n# dropped 0001=1.0\n{DIGEST}",
        f"# order 0001 0002\n# dropped 0002=1.0\n{DIGEST}",
        "# order 0001\n# dropped 0001=1.0\n",
        "# order \n# complete yes\n",
        "nonsense",
        "\0\xff",
    ],
)
def test_a_manifest_that_makes_no_sense_is_a_broken_installation(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.sha256"
    file.write_text(text, encoding="latin-1")
    with pytest.raises(BrokenInstallation):
        Manifest.read(file)


TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);"
INDEX = "CREATE INDEX i ON t (name DESC);"
TRIGGER = "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 'a  b'; END;"


@pytest.mark.parametrize(
    ("statement", "instead"),
    [
        (TRIGGER, ""),
        (TRIGGER, TRIGGER.replace("a  b", "a b")),
        (TABLE, TABLE.replace("TEXT", "TEXT COLLATE NOCASE")),
        (INDEX, INDEX.replace(" DESC", "")),
        (INDEX, INDEX.replace("name", "name COLLATE NOCASE")),
        (TRIGGER, TRIGGER + "CREATE VIEW v AS SELECT 1"),
    ],
)
def test_a_fingerprint_sees_lost_triggers_collations_and_orders(statement: str, instead: str) -> None:
    wanted = TABLE + INDEX + TRIGGER
    other = wanted.replace(statement, instead)
    assert len(fingerprint.differences(_fingerprint(other), _fingerprint(wanted))) == 1


def test_a_fingerprint_does_not_see_white_space_and_quotes() -> None:
    one, other = 'CREATE TABLE "t" (id   INTEGER,\n\tname TEXT)', "CREATE TABLE t(id INTEGER, name TEXT )"
    assert fingerprint.differences(_fingerprint(one), _fingerprint(other)) == []


def _fingerprint(sql: str) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(sql)
        return fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())


def test_the_order_of_constraints_makes_no_difference_and_all_else_does() -> None:
    def of(*parts: str, end: str = "") -> dict[str, str]:
        return fingerprint.of_rows([("table", "t", f"CREATE TABLE t ({', '.join(parts)}){end}")])

    columns = ["a TEXT DEFAULT 'x, CONSTRAINT (', b INT"]
    key, check = "CONSTRAINT k PRIMARY KEY (a, b)", "CONSTRAINT c CHECK (a IN ('1', '2'))"
    same = of(*columns, key, check)
    assert of(*columns, check, key) == same
    for other in (
        of("b INT, a TEXT DEFAULT 'x, CONSTRAINT ('", key, check),
        of(*columns, "CONSTRAINT k PRIMARY KEY (b, a)", check),
        of(*columns, key),
        of(key, *columns, check),
        of(*columns, key, check, end=" STRICT"),
        of(*columns, key, check, "UNIQUE (b)"),
    ):
        assert fingerprint.differences(other, same) == ["table t differs"]
    # A damaged schema may have a constraint before a column, which SQLite itself refuses.
    damaged = (of(key, "a INT", last, check) for last in ("b INT", "c INT"))
    assert fingerprint.differences(*damaged) == ["table t differs"]
