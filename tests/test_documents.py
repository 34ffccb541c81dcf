"""Any release's document opens in today's program with nothing lost, and a refused file is untouched."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from tests import contents
from tests.program import WINDOWS, Program

REVISIONS = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
HEAD = 7
NO_START = "planned, never started"


@pytest.fixture
def kept(tmp_path: Path, documents: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the kept document of one revision."""
    return Path(shutil.copy(documents / f"{request.param}.myapp", tmp_path / "my trip.myapp"))


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_every_released_document_opens_at_head(program: Program, kept: Path) -> None:
    found = json.loads(program.run("info", kept, "--json", check=True).stdout)
    assert (found["revision"], found["state"], found["runs"]) == ("0007", "head", 6)
    assert contents.revision(kept) == HEAD
    assert contents.is_whole(kept)


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_no_reading_is_lost(program: Program, kept: Path) -> None:
    before = contents.readings(kept)
    program.run("runs", kept, check=True)
    assert len(before) > 4000
    assert contents.readings(kept) == contents.moved_apart(before)


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_runs_keep_their_start_or_take_that_of_their_first_reading(program: Program, kept: Path) -> None:
    before, readings = contents.runs(kept), contents.readings(kept)
    first = {title: time for title, _channel, time, _value in sorted(readings, key=lambda r: -r[2])}
    program.run("runs", kept, check=True)
    wanted = {t: start if start is not None else first.get(t, 0) for t, start in before.items()}
    assert contents.runs(kept) == wanted


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
@pytest.mark.parametrize("name", ["tags", "run_tags", "sources", "attachments"])
def test_tags_sources_and_attachments_stay_as_they_are(program: Program, kept: Path, name: str) -> None:
    before = contents.table(kept, name)
    program.run("info", kept, check=True)
    assert contents.table(kept, name) == before


@pytest.mark.parametrize("kept", REVISIONS[:-1], indirect=True)
def test_an_upgrade_leaves_a_backup_equal_to_the_old_document(program: Program, kept: Path) -> None:
    before, revision = contents.readings(kept), contents.revision(kept)
    said = program.run("runs", kept, check=True).stderr
    backup = kept.with_name(f"{kept.name}.backup-{revision:04d}")
    assert said.count("\n") == 1
    assert str(backup) in said
    assert contents.readings(backup) == before
    assert contents.revision(backup) == revision
    assert sorted(kept.parent.iterdir()) == sorted([kept, backup])


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_an_upgraded_document_stays_usable(program: Program, kept: Path, tmp_path: Path) -> None:
    csv = tmp_path / "new.csv"
    csv.write_text("time,temp\n2024-01-01 00:00:00,1.5\n2024-01-01 00:01:00,2.5\n", encoding="utf-8")
    program.run("import", kept, csv, check=True)
    shown = json.loads(program.run("show", kept, "new", "--json", check=True).stdout)
    assert [(c["name"], c["count"], c["mean"]) for c in shown["channels"]] == [("temp", 2, 2.0)]
    assert contents.is_whole(kept)


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_an_upgraded_document_knows_who_made_it_and_who_wrote_it(program: Program, kept: Path) -> None:
    release = f"myapp 0.{contents.revision(kept)}.0"
    found = json.loads(program.run("info", kept, "--json", check=True).stdout)
    assert (found["created_by"], found["written_by"]) == (release, "myapp 0.7.0")


@pytest.mark.parametrize("kept", ["0007"], indirect=True)
def test_reading_a_document_at_head_does_not_touch_it(program: Program, kept: Path) -> None:
    before = kept.read_bytes(), kept.stat().st_mtime_ns
    for command in (["info"], ["runs"], ["show"], ["backups"]):
        program.run(*command, kept, *(["1"] if command == ["show"] else []), check=True)
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("kept", ["0003"], indirect=True)
def test_no_upgrade_refuses_an_older_document_and_leaves_it(program: Program, kept: Path) -> None:
    before = kept.read_bytes()
    refused = program.run("runs", kept, "--no-upgrade")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (7, "", 1)
    assert "0003" in refused.stderr
    assert "0007" in refused.stderr
    assert kept.read_bytes() == before
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("kept", ["0002"], indirect=True)
def test_a_document_that_cannot_be_written_is_shown_from_a_private_copy(program: Program, kept: Path) -> None:
    before = kept.read_bytes()
    if sys.platform != "win32" and os.geteuid() == 0:
        kept = _on_read_only_mount(kept)
    else:
        kept.chmod(0o444)
    try:
        done = program.run("runs", kept, check=True)
        assert "Mauna Loa" in done.stdout
        assert "cannot be written" in done.stderr
        refused = program.run("import", kept, Path(__file__).parent / "data" / "co2.csv")
        assert refused.returncode == 8
        assert kept.read_bytes() == before
    finally:
        _unmount(kept)


