"""The commands about runs: list, show, change, export, plot, delete."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import sys
import xml.etree.ElementTree as ET
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests import contents
from tests.program import Program
from tests.untouched import ordinary

DATA = Path(__file__).resolve().parent / "data"
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX terminals")


@pytest.fixture
def document(program: Program, tmp_path: Path) -> Path:
    """A document of two runs, the first with a note and tags."""
    path = tmp_path / "trip.myapp"
    program.run("new", path, check=True)
    program.run("import", path, DATA / "co2.csv", DATA / "seattle-weather.csv", check=True)
    program.run("tag", path, "co2", "air", "long run", check=True)
    return path


def _runs(program: Program, document: Path, *options: str) -> list[str]:
    shown = program.run("runs", document, "--json", *options, check=True).stdout
    return [run["title"] for run in json.loads(shown)]


def test_runs_are_found_by_what_is_said_of_them(program: Program, document: Path) -> None:
    program.run("note", document, "2", "-", input="rain at the\nSpace Needle\n", check=True)
    assert _runs(program, document, "--text", "needle RAIN", "--from", "2015-12-31") == ["seattle-weather"]
    assert _runs(program, document, "--tag", "air", "--channel", "co2", "--to", "1960-01-01") == ["co2"]
    assert _runs(program, document, "--sort", "title", "--reverse", "--limit", "1") == ["seattle-weather"]
    assert program.run("note", document, "2", check=True).stdout == "rain at the\nSpace Needle\n"
    failed = program.run("runs", document, "--tag", "water")
    assert (failed.returncode, failed.stderr.count("\n")) == (3, 1)


def test_a_run_is_shown_with_its_statistics_and_a_plot_where_it_is_asked_for(
    program: Program, document: Path
) -> None:
    (channel,) = json.loads(program.run("show", document, "co2", "--json", check=True).stdout)["channels"]
    assert (channel["count"], channel["gaps"], channel["first"], channel["last"]) == (2225, 0, 316.1, 371.5)
    assert channel["deviation"] == pytest.approx(17.0037, rel=1e-4)
    piped = program.run("show", document, "co2", check=True).stdout
    drawn = program.run("show", document, "co2", "--plot", check=True).stdout
    assert drawn.startswith(piped)
    assert any("\u2801" <= letter <= "\u28ff" for letter in drawn[len(piped) :])


def test_runs_are_renamed_and_deleted_and_never_by_a_slip(program: Program, document: Path) -> None:
    program.run("rename", document, "co2", "Mauna Loa", check=True)
    refused = program.run("delete", document, "Mauna Loa", input="y\n")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "1 run, 2225 readings" in refused.stderr
    assert "--yes" in refused.stderr
    assert _runs(program, document) == ["Mauna Loa", "seattle-weather"]
    program.run("delete", document, "Mauna Loa", "--yes", check=True)
    assert _runs(program, document) == ["seattle-weather"]
    assert contents.table(document, "tags") == []
    assert {title for title, *_rest in contents.readings(document)} == {"seattle-weather"}


@posix
@pytest.mark.parametrize(("answer", "code", "left"), [("n", 130, 2), ("", 130, 2), ("y", 0, 1)])
def test_on_a_terminal_a_person_is_asked_before_runs_are_deleted(
    program: Program, document: Path, answer: str, code: int, left: int
) -> None:
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        command = [*program.command, "delete", os.fspath(document), "co2"]
        os.execve(command[0], command, program.environment({"TERM": "xterm"}))
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(terminal, 4096)
    os.write(terminal, f"{answer}\n".encode())
    with suppress(OSError):  # on Linux, the end of a terminal
        while os.read(terminal, 4096):
            pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == code
    assert len(contents.table(document, "runs")) == left


def test_an_export_imports_to_equal_readings(program: Program, document: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    program.run("export", document, "seattle-weather", "-o", out, check=True)
    refused = program.run("export", document, "co2", "-o", out)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    again = tmp_path / "again.myapp"
    program.run("new", again, check=True)
    program.run("import", again, out, "--title", "seattle-weather", check=True)
    shown = [
        program.run("show", path, "seattle-weather", "--json", check=True).stdout
        for path in (document, again)
    ]
    ours, theirs = (json.loads(text)["channels"] for text in shown)
    assert ours == theirs
    assert program.run("export", again, "1", check=True).stdout == out.read_text(encoding="utf-8")


def test_a_part_is_exported_as_json_lines_to_stdout(program: Program, document: Path) -> None:
    part = ["--channel", "wind", "--from", "2015-12-30", "--to", "2016-01-01", "--format", "jsonl"]
    lines = program.run("export", document, "2", *part, check=True).stdout.splitlines()
    assert [json.loads(line)["time"] for line in lines] == ["2015-12-30T00:00:00Z", "2015-12-31T00:00:00Z"]
    assert json.loads(lines[0]) | {"time": ""} == {"time": "", "channel": "wind", "unit": "", "value": 3.4}


def test_an_output_never_harms_the_document_and_failures_leave_no_file(
    program: Program, document: Path, tmp_path: Path
) -> None:
    before = document.read_bytes()
    for command in (["export", document, "1"], ["plot", document, "1", "--format", "svg"]):
        assert program.run(*command, "-o", document, "--force").returncode == 2
        assert program.run(*command, "-o", tmp_path).returncode == 2
        assert program.run(*command, "-o", tmp_path / "none" / "out.svg").returncode == 8
        assert program.run(*command, "-o", tmp_path / "out.svg", "--from", "9999-01-01T25").returncode == 2
    assert program.run("plot", document, "1", "-o", tmp_path / "out.gif").returncode == 2
    assert document.read_bytes() == before
    assert list(tmp_path.iterdir()) == [document]


def test_a_run_is_drawn_as_svg_and_png(program: Program, document: Path, tmp_path: Path) -> None:
    svg, png = tmp_path / "out.svg", tmp_path / "out.PNG"
    program.run("plot", document, "seattle-weather", "-o", svg, "--from", "2015-01-01", check=True)
    texts = [element.text for element in ET.parse(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"seattle-weather", "UTC, from 2015-01-01 to 2015-12-31"} <= set(texts)
    program.run("plot", document, "co2", "-o", png, check=True)
    content = png.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", content[16:20]) == (2000,)
    nothing = program.run("plot", document, "co2", "-o", "-", "--format", "svg", "--from", "2020-01-01")
    assert (nothing.returncode, nothing.stdout, nothing.stderr.count("\n")) == (3, "", 1)


def test_a_file_is_kept_with_a_run_and_given_back(program: Program, document: Path, tmp_path: Path) -> None:
    photo = tmp_path / "phöto.bin"
    photo.write_bytes(os.urandom(3_000_000))
    content = photo.read_bytes()
    program.run("attach", document, "co2", photo, check=True)
    kept = json.loads(program.run("show", document, "1", "--json", check=True).stdout)["attachments"]
    assert [(one["name"], one["size"]) for one in kept] == [("phöto.bin", 3_000_000)]
    refused = [
        program.run("attach", document, "1", photo),
        program.run("detach", document, "1", photo.name, cwd=tmp_path),
    ]
    assert [(done.returncode, done.stderr.count("\n")) for done in refused] == [(2, 1), (2, 1)]
    photo.unlink()
    program.run("detach", document, "1", photo.name, "--keep", "-o", tmp_path / "copy", check=True)
    program.run("detach", document, "1", photo.name, cwd=tmp_path, check=True)
    assert photo.read_bytes() == (tmp_path / "copy").read_bytes() == content
    assert program.run("detach", document, "1", photo.name).returncode == 3
    assert contents.table(document, "attachments") == []


def test_an_attachment_with_a_hostile_name_or_content_writes_nothing(
    program: Program, document: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with closing(sqlite3.connect(document)) as connection, connection:
        for number, name in enumerate(("../out", "/out", "bad"), 1):
            connection.execute(
                "INSERT INTO attachments (id, run_id, name, sha256, size, added_at, content)"
                " VALUES (?, 1, ?, 'none', 1, 0, x'00')",
                (number, name),
            )
    for name, code in (("../out", 2), ("/out", 2), ("bad", 6)):
        done = program.run("detach", document, "1", name, cwd=folder)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1)
    assert list(folder.iterdir()) == []
    assert len(contents.table(document, "attachments")) == 3


@posix
def test_a_document_that_cannot_be_written_is_refused_in_one_line(program: Program, document: Path) -> None:
    document.chmod(0o444)
    for command in (["tag", document, "1", "x"], ["delete", document, "1", "--yes"]):
        failed = ordinary(program).run(*command)
        assert (failed.returncode, failed.stderr.count("\n")) == (8, 1)
