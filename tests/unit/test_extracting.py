"""An extract is a whole document with exactly the selected rows, which the test computes on its own."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Connection

import myapp
from myapp.application import context
from myapp.cli.programs import orderly_end
from myapp.document import derive as deriving
from myapp.document.check import check
from myapp.document.derive import derive
from myapp.document.open import open_document
from myapp.document.protocol import Document
from myapp.errors import Damaged, NotFound, SystemRefused
from myapp.library import extract
from myapp.notebook.copying.extracting import copy_selected
from myapp.progress import Progress
from tests.program import ROOT

SEED = 20_240_604
WORDS = ["alpha", "beta", "gamma", "temperature", "tempest", "roof"]
TAGS = ["weather", "hourly", "lab roof", "unused"]
CHANNELS = [(1, "wind", "m/s"), (2, "wind", "km/h"), (3, "temp", "°C"), (4, "co2", ""), (5, "never", "V")]
TIMES = range(-20, 30)
TABLES = ["runs", "channels", "readings", "tags", "run_tags", "sources", "attachments"]

KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from myapp.application import context
from myapp.document.derive import derive
from myapp.document.open import open_document
with open_document(sys.argv[2], context()) as document:
    derive(document, sys.argv[3], lambda connection, part: os.kill(os.getpid(), 9), document.context)
"""

Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document with runs of all kinds: with and without readings, tags, notes, files."""
    path = tmp_path_factory.mktemp("extracting") / "whole.myapp"
    myapp.create(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        _fill(connection, random.Random(SEED))
    return path


@pytest.fixture
def opened(whole: Path) -> Iterator[Document]:
    """The document, opened."""
    with open_document(whole, context()) as document:
        yield document


def test_a_part_holds_what_the_selection_says_computed_by_hand(
    opened: Document, whole: Path, tmp_path: Path, long: bool
) -> None:
    choose = random.Random(SEED + 1)
    everything, empty, found = _rows(whole), 0, 0
    part = tmp_path / "part.myapp"
    for number in range(1000 if long else 50):
        said = _selection(choose)
        wanted = _by_hand(everything, said)
        if not wanted["runs"]:
            empty += 1
            with pytest.raises(NotFound):
                extract(opened, said, part, opened.context)
            assert not part.exists()
            continue
        found += 1
        extract(opened, said, part, opened.context)
        assert _rows(part) == wanted, f"selection {number} of seed {SEED + 1}: {said}"
        part.unlink()
    assert min(empty, found) > 3
    assert list(tmp_path.iterdir()) == []


def test_a_part_is_healthy_and_as_small_as_a_document_filled_afresh(
    opened: Document, whole: Path, tmp_path: Path
) -> None:
    part = Path(extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context))
    assert check(part, context()).damage == []
    assert part.read_bytes()[18:20] == b"\x01\x01", "at rest with a rollback journal, not WAL"
    with closing(sqlite3.connect(part)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
        before = part.stat().st_size
        connection.execute("VACUUM")
    assert before <= part.stat().st_size * 1.1 + 16_384
    assert list(tmp_path.iterdir()) == [part]


def test_search_in_a_part_finds_what_a_rebuilt_index_would(opened: Document, tmp_path: Path) -> None:
    part = extract(opened, myapp.Selection(tags=("weather",)), tmp_path / "part.myapp", opened.context)
    with closing(sqlite3.connect(part)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, search, instance)")
        query = "SELECT term, doc, col, offset FROM terms ORDER BY 1, 2, 3, 4"
        before = connection.execute(query).fetchall()
        connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
        assert connection.execute(query).fetchall() == before
    with myapp.open(part) as notebook:
        found = {run.id for run in notebook.runs(myapp.Selection(text="temp*"))}
        assert found == {run.id for run in notebook.runs() if "temp" in _words_of(notebook, run.id)}


def test_a_part_of_an_older_document_is_of_the_upgraded_one(documents: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.myapp"
    old.write_bytes((documents / "0002.myapp").read_bytes())
    with myapp.open(old) as notebook:
        part = notebook.extract(myapp.Selection(channels=("co2 [ppm]",)), tmp_path / "part.myapp")
        assert notebook.backup
    with myapp.open(part, upgrade=False) as notebook:
        assert [(run.id, run.readings) for run in notebook.runs()] == [(3, 2225)]


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_what_another_program_left_unfinished_is_settled_before_a_part_is_made(
    whole: Path, tmp_path: Path, mode: str
) -> None:
    busy, left = tmp_path / "busy.myapp", tmp_path / "left.myapp"
    busy.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(busy, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("PRAGMA cache_size=1")  # so that unfinished work reaches the file
        connection.execute("BEGIN")
        connection.execute("UPDATE runs SET notes = 'unfinished, or in the log'")
        connection.execute("UPDATE attachments SET content = zeroblob(20000)")
        if mode == "wal":
            connection.execute("COMMIT")
        for end in ("", "-wal", "-journal"):
            if (found := tmp_path / f"busy.myapp{end}").exists():
                shutil.copy(found, tmp_path / f"left.myapp{end}")
    with myapp.open(left) as notebook:
        part = notebook.extract(myapp.Selection(runs=(2,)), tmp_path / "part.myapp")
    with myapp.open(part) as notebook:
        assert (notebook.show(2).notes == "unfinished, or in the log") == (mode == "wal")
    assert check(part, context()).damage == []


def test_a_taken_name_is_refused_and_nothing_is_left(opened: Document, tmp_path: Path) -> None:
    (tmp_path / "part.myapp").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemRefused, match="there is a file of that name"):
        extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context)
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["mine"]


def test_a_document_with_a_reading_of_no_channel_gives_no_part(whole: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.myapp"
    torn.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(torn)) as connection, connection:
        connection.execute("INSERT INTO readings VALUES (1, 99, 0, 1.5)")
    with myapp.open(torn) as notebook, pytest.raises(Damaged, match="points to no row of channels"):
        notebook.extract(myapp.Selection(runs=(1,)), tmp_path / "part.myapp")
    assert list(tmp_path.iterdir()) == [torn]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_part_that_is_interrupted_leaves_nothing(
    opened: Document, tmp_path: Path, error: type[BaseException]
) -> None:
    def fill(connection: Connection, part: str) -> None:
        copy_selected(connection, part, myapp.Selection())
        raise error

    with pytest.raises(error):
        derive(opened, tmp_path / "part.myapp", fill, opened.context)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_a_part_that_the_system_asks_to_end_leaves_nothing_within_a_statement_too(
    opened: Document, tmp_path: Path
) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def fill(connection: Connection, _part: str) -> None:
        Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
        connection.execute(endless)

    with pytest.raises(SystemExit) as ended, orderly_end():
        derive(opened, tmp_path / "part.myapp", fill, opened.context)
    assert ended.value.code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_a_kill_leaves_of_a_part_goes_with_the_next_one(
    opened: Document, whole: Path, tmp_path: Path
) -> None:
    part = tmp_path / "part.myapp"
    command = [sys.executable, "-c", KILLED, str(ROOT), str(whole), str(part)]
    assert subprocess.run(command, check=False).returncode == -9
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".part.myapp.")
    extract(opened, myapp.Selection(), part, opened.context)
    assert list(tmp_path.iterdir()) == [part]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are text")
def test_a_part_may_have_a_name_that_is_no_text(opened: Document, tmp_path: Path) -> None:
    part = f"{tmp_path}/{os.fsdecode(bytes.fromhex('636166e9'))}.myapp"
    assert extract(opened, myapp.Selection(), part, opened.context) == part
    assert check(part, opened.context).damage == []


def test_the_source_is_only_read_while_a_part_is_filled(
    opened: Document, whole: Path, tmp_path: Path
) -> None:
    before = whole.read_bytes(), whole.stat().st_mtime_ns
    derive(opened, tmp_path / "other.myapp", _write_into_source, opened.context)
    extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context)
    assert (whole.read_bytes(), whole.stat().st_mtime_ns) == before


def test_long_work_tells_how_large_the_part_has_become(
    opened: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []

    class Telling(Progress):
        def step(self, description: str) -> None:
            told.append(description)

        def amount(self, done: int, total: int) -> None:
            told.append((done > 0, total))

        def waiting(self) -> None:
            told.append("waiting")

    monkeypatch.setattr(deriving, "INTERVAL_SECONDS", 0)
    monkeypatch.setattr(deriving, "INSTRUCTIONS", 100)
    extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context.with_progress(Telling()))
    assert told[0] == "copying"
    assert (True, 0) in told


def test_a_part_with_another_schema_than_its_revisions_is_not_made(opened: Document, tmp_path: Path) -> None:
    def fill(connection: Connection, part: str) -> None:
        connection.execute(f"CREATE TABLE {part}.more (id INTEGER DEFAULT 1)")  # type: ignore[call-overload]

    with pytest.raises(Damaged, match="table more"):
        derive(opened, tmp_path / "part.myapp", fill, opened.context)
    assert list(tmp_path.iterdir()) == []


def test_a_part_whose_pages_were_damaged_while_it_was_made_gets_no_name(
    opened: Document, tmp_path: Path
) -> None:
    class Damaging(Progress):
        def step(self, description: str) -> None:
            if description == "verifying":
                _break_totals(*tmp_path.iterdir())

    with pytest.raises(Damaged):
        extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context.with_progress(Damaging()))
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_the_new_documents_fault_not_the_sources(
    opened: Document, tmp_path: Path
) -> None:
    def fill(connection: Connection, part: str) -> None:
        connection.execute(f"PRAGMA {part}.max_page_count=1")  # type: ignore[call-overload]
        connection.execute(f"CREATE TABLE {part}.more AS SELECT zeroblob(1000000)")  # type: ignore[call-overload]

    target = tmp_path / "part.myapp"
    with pytest.raises(SystemRefused, match="no space is left") as refused:
        derive(opened, target, fill, opened.context)
    assert refused.value.path == f"{target}"


def test_an_error_of_the_disk_that_is_told_once_only_refuses_a_part(
    opened: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux reports a failed sync to the first that asks, and success to the next."""
    failures = [OSError(errno.EIO, "Input/output error")]

    def sync(_path: str) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr("myapp.document.files.sync_file", sync)
    with pytest.raises(SystemRefused):
        extract(opened, myapp.Selection(), tmp_path / "part.myapp", opened.context)
    assert list(tmp_path.iterdir()) == []


