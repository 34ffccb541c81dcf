"""Nothing of a document's own SQL runs except what the program's schema has: the rest is refused by name."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program
from tests.test_documents import HEAD
from tests.untouched import demand_refusal, photograph, problems, run_many

NAME = "trip.myapp"
REVISIONS = ["0003", "0007"]
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"

EVIL = "load_extension(''evil'')"

HOSTILE: dict[str, tuple[str, str]] = {
    "trigger": (
        "trigger evil does not belong",
        "CREATE TRIGGER evil AFTER UPDATE ON document BEGIN DELETE FROM runs; END",
    ),
    "trigger by one of SQLite's names": (
        "trigger sqlite_evil does not belong",
        """
        CREATE TRIGGER evil AFTER UPDATE ON document BEGIN DELETE FROM runs; END;
        UPDATE sqlite_master SET name = 'sqlite_evil', sql = replace(sql, 'evil', 'sqlite_evil')
            WHERE name = 'evil'
        """,
    ),
    "trigger that attaches": (
        "malformed",
        """
        INSERT INTO sqlite_master VALUES ('trigger', 'evil', 'runs', 0,
            'CREATE TRIGGER evil AFTER UPDATE ON runs BEGIN ATTACH ''elsewhere.db'' AS other; END')
        """,
    ),
    "trigger that calls functions": (
        "trigger evil does not belong",
        "CREATE TRIGGER evil AFTER INSERT ON runs BEGIN SELECT load_extension('evil'), randomblob(9); END",
    ),
    "view with a trigger": (
        "trigger more does not belong",
        """
        CREATE VIEW evil AS SELECT 1 AS x;
        CREATE TRIGGER more INSTEAD OF INSERT ON evil BEGIN DELETE FROM runs; END
        """,
    ),
    "view that never ends for a table": (
        "runs",
        f"""
        ALTER TABLE runs RENAME TO real_runs;
        CREATE VIEW runs AS {ENDLESS} i AS id, 'x' AS title, 1 AS started_at, '' AS notes FROM n
        """,
    ),
    "view that never ends for the version table": (
        "view alembic_version does not belong",
        f"""
        DROP TABLE alembic_version;
        CREATE VIEW alembic_version AS {ENDLESS} max(i) AS version_num FROM n
        """,
    ),
    "view of the version table in capitals": (
        "view alembic_version does not belong",
        f"""
        DROP TABLE alembic_version;
        CREATE VIEW ALEMBIC_VERSION AS {ENDLESS} max(i) AS version_num FROM n
        """,
    ),
    "computed version": (
        "table alembic_version differs",
        """
        DROP TABLE alembic_version;
        CREATE TABLE alembic_version (a TEXT, version_num TEXT AS (hex(zeroblob(length(a)))) VIRTUAL);
        INSERT INTO alembic_version VALUES ('0007')
        """,
    ),
    "full-text version table": (
        "table alembic_version differs",
        """
        DROP TABLE alembic_version;
        CREATE VIRTUAL TABLE alembic_version USING fts5(version_num);
        INSERT INTO alembic_version VALUES ('0007')
        """,
    ),
    "computed column": (
        "table runs differs",
        "ALTER TABLE runs ADD COLUMN evil TEXT AS (hex(zeroblob(100000000))) VIRTUAL",
    ),
    "index of an expression": ("index evil does not belong", "CREATE INDEX evil ON runs (lower(title))"),
    "index with a condition": (
        "index evil does not belong",
        "CREATE INDEX evil ON runs (title) WHERE like('%a%', title)",
    ),
    "index with an unknown order": (
        "index evil does not belong",
        """
        CREATE INDEX evil ON runs (title COLLATE NOCASE);
        UPDATE sqlite_master SET sql = replace(sql, 'NOCASE', 'beyond') WHERE name = 'evil'
        """,
    ),
    "CHECK that loads an extension": (
        "tags",
        f"""
        UPDATE sqlite_master SET sql = replace(sql, 'TEXT', 'TEXT CHECK ({EVIL} IS NULL)')
            WHERE name = 'tags'
        """,
    ),
    "DEFAULT that loads an extension": (
        "tags",
        f"UPDATE sqlite_master SET sql = replace(sql, 'TEXT', 'TEXT DEFAULT ({EVIL})') WHERE name = 'tags'",
    ),
    "full-text table": ("table evil does not belong", "CREATE VIRTUAL TABLE evil USING fts5(x)"),
    "table of an unknown module": (
        "table evil does not belong",
        """
        INSERT INTO sqlite_master
            VALUES ('table', 'evil', 'evil', 0, 'CREATE VIRTUAL TABLE evil USING beyond(1)')
        """,
    ),
    "computed statistics": (
        "table sqlite_stat1 does not belong",
        """
        ANALYZE;
        UPDATE sqlite_master SET sql = 'CREATE TABLE sqlite_stat1(tbl,idx,stat AS (hex(zeroblob(100000))))'
            WHERE name = 'sqlite_stat1'
        """,
    ),
    "column with a type for a name": (
        "table tags differs",
        """
        UPDATE sqlite_master SET sql = replace(replace(sql, 'name TEXT', '"name TEXT"'), 'UNIQUE (name)',
            'UNIQUE ("name TEXT")') WHERE name = 'tags'
        """,
    ),
    "column with a space that is a letter": (
        "table runs differs",
        """
        UPDATE sqlite_master SET sql = replace(sql, 'notes TEXT', 'notes' || char(160) || 'TEXT')
            WHERE name = 'runs'
        """,
    ),
    "name with control codes": ("%1B[2J%0A", 'CREATE TABLE "\x1b[2J\n" (id INTEGER)'),
    "trigger of 2 MB": (
        "too big",
        """
        INSERT INTO sqlite_master SELECT 'trigger', 'evil', 'runs', 0, 'CREATE TRIGGER evil AFTER UPDATE
            ON runs BEGIN SELECT x''' || hex(zeroblob(1000000)) || '''; END'
        """,
    ),
    "table of 1500 columns": (
        "",
        f"CREATE TABLE evil ({', '.join(f'c{number} TEXT' for number in range(1500))})",
    ),
    "1000 tables": ("and 997 more", "; ".join(f"CREATE TABLE evil{n} (id INTEGER)" for n in range(1000))),
    "root of a table in the schema": ("", "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'runs'"),
    "root of two tables": (
        "",
        """
        UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'channels')
            WHERE name = 'runs'
        """,
    ),
    "name that is no text": (
        "its schema is no text",
        "UPDATE sqlite_master SET name = CAST(x'ff27' AS TEXT) WHERE name = 'tags'",
    ),
    "definition that is no text": (
        "table tags differs",
        "UPDATE sqlite_master SET sql = CAST(sql AS BLOB) WHERE name = 'tags'",
    ),
    "root beyond the end": ("malformed", "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'runs'"),
}


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_of_the_programs_schema_is_refused_and_never_runs(
    forked: Program, tmp_path: Path, documents: Path, name: str, revision: str
) -> None:
    words, script = HOSTILE[name]
    path = _document(tmp_path, documents, revision, script)
    before = photograph(tmp_path)
    demand_refusal(forked, path, 6, words)
    assert photograph(tmp_path) == before


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("name", ["trigger", "view that never ends for a table", "trigger of 2 MB"])
def test_a_start_of_its_own_refuses_it_too(
    started: Program, tmp_path: Path, documents: Path, name: str, revision: str
) -> None:
    words, script = HOSTILE[name]
    path = _document(tmp_path, documents, revision, script)
    before = photograph(tmp_path)
    demand_refusal(started, path, 6, words)
    assert photograph(tmp_path) == before


def test_every_command_that_reads_refuses_it(program: Program, tmp_path: Path, documents: Path) -> None:
    commands = [["info"], ["runs"], ["show", "1"], ["import", "nothing.csv"], ["upgrade"]]
    commands += [["save-as", str(tmp_path / "copy.myapp")]]
    cases = {}
    for name, (_words, script) in HOSTILE.items():
        if name.startswith(("trigger", "view", "computed")):
            for command in commands:
                folder = tmp_path / f"{len(cases)}"
                folder.mkdir()
                cases[_document(folder, documents, "0007", script)] = [command]
    found = run_many(program, cases)
    assert {done[0]["code"] for done in found.values()} == {6}
    assert {name: problems(done, frozenset({6})) for name, done in found.items()} == {n: [] for n in found}


@pytest.mark.parametrize("name", ["name that is no text", "root beyond the end"])
def test_a_backup_that_cannot_be_read_is_listed_as_not_whole(
    program: Program, tmp_path: Path, documents: Path, name: str
) -> None:
    path = _document(tmp_path, documents, "0007", HOSTILE[name][1])
    path.rename(f"{path}.backup-0007")
    shutil.copyfile(documents / "0007.myapp", path)
    assert json.loads(program.run("backups", path, "--json", check=True).stdout)[0]["whole"] is False


ENDLESS_CHECK = """
    UPDATE sqlite_master SET sql = replace(sql, 'title TEXT', 'title TEXT CHECK (
        length(hex(zeroblob(400000000))) + length(hex(zeroblob(399999999))) > 0)') WHERE name = 'runs'
