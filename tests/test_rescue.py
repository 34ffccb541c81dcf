"""The command `rescue`, on every target: what it prints, and that the file itself is only read."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests import contents
from tests.program import Program


def test_a_document_with_orphans_and_a_spoilt_page_becomes_a_whole_one(
    program: Program, tmp_path: Path, documents: Path
) -> None:
    damaged, new, report = (tmp_path / name for name in ("damaged.myapp", "new.myapp", "left.csv"))
    shutil.copy(documents / "0005.myapp", damaged)
    with closing(sqlite3.connect(damaged)) as connection:
        connection.executescript("PRAGMA foreign_keys=OFF; DELETE FROM runs WHERE id = 1")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'channels'").fetchone()
    content = bytearray(damaged.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = bytes(4096)
    damaged.write_bytes(content)
    done = program.run("rescue", damaged, "-o", new, "--report", report, "--json", timeout=60)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    left_out = {(each["table"], each["reason"]): each["count"] for each in result["left_out"]}
    assert left_out["readings", "it points to no row of runs"] > 1000
    assert result["made"]["channels"] > 0
    with report.open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == 1 + sum(left_out.values())
    assert damaged.read_bytes() == content
    assert contents.is_whole(new)
    assert program.run("runs", new, timeout=60).returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["damaged.myapp", "left.csv", "new.myapp"]


def test_what_is_no_document_is_refused_in_one_line(program: Program, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no document\n" * 100)
    done = program.run("rescue", tmp_path / "notes.txt", "-o", tmp_path / "new", timeout=60)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]