def test_a_value_that_is_no_time_stops_the_upgrade_and_is_named(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0002.myapp", tmp_path / "bad.myapp"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE readings SET time = '2012-02-30 10:00:00' WHERE id = 77")
    connection.close()
    before = path.read_bytes()
    failed = program.run("runs", path)
    assert (failed.returncode, failed.stderr.count("\n")) == (7, 1)
    assert "Seattle, Wetter" in failed.stderr
    assert "2012-02-30 10:00:00" in failed.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 3, "an empty file"),
        (b"time,value\n2024-01-01,1\n" * 9, 3, "no SQLite database"),
        (b"SQLite format 3\0" + bytes(30), 3, "cut off"),
        (b"SQLite format 3\0" + bytes(84), 3, "another program"),
    ],
)
def test_what_is_no_document_is_refused_by_name(
    program: Program, tmp_path: Path, content: bytes, code: int, words: str
) -> None:
    path = tmp_path / "thing.myapp"
    path.write_bytes(content)
    refused = program.run("info", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (code, 1)
    assert words in refused.stderr
    assert path.read_bytes() == content


@pytest.mark.parametrize(("name", "words"), [("missing.myapp", "does not exist"), (".", "a folder")])
def test_a_missing_file_and_a_folder_are_refused(
    program: Program, tmp_path: Path, name: str, words: str
) -> None:
    refused = program.run("info", tmp_path / name)
    assert (refused.returncode, refused.stderr.count("\n"), words in refused.stderr) == (3, 1, True), refused
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(WINDOWS, reason="Windows gives links to few")
def test_a_dangling_link_is_refused(program: Program, tmp_path: Path) -> None:
    link = tmp_path / "link.myapp"
    link.symlink_to(tmp_path / "gone.myapp")
    refused = program.run("info", link)
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
    assert "points nowhere" in refused.stderr
    assert list(tmp_path.iterdir()) == [link]


def test_a_newer_document_is_refused_with_the_release_that_wrote_it(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0007.myapp", tmp_path / "future.myapp"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
        connection.execute("UPDATE document SET written_by = 'myapp 0.9.1'")
    connection.close()
    before = path.read_bytes()
    for command in (["info", path], ["upgrade", path], ["check", path]):
        refused = program.run(*command)
        assert (refused.returncode, refused.stderr.count("\n")) == (4, 1), refused
        assert "no. 9" in refused.stderr
        assert "open it with myapp 0.9.1 or newer, from " in refused.stderr
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_document_that_was_cut_off_is_called_damaged(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = tmp_path / "half.myapp"
    whole = (documents / "0004.myapp").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused = program.run("runs", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert path.read_bytes() == whole[: len(whole) // 2]


def test_a_document_whose_header_and_version_table_disagree_is_called_damaged(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0004.myapp", tmp_path / "mixed.myapp"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = path.read_bytes()
    refused = program.run("runs", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert path.read_bytes() == before


def test_a_document_in_use_is_said_to_be_so_after_a_bounded_wait(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0003.myapp", tmp_path / "busy.myapp"))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    refused = program.run("runs", path, "--wait", "0.3")
    connection.close()
    assert (refused.returncode, refused.stderr.count("\n")) == (5, 1)
    assert contents.revision(path) == 3


def test_a_retry_keeps_the_first_backup(program: Program, tmp_path: Path, documents: Path) -> None:
    path = Path(shutil.copy(documents / "0002.myapp", tmp_path / "again.myapp"))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE runs SET started_at = 'yesterday' WHERE id = 1")
    connection.close()
    before = path.read_bytes()
    assert program.run("runs", path).returncode == 7
    backup = path.with_name(f"{path.name}.backup-0002")
    made = backup.stat().st_mtime_ns
    assert backup.read_bytes() == before
    assert program.run("runs", path).returncode == 7
    assert (backup.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == (made, sorted([path, backup]))


@pytest.mark.parametrize("revision", ["0003", "0007"])
@pytest.mark.parametrize(
    "what",
    [
        "TABLE strange (id INTEGER DEFAULT 1)",
        "TRIGGER strange AFTER DELETE ON runs BEGIN SELECT 1; END",
        "INDEX strange ON runs (upper(title))",
    ],
)
def test_what_does_not_belong_into_a_document_is_refused_by_name(
    program: Program, tmp_path: Path, documents: Path, revision: str, what: str
) -> None:
    path = Path(shutil.copy(documents / f"{revision}.myapp", tmp_path / "odd.myapp"))
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE {what}")
    connection.close()
    before = path.read_bytes()
    refused = program.run("runs", path)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert "strange does not belong to it" in refused.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_backups_are_listed_and_restored_and_what_they_replace_is_kept(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    path = Path(shutil.copy(documents / "0001.myapp", tmp_path / "trip.myapp"))
    before = contents.readings(path)
    program.run("upgrade", path, check=True)
    listed = json.loads(program.run("backups", path, "--json", check=True).stdout)
    assert [(b["revision"], b["whole"]) for b in listed] == [("0001", True)]
    done = program.run("restore", path, Path(listed[0]["path"]).name, check=True)
    assert contents.revision(path) == 1
    assert contents.readings(path) == before
    assert "trip.myapp.backup-0007" in done.stderr
    assert contents.is_whole(tmp_path / "trip.myapp.backup-0007")


def test_restore_refuses_what_is_no_backup(program: Program, tmp_path: Path, documents: Path) -> None:
    path = Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))
    before = path.read_bytes()
    (tmp_path / "note.txt").write_text("not a backup", encoding="utf-8")
    assert program.run("restore", path, "trip.myapp.backup-0001").returncode == 3
    assert program.run("restore", path, tmp_path / "note.txt").returncode == 3
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["upgrade", "0999"], 3),
        (["upgrade", "nonsense"], 3),
        (["upgrade", "+3"], 3),
        (["upgrade", "0004"], 0),
        (["downgrade", "0999"], 3),
        (["downgrade", "-9"], 3),
        (["downgrade", "0007"], 2),
        (["downgrade", "0005"], 0),
        (["downgrade", "0004"], 7),
        (["downgrade", "0002", "--lose", "0005"], 7),
        (["downgrade", "base", *(word for number in (1, 2, 3, 5) for word in ("--lose", f"000{number}"))], 7),
        (["stamp", "0999"], 3),
        (["stamp", "0003"], 7),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_change_of_the_schema_that_is_refused_or_changes_nothing_leaves_no_backup(
    program: Program, tmp_path: Path, documents: Path, words: list[str], code: int
) -> None:
    path = Path(shutil.copy(documents / "0005.myapp", tmp_path))
    before = path.read_bytes()
    done = program.run("schema", words[0], path, *words[1:])
    assert (done.returncode, done.stderr.count("\n")) == (code, bool(code)), done
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("target", ["0004", "0007", "head", "base"])
def test_a_stamp_to_a_revision_whose_schema_the_document_does_not_have_is_refused(
    program: Program, tmp_path: Path, documents: Path, target: str
) -> None:
    path = Path(shutil.copy(documents / "0005.myapp", tmp_path))
    before = path.read_bytes()
    done = program.run("schema", "stamp", path, target)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (7, "", 1)
    assert "its schema is another" in done.stderr
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "no backup of what was not done"
    program.run("schema", "stamp", path, "0005", check=True)
    assert (contents.revision(path), contents.is_whole(path)) == (5, True)


def test_a_new_document_is_what_the_migrations_make(program: Program, tmp_path: Path) -> None:
    made, migrated = tmp_path / "new.myapp", tmp_path / "migrated.myapp"
    program.run("new", made, check=True)
    program.run("alembic", "-x", f"dbPath={migrated}", "upgrade", "head", check=True)
    schemas = []
    for path in (made, migrated):
        with sqlite3.connect(path) as connection:
            query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
            schemas.append(connection.execute(query).fetchall())
        connection.close()
    assert schemas[0] == schemas[1]
    assert made.read_bytes()[18:20] == b"\x01\x01", "at rest with a rollback journal, not WAL"
    assert made.read_bytes()[68:72] == b"MYAP"


def test_new_never_replaces_a_file(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "there.myapp"
    path.write_text("mine", encoding="utf-8")
    refused = program.run("new", path)
    assert (refused.returncode, refused.stderr.count("\n"), path.read_text()) == (8, 1, "mine")
    assert list(tmp_path.iterdir()) == [path]


def _on_read_only_mount(path: Path) -> Path:
    """Root writes everywhere except on a read-only medium: bind the folder to itself, read-only."""
    import subprocess

    folder = os.fspath(path.parent)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    return path


def _unmount(path: Path) -> None:
    import subprocess

    if sys.platform != "win32" and os.geteuid() == 0:
        subprocess.run(["umount", os.fspath(path.parent)], check=True)
    else:
        path.chmod(0o644)
