"""`check` and `schema plan`: a document's health and an upgrade's steps, reported without writing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program
from tests.untouched import read_only_medium

REVISIONS = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]


@pytest.fixture
def kept(tmp_path: Path, documents: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the kept document of one revision."""
    return Path(
        shutil.copy(documents / f"{getattr(request, 'param', '0003')}.myapp", tmp_path / "trip.myapp")
    )


def change(path: Path, *statements: str) -> None:
    """Change a document behind the program's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def health(program: Program, path: Path) -> tuple[int, dict[str, object]]:
    """Return the exit code of `check` and what it found."""
    done = program.run("check", path, "--json")
    return done.returncode, json.loads(done.stdout)


# check


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_every_released_document_is_healthy_and_not_touched(program: Program, kept: Path) -> None:
    before = kept.read_bytes(), kept.stat().st_mtime_ns
    code, found = health(program, kept)
    revision = f"{contents.revision(kept):04d}"
    assert (code, found["damage"], found["revision"], found["head"]) == (0, [], revision, "0007")
    assert found["state"] == ("head" if revision == "0007" else "older")
    assert found["created_by"] == f"myapp 0.{int(revision)}.0"
    assert list(found["checks"]) == [
        "version table",
        "schema",
        "integrity",
        "references",
        "values",
        *(["overview"] if revision == "0007" else []),
    ]  # type: ignore[call-overload]
    assert bool(found["space_needed"]) == (revision != "0007")
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("kept", ["0003", "0007"], indirect=True)
@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["CREATE VIEW strange AS SELECT 1"], "schema: view strange does not belong to it"),
        (["INSERT INTO runs (id, title, started_at) VALUES (99, 'x', 1)"], ""),
        (
            ["INSERT INTO readings (run_id, channel_id, time, value) VALUES (77, 1, 1, 1), (77, 1, 2, 2)"],
            "references: 2 rows of readings point to no row of runs",
        ),
        (["UPDATE alembic_version SET version_num = '0004'"], "version table 0004"),
    ],
)
def test_damage_is_listed_a_finding_a_line(
    program: Program, kept: Path, statements: list[str], finding: str
) -> None:
    change(kept, *statements)
    before = kept.read_bytes()
    done = program.run("check", kept)
    lines = [line for line in done.stdout.splitlines() if line.startswith("damage")]
    assert (done.returncode, len(lines), done.stderr.count("\n")) == ((6, 1, 1) if finding else (0, 0, 0))
    assert finding in "".join(lines)
    assert kept.read_bytes() == before


def test_pages_that_are_broken_are_found(program: Program, kept: Path) -> None:
    content = bytearray(kept.read_bytes())
    size = int.from_bytes(content[16:18], "big")
    content[20 * size : 20 * size + 64] = b"\xff" * 64
    kept.write_bytes(content)
    code, found = health(program, kept)
    assert (code, found["state"]) == (6, "damaged")
    assert found["damage"]


def test_a_document_that_was_cut_off_is_reported_with_its_backups(program: Program, kept: Path) -> None:
    program.run("upgrade", kept, check=True)
    kept.write_bytes(kept.read_bytes()[:-5000])
    code, found = health(program, kept)
    assert (code, found["state"], len(found["backups"])) == (6, "damaged", 1)  # type: ignore[arg-type]
    assert "cut off" in str(found["damage"])


def test_a_backup_that_is_not_whole_is_noted_and_the_document_healthy(program: Program, kept: Path) -> None:
    program.run("upgrade", kept, check=True)
    backup = kept.with_name("trip.myapp.backup-0003")
    backup.write_bytes(backup.read_bytes()[:9000])
    code, found = health(program, kept)
    assert (code, found["damage"]) == (0, [])
    assert "trip.myapp.backup-0003 is not whole" in str(found["notes"])


def test_what_a_killed_program_left_is_checked_in_a_copy(program: Program, kept: Path) -> None:
    writer = sqlite3.connect(kept, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE readings SET value = 0")
    stopped = kept.with_name("stopped.myapp")
    shutil.copy(kept, stopped)  # as it lies there when the power goes
    shutil.copy(f"{kept}-journal", f"{stopped}-journal")
    writer.close()
    before = stopped.read_bytes()
    code, found = health(program, stopped)
    assert (code, found["damage"], found["sidecars"]) == (0, [], [f"{stopped}-journal"])
    assert "stopped while it wrote" in str(found["notes"])
    assert stopped.read_bytes() == before
    assert Path(f"{stopped}-journal").exists()


@pytest.mark.parametrize(("content", "code"), [(b"", 3), (b"time,value\n", 3), (None, 3)])
def test_check_refuses_what_is_no_document_as_every_command_does(
    program: Program, tmp_path: Path, content: bytes | None, code: int
) -> None:
    if content is not None:
        (tmp_path / "thing").write_bytes(content)
    refused = program.run("check", tmp_path / "thing")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (code, "", 1)


# plan


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_a_plan_names_the_steps_and_what_each_does_and_loses(program: Program, kept: Path) -> None:
    before = kept.read_bytes(), kept.stat().st_mtime_ns
    planned = json.loads(program.run("schema", "plan", kept, "--json", check=True).stdout)
    number = contents.revision(kept)
    assert [step["revision"] for step in planned["steps"]] == REVISIONS[number:]
    assert all(step["what"] and step["seconds"] >= 0 for step in planned["steps"])
    loses = {step["revision"]: step["loses"] for step in planned["steps"]}
    assert loses.get("0005", ["sources", "attachments"]) == ["sources", "attachments"]
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == before
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("kept", REVISIONS[:-1], indirect=True)
def test_a_plan_is_what_the_upgrade_then_does(program: Program, kept: Path) -> None:
    planned = json.loads(program.run("schema", "plan", kept, "--json", check=True).stdout)
    done = program.run("schema", "upgrade", kept, check=True)
    steps = [line.split()[1] for line in done.stdout.splitlines()]
    assert steps == [step["revision"] for step in planned["steps"]]
    assert Path(planned["backup"]).is_file()
    assert planned["backup"] in done.stderr


def test_a_plan_is_read_without_json_too(program: Program, kept: Path) -> None:
    shown = program.run("schema", "plan", kept, "0004", check=True).stdout
    assert "trip.myapp.backup-0003" in shown
    assert "estimate" in shown
    (step,) = [line.split("\t") for line in shown.splitlines() if line.startswith("0004")]
    assert step[1:3] == ["Readings are rebuilt around the primary key (run, channel, time)", "yes"]


@pytest.mark.parametrize("kept", ["0007"], indirect=True)
def test_a_plan_of_a_document_at_head_has_no_steps(program: Program, kept: Path) -> None:
    assert "nothing is to be done" in program.run("schema", "plan", kept, check=True).stdout


HINDRANCES = {
    "0001": [
        (
            "UPDATE readings SET time = 'noon' WHERE id < 6",
            "5 rows of readings",
            "time is no time",
            "time 'noon'",
        ),
        (
            "UPDATE runs SET started_at = 'soon' WHERE id = 2",
            "1 rows of runs",
            "started_at",
            "started_at 'soon'",
        ),
        ("UPDATE readings SET run_id = 77 WHERE id = 9", "1 rows of readings", "no row of runs", "run_id 77"),
        ("UPDATE readings SET value = 'x' WHERE id = 9", "1 rows of readings", "is no real", "value 'x'"),
        ("CREATE TABLE runs_new (a DEFAULT 1)", "runs_new", "does not belong", ""),
    ],
    "0004": [
        (
            "UPDATE readings SET run_id = 77 WHERE run_id = 2",
            "rows of readings",
            "no row of runs",
            "run_id 77",
        ),
        ("UPDATE channels SET unit = x'00' WHERE id = 1", "1 rows of channels", "is no text", "name '"),
    ],
}


@pytest.mark.parametrize(
    ("kept", "words"),
    [(revision, words) for revision, cases in HINDRANCES.items() for words in cases],
    indirect=["kept"],
)
def test_a_plan_and_a_check_foresee_what_the_upgrade_refuses_and_all_name_the_rescue(
    program: Program, kept: Path, words: tuple[str, ...]
) -> None:
    statement, *expected = words
    change(kept, statement)
    before = kept.read_bytes()
    planned = program.run("schema", "plan", kept)
    (line,) = [line for line in planned.stdout.splitlines() if line.startswith("refused")]
    assert [word for word in expected if word not in line] == []
    assert "myapp rescue" in planned.stderr
    checked = program.run("check", kept)
    assert (checked.returncode, "myapp rescue" in checked.stderr) == (6, True)
    assert all(word in checked.stdout for word in expected)
    refused = program.run("upgrade", kept)
    assert refused.returncode in (6, 7)
    assert "myapp rescue" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert kept.read_bytes() == before
    program.run("rescue", kept, "-o", kept.with_name("new.myapp"), check=True)


@pytest.mark.parametrize("kept", ["0001", "0004"], indirect=True)
@pytest.mark.parametrize("added", ["VIEW mine AS SELECT 1", "TABLE mine (a)", "INDEX mine ON runs (title)"])
def test_where_objects_that_a_person_added_are_all_a_plan_and_a_check_name_what_removes_them(
    program: Program, kept: Path, added: str
) -> None:
    change(kept, f"CREATE {added}")
    before = kept.read_bytes()
    for words in (["schema", "plan"], ["check"], ["upgrade"]):
        named = program.run(*words, kept).stderr
        assert (named.count("\n"), "upgrade --drop-foreign" in named, "rescue" in named) == (1, True, False)
    assert kept.read_bytes() == before
    program.run("upgrade", kept, "--drop-foreign", check=True)


@pytest.mark.parametrize("kept", ["0004"], indirect=True)
def test_beside_added_objects_a_plan_and_a_check_look_at_the_rows_too_and_name_the_rescue(
    program: Program, kept: Path
) -> None:
    change(kept, "CREATE VIEW mine AS SELECT 1", "UPDATE readings SET run_id = 77 WHERE run_id = 2")
    for words in (["schema", "plan"], ["check"]):
        shown = program.run(*words, kept)
        assert "view mine does not belong" in shown.stdout
        assert "point to no row of runs" in shown.stdout
        assert "myapp rescue" in shown.stderr
    assert program.run("upgrade", kept, "--drop-foreign").returncode == 7


@pytest.mark.parametrize("kept", REVISIONS[:-1], indirect=True)
def test_a_plan_of_a_sound_document_foresees_no_refusal(program: Program, kept: Path) -> None:
    planned = json.loads(program.run("schema", "plan", kept, "--json", check=True).stdout)
    assert planned["hindrances"] == []


@pytest.mark.parametrize("kept", ["0004"], indirect=True)
@pytest.mark.parametrize("lost", [["user_version"], ["user_version", "application_id"]])
def test_a_lost_header_is_foreseen_and_named_with_what_sets_it_again(
    program: Program, kept: Path, lost: list[str]
) -> None:
    change(kept, *(f"PRAGMA {name} = 0" for name in lost))
    before = kept.read_bytes()
    assert "its header was lost" in program.run("check", kept, check=True).stdout
    assert "the next opening sets it again" in program.run("schema", "plan", kept, check=True).stdout
    for words in (["current"], ["upgrade"], ["downgrade"], ["stamp"]):
        refused = program.run(
            "schema", *words, kept, *(["0003"] if words[0] in ("downgrade", "stamp") else [])
        )
        assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
        assert "myapp info" in refused.stderr
    assert kept.read_bytes() == before
    upgraded = program.run("upgrade", kept, check=True)
    assert "had no header" in upgraded.stderr
    assert program.run("schema", "current", kept, check=True).stdout == "0007\n"


# adopt


@pytest.mark.parametrize("kept", ["0002", "0007"], indirect=True)
def test_a_file_without_header_and_version_table_becomes_a_document_and_opens(
    program: Program, kept: Path
) -> None:
    revision, readings = f"{contents.revision(kept):04d}", contents.readings(kept)
    change(kept, "PRAGMA application_id = 0", "PRAGMA user_version = 0", "DROP TABLE alembic_version")
    before = kept.read_bytes()
    assert program.run("runs", kept).returncode in (3, 6)
    assert kept.read_bytes() == before
    adopted = program.run("adopt", kept, check=True)
    assert adopted.stdout == f"{kept}: revision {revision}\n"
    assert f"backup: {kept}.backup-original" in adopted.stderr
    assert Path(f"{kept}.backup-original").read_bytes() == before
    assert program.run("check", kept).returncode == 0
    assert "original" in program.run("backups", kept, check=True).stdout
    program.run("runs", kept, check=True)
    assert contents.readings(kept) == contents.moved_apart(readings)
    again = program.run("adopt", kept)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)


def test_a_file_of_no_revision_is_refused_with_the_differences(program: Program, kept: Path) -> None:
    statements = ("DROP TABLE alembic_version", "CREATE TABLE invoices (id INTEGER)")
    change(kept, "PRAGMA application_id = 0", "PRAGMA user_version = 0", *statements)
    before = kept.read_bytes()
    refused = program.run("adopt", kept)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (3, "", 1)
    assert "table invoices does not belong to it" in refused.stderr
    assert kept.read_bytes() == before


# save-as


@pytest.mark.parametrize("kept", REVISIONS, indirect=True)
def test_save_as_makes_an_upgraded_copy_and_leaves_the_document(program: Program, kept: Path) -> None:
    before, readings = kept.read_bytes(), contents.readings(kept)
    out = kept.with_name("out put.myapp")
    done = program.run("save-as", kept, out, check=True)
    assert (done.stdout, done.stderr) == (f"{out}\n", "")
    assert (contents.revision(out), contents.is_whole(out)) == (7, True)
    assert contents.readings(out) == contents.moved_apart(readings)
    assert kept.read_bytes() == before
    assert sorted(kept.parent.iterdir()) == sorted([kept, out])


def test_save_as_never_replaces_a_file(program: Program, kept: Path) -> None:
    other = kept.with_name("other")
    other.write_text("mine", encoding="utf-8")
    refused = program.run("save-as", kept, other)
    assert (refused.returncode, refused.stderr.count("\n"), other.read_text()) == (8, 1, "mine")


def test_save_as_of_what_cannot_be_upgraded_leaves_nothing_and_names_the_document(
    program: Program, kept: Path
) -> None:
    change(kept, "CREATE VIEW strange AS SELECT 1")
    out = kept.with_name("out.myapp")
    refused = program.run("save-as", kept, out)
    assert (refused.returncode, refused.stderr.count("\n")) == (6, 1)
    assert f"{kept} has view strange" in refused.stderr
    assert "myapp upgrade --drop-foreign" in refused.stderr
    assert list(kept.parent.iterdir()) == [kept]


def test_save_as_into_a_folder_that_is_not_there_is_one_line(program: Program, kept: Path) -> None:
    refused = program.run("save-as", kept, kept.parent / "none" / "out.myapp")
    assert (refused.returncode, refused.stderr.count("\n")) == (8, 1)


def test_a_document_on_a_read_only_medium_can_be_looked_at_and_saved_elsewhere(
    program: Program, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("elsewhere") / "out.myapp"
    with read_only_medium(kept.parent):
        code, found = health(program, kept)
        assert (code, found["damage"]) == (0, [])
        planned = json.loads(program.run("schema", "plan", kept, "--json", check=True).stdout)
        assert (planned["writable"], planned["backup"]) == (False, "")
        assert "myapp save-as" in program.run("runs", kept, check=True).stderr
        program.run("save-as", kept, out, check=True)
    assert (contents.revision(out), contents.is_whole(out)) == (7, True)
    assert list(kept.parent.iterdir()) == [kept]


# backups --prune


def test_prune_keeps_the_newest_backups_and_says_what_it_removed(program: Program, kept: Path) -> None:
    for target in ("0004", "0005", "0006"):
        program.run("schema", "upgrade", kept, target, check=True)
    pruned = program.run("backups", kept, "--prune", "2", "--json", check=True)
    assert [backup["revision"] for backup in json.loads(pruned.stdout)] == ["0004", "0005"]
    assert "trip.myapp.backup-0003" in pruned.stderr
    assert pruned.stderr.count("\n") == 1
    assert len(list(kept.parent.glob("*.backup-*"))) == 2
    program.run("backups", kept, "--prune", "0", check=True)
    assert list(kept.parent.iterdir()) == [kept]
    assert program.run("backups", kept, "--prune", "-1").returncode == 2