def _break_totals(path: Path) -> None:
    """Clear the first page of a table that no other check reads."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'totals'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(bytes(size))


def _write_into_source(connection: object, _part: str) -> None:
    with pytest.raises(Exception, match="readonly"):
        connection.execute("UPDATE main.runs SET title = 'changed'")  # type: ignore[attr-defined]


def _fill(connection: sqlite3.Connection, choose: random.Random) -> None:
    connection.executemany("INSERT INTO channels VALUES (?, ?, ?)", CHANNELS)
    connection.executemany("INSERT INTO tags VALUES (?, ?)", enumerate(TAGS, 1))
    for run in range(1, 13):
        notes = choose.choice([None, "", " ".join(choose.sample(WORDS, 2))])
        title = f"{choose.choice(WORDS)} {choose.choice(WORDS)} number{run}"
        connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?)", (run, title, run * 7, notes))
        tags = choose.sample(range(1, 4), choose.randrange(3))
        connection.executemany("INSERT INTO run_tags VALUES (?, ?)", [(run, tag) for tag in tags])
        for channel in choose.sample(range(1, 5), choose.randrange(4)):
            times = choose.sample(TIMES, choose.randrange(1, 25))
            rows = [(run, channel, time, choose.random()) for time in times]
            connection.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)", rows)
        for number in range(choose.randrange(3)):
            source = (run, f"{run}-{number}.csv", f"digest {run} {number}", 77, 88)
            connection.execute(
                "INSERT INTO sources (run_id, file_name, sha256, size, imported_at) VALUES (?, ?, ?, ?, ?)",
                source,
            )
            content = choose.randbytes(choose.randrange(9000))
            connection.execute(
                "INSERT INTO attachments (run_id, name, sha256, size, added_at, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (run, f"{number}.raw", "digest", len(content), 99, content),
            )


def _selection(choose: random.Random) -> myapp.Selection:
    """Return a selection of anything, mostly of little: two of three kinds of narrowing are left out."""

    def some(values: list[object], most: int) -> tuple[object, ...]:
        return tuple(choose.sample(values, choose.randrange(1, most))) if choose.random() < 0.35 else ()

    names = [name for _id, name, _unit in CHANNELS] + ["wind [m/s]", "temp [°C]", "never [V]"]
    start, end = sorted(choose.sample(range(-25, 35), 2))
    return myapp.Selection(
        runs=some([*range(1, 13), *map(str, range(1, 13))], 5),
        channels=some(sorted(set(names)), 3),
        tags=some(TAGS, 3),
        text=" ".join(some([*WORDS, "temp*", "ROOF", "number1*"], 3)),
        start=start if choose.random() < 0.3 else None,
        end=end if choose.random() < 0.3 else None,
    )


def _by_hand(rows: Rows, said: myapp.Selection) -> Rows:
    """Return the rows of each table that a part of these must have."""
    channels = {
        number
        for number, name, unit in rows["channels"]
        if not said.channels or name in said.channels or f"{name} [{unit}]" in said.channels
    }
    narrowed = bool(said.channels) or said.start is not None or said.end is not None
    among = [
        (run, channel, time, value)
        for run, channel, time, value in rows["readings"]
        if channel in channels
        and (said.start is None or time >= said.start)
        and (said.end is None or time < said.end)
    ]
    runs = {run[0] for run in rows["runs"] if _fits(rows, run, said)}
    runs &= {run for run, *_rest in among} if narrowed else runs
    readings = [reading for reading in among if reading[0] in runs]
    if said == myapp.Selection():
        return rows
    run_tags = [row for row in rows["run_tags"] if row[0] in runs]
    return {
        "runs": [row for row in rows["runs"] if row[0] in runs],
        "channels": [row for row in rows["channels"] if row[0] in {reading[1] for reading in readings}],
        "readings": readings,
        "tags": [row for row in rows["tags"] if row[0] in {tag for _run, tag in run_tags}],
        "run_tags": run_tags,
        **{name: [row for row in rows[name] if row[1] in runs] for name in ("sources", "attachments")},
    }


def _fits(rows: Rows, run: tuple[object, ...], said: myapp.Selection) -> bool:
    names = dict(rows["tags"])
    tags = {names[tag] for owner, tag in rows["run_tags"] if owner == run[0]}
    words = " ".join([str(run[1]), str(run[3] or ""), *map(str, tags)]).split()
    asked = said.text.lower().split()
    found = [
        any(word.startswith(each[:-1]) if each.endswith("*") else word == each for word in words)
        for each in asked
    ]
    return (not said.runs or str(run[0]) in map(str, said.runs)) and tags >= set(said.tags) and all(found)


def _words_of(notebook: myapp.Notebook, run: int) -> str:
    detail = notebook.show(run)
    return " ".join([detail.run.title, detail.notes or "", *detail.run.tags])


def _rows(path: Path | str) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in TABLES}
