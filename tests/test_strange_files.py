"""Files that are not what they seem are told apart, are said in one line, and stay as they are."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program
from tests.untouched import (
    AS_ROOT,
    POSIX,
    demand_refusal,
    ordinary,
    photograph,
    problems,
    read_only_medium,
    run_many,
)

NAME = "my trip.myapp"
REFUSED = frozenset({0, 3, 4, 6})
REFUSED_OR_FAILED = REFUSED | {7}
"""An older document with changed content may also fail its upgrade: a row then points nowhere."""

posix = pytest.mark.skipif(not POSIX, reason="needs POSIX files: links, pipes, sockets, permissions")

Change = Callable[[sqlite3.Connection], object]
Maker = Callable[[Path, Path], object]


def sql(*statements: str, revision: str = "0007") -> Maker:
    """Return a maker: the kept document of a revision after these statements."""

    def make(path: Path, documents: Path) -> None:
        shutil.copyfile(documents / f"{revision}.myapp", path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return make


def other_database(*statements: str) -> Maker:
    """Return a maker: another program's database."""

    def make(path: Path, _documents: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in ("CREATE TABLE runs (id INTEGER)", *statements):
                connection.execute(statement)

    return make


def content(made: bytes) -> Maker:
    """Return a maker: a file with these bytes."""
    return lambda path, _documents: path.write_bytes(made)


def beside(end: str, make: Callable[[Path], object], revision: str = "0007") -> Maker:
    """Return a maker: a whole document with something strange beside it, under a name of SQLite's."""

    def made(path: Path, documents: Path) -> None:
        shutil.copyfile(documents / f"{revision}.myapp", path)
        make(path.with_name(path.name + end))

    return made


def foreign_wal(path: Path) -> None:
    """Write the WAL of another database, as it is while that is open."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other.db"
        with closing(sqlite3.connect(other, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE stranger (id INTEGER)")
            shutil.copyfile(f"{other}-wal", path)


def journal_that_deletes(path: Path) -> None:
    """Write a journal whose end names another file, which SQLite would delete after the rollback."""
    victim = os.fsencode(path.with_name("victim.txt"))
    path.with_name("victim.txt").write_text("mine", encoding="utf-8")
    magic = bytes.fromhex("d9d505f920a163d7")
    checksum = sum(victim) % 2**32
    end = victim + len(victim).to_bytes(4, "big") + checksum.to_bytes(4, "big") + magic
    path.write_bytes(magic + bytes(504) + (262145).to_bytes(4, "big") + end)


def named_pipe(path: Path) -> None:
    """Make a named pipe, which Windows has not among its files."""
    os.mkfifo(path)


STRANGE: dict[str, tuple[int, str, Maker]] = {
    "missing": (3, "does not exist", lambda _path, _documents: None),
    "empty": (3, "an empty file", content(b"")),
    "one byte": (3, "no SQLite database", content(b"\0")),
    "text": (3, "no SQLite database", content(b"time,value\n2024-01-01,1\n" * 99)),
    "encrypted": (3, "encrypted", content(random.Random(1).randbytes(40960))),
    "foreign id": (3, "another program", other_database("PRAGMA application_id = 252006673")),
    "no id": (3, "another program", other_database()),
    "other alembic": (
        3,
        "another program",
        other_database(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
            "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
            "PRAGMA user_version = 7",
        ),
    ),
    "newer": (4, "no. 8", sql("PRAGMA user_version = 8", "UPDATE alembic_version SET version_num = '0008'")),
    "much newer": (4, "2147483647", sql("PRAGMA user_version = 2147483647")),
    "no revision": (6, "no revision", sql("PRAGMA user_version = 0", "DELETE FROM alembic_version")),
    "no revision, and another's schema": (
        6,
        "header is lost, and its schema",
        sql("PRAGMA user_version = 0", "UPDATE alembic_version SET version_num = '0004'"),
    ),
    "unknown revision": (6, "ae1027a6acf", sql("UPDATE alembic_version SET version_num = 'ae1027a6acf'")),
    "table ahead": (6, "0005", sql("UPDATE alembic_version SET version_num = '0007'", revision="0005")),
    "table behind": (6, "0004", sql("UPDATE alembic_version SET version_num = '0004'")),
    "two rows": (6, "0007, 0008", sql("INSERT INTO alembic_version VALUES ('0008')")),
    "no row": (6, "none", sql("DELETE FROM alembic_version")),
    "no row, older": (6, "none", sql("DELETE FROM alembic_version", revision="0003")),
    "no version table": (6, "none", sql("DROP TABLE alembic_version")),
    "revision is no text": (6, "no", sql("UPDATE alembic_version SET version_num = CAST(x'ff' AS TEXT)")),
    "foreign WAL": (6, "-wal beside it belongs to another file", beside("-wal", foreign_wal)),
    "foreign WAL, older": (6, "-wal beside it", beside("-wal", foreign_wal, "0003")),
    "text for a journal": (
        6,
        "-journal beside it belongs to another file",
        beside("-journal", lambda path: path.write_text("dear diary", encoding="utf-8")),
    ),
    "deleting journal": (6, "-journal beside it", beside("-journal", journal_that_deletes)),
    "deleting journal, older": (6, "-journal beside it", beside("-journal", journal_that_deletes, "0002")),
    "folder": (3, "a folder", lambda path, _documents: path.mkdir()),
}

STRANGE_POSIX: dict[str, tuple[int, str, Maker]] = {
    "pipe": (3, "a named pipe", lambda path, _documents: named_pipe(path)),
    "device": (3, "a device", lambda path, _documents: path.symlink_to("/dev/zero")),
    "dangling link": (3, "points nowhere", lambda path, _documents: path.symlink_to("gone")),
    "link loop": (3, "leads back to itself", lambda path, _documents: path.symlink_to(path.name)),
    "journal is a pipe": (6, "-journal beside it", beside("-journal", named_pipe)),
    "journal is a link": (
        6,
        "-journal beside it belongs to another file",
        beside("-journal", lambda path: path.symlink_to("elsewhere.txt"), "0003"),
    ),
    "WAL is a link": (6, "-wal beside it", beside("-wal", lambda path: path.symlink_to("elsewhere.txt"))),
    "-shm is a link": (6, "-shm beside it", beside("-shm", lambda path: path.symlink_to("elsewhere.txt"))),
}

if POSIX:
    STRANGE |= STRANGE_POSIX


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for one document and what lies beside it."""
    made = tmp_path / "documents"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_file_is_called_by_its_name_and_stays_as_it_is(
    forked: Program, folder: Path, documents: Path, name: str
) -> None:
    _demand_named_and_untouched(forked, folder, documents, name)


@pytest.mark.parametrize("name", ["empty", "newer", "no revision", "foreign WAL, older", "folder"])
def test_a_start_of_its_own_calls_a_strange_file_by_its_name_too(
    started: Program, folder: Path, documents: Path, name: str
) -> None:
    _demand_named_and_untouched(started, folder, documents, name)


def test_upgrade_says_a_line_for_each_of_many_strange_files_and_touches_none(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    makers = [make for _code, _words, make in STRANGE.values()]
    for number, make in enumerate(makers):
        (tmp_path / str(number)).mkdir()
        make(tmp_path / str(number) / NAME, documents)
    folders = sorted(tmp_path.iterdir(), key=lambda path: int(path.name))
    before = [photograph(each) for each in folders]
    refused = program.run("upgrade", *(each / NAME for each in folders))
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.count("\n") == len(makers)
    assert [photograph(each) for each in folders] == before


@posix
def test_a_socket_is_refused(program: Program) -> None:
    # a short path, because a socket's must fit into 107 bytes
    with tempfile.TemporaryDirectory(prefix="s") as place, socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(Path(place) / NAME))
        demand_refusal(program, Path(place) / NAME, 3, "a socket")


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_document_that_was_cut_off_anywhere_is_refused(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    whole = (documents / f"{revision}.myapp").read_bytes()
    cuts = [*range(1, 100, 3), *range(4096, len(whole), 4096), len(whole) - 1]
    found = run_many(program, {_written(folder, cut, whole[:cut]): [["runs"]] for cut in cuts})
    wanted = {_name(folder, cut): 3 if cut < 100 else 6 for cut in cuts}
    assert {name: done[-1]["code"] for name, done in found.items()} == wanted
    assert {name: problems(done, REFUSED) for name, done in found.items()} == {name: [] for name in wanted}


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_cut_that_the_header_knows_of_loses_nothing_unseen(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    """The size fits: only SQLite can tell. What it does not need to read, it cannot miss."""
    whole = (documents / f"{revision}.myapp").read_bytes()
    cases = {}
    for pages in range(1, len(whole) // 4096, 3):
        cut = whole[:28] + pages.to_bytes(4, "big") + whole[32 : pages * 4096]
        cases[_written(folder, pages, cut)] = [["info"], ["runs"], ["upgrade"]]
    found = run_many(program, cases)
    assert {name: problems(done, REFUSED) for name, done in found.items()} == {n: [] for n in found}
    if revision == "0003":
        assert {done[-1]["code"] for done in found.values()} == {6}


@pytest.mark.parametrize(("revision", "change"), [("0003", 0xFF), ("0007", 0xFF), ("0007", 1)])
def test_any_changed_byte_of_the_header_is_harmless_or_refused(
    program: Program, folder: Path, documents: Path, revision: str, change: int
) -> None:
    _demand_flips_are_survived(program, folder, documents / f"{revision}.myapp", range(100), change)


@pytest.mark.parametrize("revision", ["0002", "0004", "0007"])
def test_any_changed_byte_elsewhere_is_harmless_or_refused(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    document = documents / f"{revision}.myapp"
    places = random.Random(revision).sample(range(100, document.stat().st_size), 40)
    _demand_flips_are_survived(program, folder, document, places, 0xFF)


@pytest.fixture
def interrupted(folder: Path, documents: Path, request: pytest.FixtureRequest) -> Path:
    """A document whose writer was killed in the middle of a transaction, with pages already in the file."""
    path = folder / NAME
    shutil.copyfile(documents / f"{request.param}.myapp", path)
    _kill_a_writer(path, "UPDATE readings SET value = value + 1")
    assert path.read_bytes() != (documents / f"{request.param}.myapp").read_bytes()
    return path


@pytest.mark.parametrize("interrupted", ["0003", "0007"], indirect=True)
def test_what_a_killed_writer_began_is_rolled_back(
    program: Program, interrupted: Path, documents: Path
) -> None:
    revision = contents.revision(interrupted)
    before = contents.readings(documents / f"{revision:04d}.myapp")
    program.run("runs", interrupted, check=True)
    assert contents.readings(interrupted) == contents.moved_apart(before)
    assert contents.is_whole(interrupted)
    made = [] if revision == 7 else [f"{NAME}.backup-{revision:04d}"]
    assert sorted(photograph(interrupted.parent)) == sorted([NAME, *made])


@pytest.mark.parametrize("interrupted", ["0003", "0007"], indirect=True)
def test_what_a_killed_writer_began_stays_where_it_cannot_be_rolled_back(
    program: Program, interrupted: Path
) -> None:
    before = photograph(interrupted.parent)
    with read_only_medium(interrupted.parent):
        demand_refusal(program, interrupted, 8, "copy it", "can be written")
    assert photograph(interrupted.parent) == before


@pytest.mark.parametrize("interrupted", ["0003", "0007"], indirect=True)
def test_a_journal_that_does_not_make_the_document_whole_is_refused_with_both_as_they_were(
    program: Program, interrupted: Path
) -> None:
    journal = interrupted.with_name(f"{NAME}-journal")
    journal.write_bytes(journal.read_bytes()[:512] + bytes(journal.stat().st_size - 512))
    with interrupted.open("r+b") as stream:
        stream.seek(3 * 4096)
        stream.write(bytes(4096))
    before = photograph(interrupted.parent)
    demand_refusal(program, interrupted, 6)
    assert photograph(interrupted.parent) == before


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_an_interrupted_document_that_is_refused_is_not_even_rolled_back(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    trigger = "CREATE TRIGGER strange AFTER INSERT ON tags BEGIN SELECT 1; END"
    sql(trigger, revision=revision)(folder / NAME, documents)
    _kill_a_writer(folder / NAME, "UPDATE readings SET value = value + 1")
    before = photograph(folder)
    demand_refusal(program, folder / NAME, 6, "trigger strange does not belong to it")
    assert photograph(folder) == before


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_document_in_wal_mode_is_at_rest_as_one_file_afterwards(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    path = _in_wal_mode(folder, documents, revision)
    shown = program.run("runs", path, check=True).stdout
    assert "written to the WAL" in shown
    assert path.read_bytes()[18:20] == b"\x01\x01"
    assert contents.is_whole(path)
    made = [] if revision == "0007" else [f"{NAME}.backup-{revision}"]
    assert sorted(photograph(folder)) == sorted([NAME, *made])


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_document_in_wal_mode_is_read_from_a_read_only_medium(
    program: Program, folder: Path, documents: Path, revision: str
) -> None:
    path = _in_wal_mode(folder, documents, revision)
    before = photograph(folder)
    with read_only_medium(folder):
        shown = program.run("runs", path, check=True).stdout
        refused = program.run("import", path, _measurements(folder.parent))
    assert (refused.returncode, refused.stdout) == (8, "")
    assert "written to the WAL" in shown
    assert photograph(folder) == before
    assert _left_over(program) == []


def test_a_document_in_wal_mode_that_is_refused_stays_in_it(
    program: Program, folder: Path, documents: Path
) -> None:
    _in_wal_mode(folder, documents, "0007", "CREATE TRIGGER strange AFTER INSERT ON tags BEGIN SELECT 1; END")
    before = photograph(folder)
    demand_refusal(program, folder / NAME, 6, "trigger strange does not belong to it")
    assert photograph(folder) == before


def test_a_document_in_wal_mode_that_another_program_reads_is_in_use(
    program: Program, folder: Path, documents: Path
) -> None:
    shutil.copyfile(documents / "0007.myapp", folder / NAME)
    with closing(sqlite3.connect(folder / NAME, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode=WAL")
        reader.execute("BEGIN")
        rows = reader.execute("SELECT count(*) FROM readings").fetchall()
        demand_refusal(program, folder / NAME, 5, "in use", command=["runs", "--wait", "0"])
        assert reader.execute("SELECT count(*) FROM readings").fetchall() == rows


@posix
@pytest.mark.parametrize("closed", ["file", "folder"])
def test_a_document_without_permission_is_said_to_be_so(
    program: Program, folder: Path, documents: Path, closed: str
) -> None:
    shutil.copyfile(documents / "0003.myapp", folder / NAME)
    target = folder / NAME if closed == "file" else folder
    target.chmod(0)
    try:
        demand_refusal(ordinary(program), folder / NAME, 8, "permission denied")
    finally:
        target.chmod(0o700)
    assert contents.revision(folder / NAME) == 3
    assert list(folder.iterdir()) == [folder / NAME]


@pytest.fixture(params=["file", "folder", "medium"])
def unwritable(
    program: Program, folder: Path, documents: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Program, Path]]:
    """An old document that cannot be written, for one reason after the other, and the program for it."""
    if request.param != "medium" and not POSIX:
        pytest.skip("needs POSIX permissions")
    path = Path(shutil.copyfile(documents / "0003.myapp", folder / NAME))
    if request.param == "medium":
        with read_only_medium(folder):
            yield program, path
        return
    target, mode = (path, 0o444) if request.param == "file" else (folder, 0o555)
    target.chmod(mode)
    yield ordinary(program), path
    target.chmod(0o755)


def test_an_old_document_that_cannot_be_written_is_shown_from_an_upgraded_private_copy(
    unwritable: tuple[Program, Path], tmp_path: Path, documents: Path
) -> None:
    program, path = unwritable
    before = photograph(path.parent)
    writable = Path(shutil.copyfile(documents / "0003.myapp", tmp_path / NAME))
    wanted = program.run("runs", writable, check=True).stdout
    done = program.run("runs", path, check=True)
    assert (done.stdout, done.stderr.count("\n")) == (wanted, 1)
    assert "cannot be written" in done.stderr
    assert "copy" in done.stderr
    assert program.run("upgrade", path).returncode == 8
    assert photograph(path.parent) == before
    assert _left_over(program) == []


def test_an_upgrade_of_a_private_copy_that_fails_names_the_document(
    program: Program, folder: Path, documents: Path
) -> None:
    sql("UPDATE runs SET started_at = 'yesterday'", revision="0002")(folder / NAME, documents)
    with read_only_medium(folder):
        demand_refusal(program, folder / NAME, 7, NAME, "yesterday")
    assert _left_over(program) == []


NAMES = {
    "255 bytes": "n" * (255 - len(".myapp")) + ".myapp",
    "255 bytes of letters with accents": "é" * 124 + "x.myapp",
    "line break": "my\ntrip\r.myapp",
    "control codes": "\x1b[2Jtrip\u202e.myapp",
    "not UTF-8": os.fsdecode(b"caf\xe9 \xff.myapp") if POSIX else "café.myapp",
    "of an URI": "a%20b?mode=rwc#c.myapp",
    "quotes": 'it\'s "so" `rm`.myapp',
    "an option": "--help.myapp",
}


@posix
@pytest.mark.parametrize("revision", ["0003", "0007"])
@pytest.mark.parametrize("name", NAMES)
def test_a_document_of_any_name_opens(
    forked: Program, folder: Path, documents: Path, name: str, revision: str
) -> None:
    if name == "not UTF-8" and sys.platform == "darwin":
        pytest.skip("macOS has no names that are not UTF-8")
    path = Path(shutil.copyfile(documents / f"{revision}.myapp", folder / NAMES[name]))
    done = forked.run("runs", path)
    assert (done.returncode, done.stderr.count("\n")) == (0, int(revision == "0003")), done.stderr
    assert "Mauna Loa" in done.stdout
    long = len(os.fsencode(path.name)) == 255
    assert contents.revision(path) == (int(revision) if long else 7)
    made = [f"{path.name}.backup-0003"] if revision == "0003" and not long else []
    assert sorted(photograph(folder)) == sorted([path.name, *made])


@posix
def test_a_document_with_two_names_is_upgraded_under_both(
    program: Program, folder: Path, documents: Path
) -> None:
    path, other = folder / NAME, folder / "other.myapp"
    shutil.copyfile(documents / "0003.myapp", path)
    other.hardlink_to(path)
    program.run("runs", path, check=True)
    assert path.samefile(other)
    assert contents.revision(other) == 7
    program.run("runs", other, check=True)
    assert contents.is_whole(other)


@posix
def test_a_document_behind_links_is_upgraded_where_it_is(
    program: Program, folder: Path, documents: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copyfile(documents / "0003.myapp", folder / NAME))
    (tmp_path / "one.myapp").symlink_to(path)
    (tmp_path / "two.myapp").symlink_to("one.myapp")
    program.run("runs", tmp_path / "two.myapp", check=True)
    assert contents.revision(path) == 7
    assert sorted(photograph(folder)) == [NAME, f"{NAME}.backup-0003"]
    assert (tmp_path / "two.myapp").is_symlink()


@posix
@pytest.mark.parametrize(
    ("start", "code", "words"),
    [("nothing", 3, "no SQLite database"), ("0007", 6, "added"), ("0003", 6, "added")],
)
def test_a_sparse_file_of_5_gb_is_refused_at_once(
    program: Program, folder: Path, documents: Path, start: str, code: int, words: str
) -> None:
    path = folder / NAME
    path.write_bytes(b"" if start == "nothing" else (documents / f"{start}.myapp").read_bytes())
    os.truncate(path, 5 << 30)
    before = photograph(folder)
    demand_refusal(program, path, code, words)
    assert photograph(folder) == before
    path.unlink()


def test_the_suite_is_an_ordinary_user_where_permissions_are_tried(program: Program, folder: Path) -> None:
    """Root, to whom no permission applies, would make the tests of permissions pass for nothing."""
    if not POSIX:
        pytest.skip("needs POSIX permissions")
    (folder / "closed").mkdir(mode=0o555)
    prefix = ordinary(program).command[: 3 if AS_ROOT else 0]
    tried = subprocess.run([*prefix, "touch", folder / "closed" / "file"], capture_output=True, check=False)
    assert tried.returncode != 0


def _demand_named_and_untouched(program: Program, folder: Path, documents: Path, name: str) -> None:
    code, words, make = STRANGE[name]
    make(folder / NAME, documents)
    before = photograph(folder)
    demand_refusal(program, folder / NAME, code, words)
    assert photograph(folder) == before


def _demand_flips_are_survived(
    program: Program, folder: Path, document: Path, places: Iterator[int] | range | list[int], change: int
) -> None:
    cases = {}
    for place in places:
        made = bytearray(document.read_bytes())
        made[place] ^= change
        cases[_written(folder, place, bytes(made))] = [["info"], ["runs"], ["show", "1"]]
    allowed = REFUSED if document.stem == "0007" else REFUSED_OR_FAILED
    found = run_many(program, cases)
    assert {name: problems(done, allowed) for name, done in found.items()} == {name: [] for name in found}


def _written(folder: Path, number: int, made: bytes) -> Path:
    path = Path(_name(folder, number))
    path.parent.mkdir()
    path.write_bytes(made)
    return path


def _name(folder: Path, number: int) -> str:
    return os.fspath(folder / str(number) / NAME)


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=5")
connection.execute("BEGIN IMMEDIATE")
connection.execute(sys.argv[2])
print("in the middle", flush=True)
sys.stdin.read()
"""


def _kill_a_writer(path: Path, statement: str) -> None:
    command = [sys.executable, "-c", WRITER, os.fspath(path), statement]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"in the middle"
        writer.kill()
    journal = path.with_name(path.name + "-journal").read_bytes()
    assert journal.startswith(bytes.fromhex("d9d505f920a163d7")), "no hot journal: nothing was written yet"


def _in_wal_mode(folder: Path, documents: Path, revision: str, *statements: str) -> Path:
    """Make a document as a careless copy of an open one is: in WAL mode, a part of it in the `-wal`."""
    with tempfile.TemporaryDirectory() as place:
        open_one = Path(shutil.copyfile(documents / f"{revision}.myapp", Path(place) / NAME))
        with closing(sqlite3.connect(open_one, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            for statement in ("UPDATE runs SET title = 'written to the WAL' WHERE id = 1", *statements):
                connection.execute(statement)
            for end in ("", "-wal"):
                shutil.copyfile(f"{open_one}{end}", folder / f"{NAME}{end}")
    return folder / NAME


def _measurements(folder: Path) -> Path:
    file = folder / "new.csv"
    file.write_text("time,temp\n2024-01-01 00:00:00,1.5\n", encoding="utf-8")
    return file


def _left_over(program: Program) -> list[str]:
    """Return the names of private copies that are still there."""
    return [file.name for file in (program.home / "tmp").iterdir() if file.name.startswith("myapp-")]