"""
"""A rule that takes gigabytes wherever it is evaluated, as integrity_check does for each row."""


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_another_schema_is_no_whole_one_and_is_not_restored(
    program: Program, tmp_path: Path, documents: Path, revision: str
) -> None:
    path = _document(tmp_path, documents, revision, ENDLESS_CHECK)
    backup = path.rename(f"{path}.backup-{revision}")
    shutil.copyfile(documents / "0007.myapp", path)
    before = photograph(tmp_path)
    assert json.loads(program.run("backups", path, "--json", check=True).stdout)[0]["whole"] is False
    refused = program.run("restore", path, backup)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert "table runs differs" in refused.stderr
    assert photograph(tmp_path) == before


def test_a_document_of_another_schema_is_kept_as_damaged_when_a_backup_replaces_it(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = _document(tmp_path, documents, "0007", ENDLESS_CHECK)
    hostile = path.read_bytes()
    program.run("restore", path, documents / "0007.myapp", check=True)
    assert path.read_bytes() == (documents / "0007.myapp").read_bytes()
    assert Path(f"{path}.backup-damaged").read_bytes() == hostile


def test_a_backup_of_a_newer_release_is_called_so_and_not_pruned_as_damaged(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copyfile(documents / "0007.myapp", tmp_path / NAME))
    newer = Path(shutil.copyfile(path, f"{path}.backup-0008"))
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("PRAGMA user_version = 8")
    Path(f"{path}.backup-0001").write_bytes(b"nothing")
    assert "\tnewer\t" in program.run("backups", path, check=True).stdout
    program.run("backups", path, "--prune", "1", check=True)
    assert [file.name for file in sorted(tmp_path.iterdir())] == [NAME, f"{NAME}.backup-0008"]


@pytest.mark.parametrize("revision", REVISIONS)
def test_statistics_of_another_tool_do_not_shut_a_document(
    program: Program, tmp_path: Path, documents: Path, revision: str
) -> None:
    path = _document(tmp_path, documents, revision, "ANALYZE")
    assert "Mauna Loa" in program.run("runs", path, check=True).stdout
    assert contents.revision(path) == HEAD


@pytest.mark.parametrize("revision", REVISIONS)
def test_values_of_any_size_are_shown(
    forked: Program, tmp_path: Path, documents: Path, revision: str
) -> None:
    size = 10_000_000
    script = """
        UPDATE runs SET title = VALUE, notes = VALUE WHERE id = 1;
        UPDATE tags SET name = VALUE WHERE id = 1;
        UPDATE channels SET name = VALUE, unit = VALUE WHERE id = 1
    """.replace("VALUE", f"replace(hex(zeroblob({size // 2})), '0', 'é')")
    path = _document(tmp_path, documents, revision, script)
    assert "é" * size in forked.run("runs", path, check=True).stdout
    assert "é" * size in forked.run("show", path, "1", "--json", check=True).stdout.replace("\\u00e9", "é")


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("runs.title", "x'00ff'"),
        ("runs.title", "CAST(x'c328' AS TEXT)"),
        ("runs.started_at", "'yesterday'"),
        ("runs.started_at", "1e300"),
        ("channels.name", "x'00'"),
        ("tags.name", "CAST(x'e9' AS TEXT)"),
        ("tags.name", "x'00'"),
        ("readings.time", "'noon'"),
        ("readings.value", "'warm'"),
        ("document.created_by", "x'00'"),
    ],
)
def test_a_value_that_its_column_does_not_allow_is_damage(
    forked: Program, tmp_path: Path, documents: Path, revision: str, column: str, value: str
) -> None:
    table, _, name = column.partition(".")
    path = _document(tmp_path, documents, revision, f"UPDATE OR IGNORE {table} SET {name} = {value}")
    before = photograph(tmp_path)
    command = ["runs", "--json"] if table == "tags" else ["show", "1", "--json"]
    demand_refusal(forked, path, 6, name if revision == "0003" else "", command=command)
    checked = forked.run("check", path)
    assert (checked.returncode, f"values: {column} holds what is no" in checked.stdout) == (6, True)
    assert photograph(tmp_path) == before


@pytest.mark.parametrize("value", ["-9223372036854775808", "9223372036854775807"])
@pytest.mark.parametrize("revision", REVISIONS)
def test_times_beyond_all_calendars_are_shown(
    forked: Program, tmp_path: Path, documents: Path, value: str, revision: str
) -> None:
    path = _document(tmp_path, documents, revision, f"UPDATE runs SET started_at = {value}")
    assert value in forked.run("runs", path, check=True).stdout
    assert value in forked.run("show", path, "1", check=True).stdout


def test_a_terminal_gets_no_control_codes_from_an_error_that_quotes_a_document(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    title = "'a' || char(27) || '[2J' || char(10) || char(13, 8238) || 'b'"
    script = f"UPDATE runs SET title = {title}, started_at = 'a' || char(27, 10)"
    path = _document(tmp_path, documents, "0002", script)
    said = demand_refusal(program, path, 7, "a%1B[2J")
    assert said.rstrip("\n").isprintable()


def test_a_page_that_contains_itself_is_damage(program: Program, tmp_path: Path, documents: Path) -> None:
    path = _document(tmp_path, documents, "0007")
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'readings'"
        (page,) = connection.execute(query).fetchone()
    made = bytearray(path.read_bytes())
    start = (page - 1) * 4096
    made[start + 8 : start + 12] = page.to_bytes(4, "big")  # its rightmost child
    path.write_bytes(made)
    before = photograph(tmp_path)
    for arguments in (["show", path, "5", "--exact"], ["export", path, "5"], ["check", path]):
        done = program.run(*arguments)
        assert (done.returncode, "malformed" in done.stdout + done.stderr) == (6, True), arguments
    assert program.run("runs", path).returncode == 0  # which needs no reading
    assert photograph(tmp_path) == before


def _document(folder: Path, documents: Path, revision: str, script: str = "") -> Path:
    path = Path(shutil.copyfile(documents / f"{revision}.myapp", folder / NAME))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("PRAGMA writable_schema=ON")
        connection.executescript(f"BEGIN; {script}; COMMIT")
    return path


@pytest.mark.parametrize("name", ["current", "compare", "plan"])
@pytest.mark.parametrize("revision", REVISIONS)
def test_schema_commands_run_nothing_of_a_documents_own(
    forked: Program, tmp_path: Path, documents: Path, revision: str, name: str
) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS version_num FROM n"
    )
    script = f"DROP TABLE alembic_version; CREATE VIEW alembic_version AS {endless}"
    path = _document(tmp_path, documents, revision, script)
    refused = forked.run("schema", name, path, timeout=60)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (6, "", 1)
    assert "alembic_version" in refused.stderr


def test_what_a_document_says_cannot_move_the_cursor_or_add_a_line(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    script = "UPDATE runs SET title = 'a' || char(27) || '[2J' || char(10) || 'fake: fact' WHERE id = 1"
    path = _document(tmp_path, documents, "0007", script)
    for command in (["show", path, "1"], ["runs", path]):
        shown = program.run(*command, check=True).stdout
        assert "\x1b" not in shown
        assert not any(line.startswith("fake") for line in shown.splitlines())
