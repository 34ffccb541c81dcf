"""`import`: a file's format is detected, shown, and set by options; bad data is refused or skipped."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from tests import contents
from tests.program import WINDOWS, Program
from tests.workbooks import workbook

DATA = Path(__file__).resolve().parent / "data"
AWKWARD = """Logger AX-7
Serial;12345
# made by hand

Datum;Uhrzeit;Größe (m);Wind;Bemerkung
;;;m/s;
27.10.2024;01:30;1,5;3;gut
27.10.2024;02:30;2,5;;
27.10.2024;02:30;3,5;kaputt;
27.10.2024;03:30;4,5;5;
"""
FAULTY = "time,a\n2024-01-01,1\nnever,2\n2024-01-03,x\n2024-01-03,3,4\n2024-01-01,5\n2024-01-05,5\n"


@pytest.fixture
def document(program: Program, tmp_path: Path) -> Path:
    """A new, empty document."""
    path = tmp_path / "trip.myapp"
    program.run("new", path, check=True)
    return path


@pytest.fixture
def awkward(tmp_path: Path) -> Path:
    """A file of a logger that wrote German, in Latin-1, by the clock on the wall."""
    path = tmp_path / "awkward.csv"
    path.write_bytes(AWKWARD.replace("\n", "\r\n").encode("latin-1"))
    return path


def test_what_is_found_out_is_shown_and_nothing_is_imported(program: Program, awkward: Path) -> None:
    done = program.run("import", awkward.with_name("none.myapp"), awkward, DATA / "co2.csv", "--show-format")
    lines = dict(line.split("  ", 1) for line in done.stdout.splitlines()[:13])
    assert (done.returncode, done.stderr.count("\n"), "kaputt" in done.stderr) == (9, 2, True)
    assert {name: value.strip() for name, value in lines.items()} == {
        "file": str(awkward), "layout": "wide", "encoding": "latin-1, lines end with CRLF",
        "delimiter": "semicolon", "decimal sign": "comma", "quote": '"',
        "comments": "lines that begin with #", "header": "line 5", "units": "line 6",
        "times": "column 1 (Datum) and column 2 (Uhrzeit): DD.MM.YYYY[ HH:MM[:SS[.f]]]",
        "time zone": "UTC", "channels": "Größe [m], Wind [m/s]", "left out": "Bemerkung",
    }  # fmt: skip
    found = json.loads(program.run("import", "x", awkward, "--show-format", "--json").stdout)
    assert "kaputt" in found[0]["refusal"]
    assert [found[0]["format"][name] for name in ("header", "units", "delimiter", "decimal")] == [
        5,
        6,
        ";",
        ",",
    ]
    assert not awkward.with_name("none.myapp").exists()


def test_the_first_rows_are_shown_as_they_would_be_stored_after_the_checks_of_an_import(
    program: Program, tmp_path: Path
) -> None:
    """A person sees the times in UTC and the numbers, or what an import would refuse in these rows."""
    path = tmp_path / "logger.csv"
    path.write_text(
        "time,temp [°C],rain\n2024-03-01 01:00,1.5,0\n2024-03-01 02:00,2.5,\n2024-03-01 03:00,,1\n"
    )
    done = program.run("import", "x", path, "--show-format", "--timezone", "-07:00", check=True)
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()[-4:]]
    assert lines == [
        "line 2 2024-03-01 08:00:00 UTC temp [°C] 1.5, rain 0",
        "line 3 2024-03-01 09:00:00 UTC temp [°C] 2.5",
        "line 4 2024-03-01 10:00:00 UTC rain 1",
        "gaps 2 in the first 3 rows",
    ]
    path.write_text("time,temp\n2024-03-01,1.5\n2024-03-02,-999\n")
    refused = program.run("import", "x", path, "--show-format")
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "--missing -999" in refused.stderr
    assert "line 3" in refused.stdout


def test_columns_that_look_like_ids_or_counters_are_marked(program: Program, tmp_path: Path) -> None:
    """They are imported unless a person leaves them out, who sees which they are."""
    path = tmp_path / "logger.csv"
    rows = [f"2024-03-01 0{n}:00,{100 + n},7,{n % 2},{n / 2},{n * n},{n}" for n in range(5)]
    path.write_text("\n".join(["time,RECORD,site_no,qcFlag,U,kWh,T", *rows, ""]), encoding="utf-8")
    done = program.run("import", "x", path, "--show-format", check=True)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("counters, ids")]
    assert line.split("  ", 1)[1].strip() == (
        "RECORD (counts by 1), site_no (an id or a code by its name), qcFlag (an id or a code by its name), "
        "T (counts by 1): --skip leaves one out"
    )
    (found,) = json.loads(program.run("import", "x", path, "--show-format", "--json").stdout)
    assert found["counters"]["site_no"] == "an id or a code by its name"
    skipped = program.run("import", "x", path, "--show-format", "--only", "U", check=True)
    assert "counters, ids" not in skipped.stdout


def test_a_local_clock_is_refused_by_line_until_it_is_said_how_to_read_it(
    program: Program, document: Path, awkward: Path
) -> None:
    arguments = ["import", str(document), str(awkward), "--timezone", "Europe/Berlin", "--on-error"]
    refused = program.run(*arguments, "refuse")
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "awkward.csv, line 8, column 2" in refused.stderr
    assert "--ambiguous" in refused.stderr
    assert contents.readings(document) == []
    done = program.run(*arguments, "skip-all", "--ambiguous", "order", "--json", check=True)
    (made,) = json.loads(done.stdout)
    assert (made["readings"], made["gaps"], made["skipped"]) == (6, 1, ["Bemerkung"])
    assert [(fault["line"], fault["column"]) for fault in made["left_out"]] == [(9, 4)]
    assert made["ended_at"] - made["started_at"] == 3 * 3_600_000_000
    assert made["started_at"] == 1_729_985_400_000_000  # 26 October, 23:30 UTC


def test_columns_of_one_title_are_numbered_and_said(program: Program, document: Path, tmp_path: Path) -> None:
    """Neither is lost, and whoever reads the report knows which column is which."""
    path = tmp_path / "cell.csv"
    path.write_text("time,Voltage (V),Voltage (V)\n2024-03-01,1,2\n", encoding="utf-8")
    shown = program.run("import", "x", path, "--show-format", check=True).stdout
    assert "column 3 is Voltage 2 [V]" in shown
    done = program.run("import", document, path, check=True)
    assert "columns of one title were numbered: column 3 is Voltage 2 [V]" in done.stderr
    (made,) = json.loads(program.run("import", document, path, "--again", "--json", check=True).stdout)
    assert made["format"]["numbered"] == [{"column": 3, "name": "Voltage 2"}]


def test_what_cannot_be_read_is_counted_shown_and_reported(
    program: Program, document: Path, tmp_path: Path
) -> None:
    faulty, report = tmp_path / "faulty.csv", tmp_path / "report.csv"
    faulty.write_text(FAULTY, encoding="utf-8")
    refused = program.run("import", document, faulty)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "faulty.csv, line 3, column 1" in refused.stderr
    done = program.run("import", document, faulty, "--on-error", "skip-all", "--report", report, check=True)
    assert "4 rows or fields could not be read and were left out" in done.stderr
    assert "faulty.csv, line 4, column 2: unreadable number 'x'" in done.stderr
    assert "2 readings of a" in done.stdout
    lines = [line.split(",")[1:3] for line in report.read_text(encoding="utf-8").splitlines()]
    assert lines == [["line", "column"], ["3", "1"], ["4", "2"], ["5", "3"], ["6", "2"]]
    again = program.run("import", document, faulty, "--on-error", "skip-all", "--report", report, "--again")
    assert (again.returncode, again.stderr.count("\n")) == (8, 1)


def test_compressed_files_are_read_through(program: Program, document: Path, tmp_path: Path) -> None:
    text = (DATA / "co2.csv").read_bytes()
    packed, archive, cut = tmp_path / "co2.csv.gz", tmp_path / "co2.zip", tmp_path / "cut.csv.gz"
    packed.write_bytes(gzip.compress(text))
    cut.write_bytes(packed.read_bytes()[:-100])
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("data/co2.csv", text)
    assert "2225 readings of co2" in program.run("import", document, packed, check=True).stdout
    known = program.run("import", document, archive)
    assert (known.returncode, "imported already, as run 1 (co2)" in known.stderr) == (9, True)
    assert "2225 readings of co2" in program.run("import", document, archive, "--again", check=True).stdout
    refused = program.run("import", document, cut)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "cut.csv.gz: the archive is damaged or was cut off" in refused.stderr


def test_a_sheet_of_a_workbook_is_imported_as_a_table(
    program: Program, document: Path, tmp_path: Path
) -> None:
    path, locked = tmp_path / "cells.xlsx", tmp_path / "locked.xlsx"
    rows = [["time", "U [V]"], *([datetime(2024, 3, day, 6, 30), day / 4] for day in (1, 2, 3))]  # noqa: DTZ001
    path.write_bytes(workbook({"Notes": [["by hand"]], "Data": rows}))
    locked.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"))
    first = program.run("import", document, path)
    assert (first.returncode, first.stderr.count("\n")) == (9, 1)
    done = program.run("import", document, path, "--sheet", "Data", check=True)
    assert "cells.xlsx: run 1, 3 readings of U [V]" in done.stdout
    assert "the workbook has more sheets, which --sheet NAME imports: Notes" in done.stderr
    assert [value for *_, value in contents.readings(document)] == [0.25, 0.5, 0.75]
    (shown,) = json.loads(program.run("import", "x", path, "--sheet", "2", "--show-format", "--json").stdout)
    assert (shown["format"]["sheet"], shown["format"]["more_sheets"]) == ("Data", ["Notes"])
    assert shown["first_rows"][0]["time"] == 1_709_274_600_000_000
    refused = program.run("import", document, locked)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert "locked.xlsx: the workbook has a password" in refused.stderr


def test_a_format_that_works_is_kept_and_used(program: Program, document: Path, tmp_path: Path) -> None:
    """Options are said once; the next file of the instrument needs its name only."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("date,a\n13/04/2024,1\n14/04/2024,-999\n", encoding="utf-8")
    second.write_text("date,a\n01/02/2024,7\n02/02/2024,-999\n", encoding="utf-8")
    name = "hobo-test"
    options = ["--missing", "-999", "--timezone", "+01:00"]
    refused = program.run("import", document, second, *options, "--save-format", name)
    assert (refused.returncode, "--date-order" in refused.stderr) == (9, True)
    assert program.run("formats", name).returncode == 3
    done = program.run("import", document, first, *options, "--save-format", name, check=True)
    assert f"{name}.toml" in done.stderr
    assert contents.readings(document)[-1][-1] == 1
    program.run("import", document, second, "--format", name, check=True)
    third = program.run(
        "import", document, second, "--format", name, "--again", "--missing", "none", "--json"
    )
    assert json.loads(third.stdout)[0]["readings"] == 2
    assert name in [line.split("\t")[0] for line in program.run("formats").stdout.splitlines()]
    shown = program.run("formats", name, check=True).stdout
    assert "--missing -999 --date-order dmy --timezone +01:00" in shown
    taken = program.run("import", document, first, "--again", "--save-format", name)
    assert (taken.returncode, taken.stderr.count("\n")) == (8, 1)
    file = Path(json.loads(program.run("formats", name, "--json").stdout)["file"])
    file.write_text("missing = 7\n", encoding="utf-8")
    broken = program.run("import", document, second, "--format", name)
    assert (broken.returncode, broken.stderr.count("\n")) == (9, 1)
    assert f"{name}.toml: the format's missing cannot be 7" in program.run("formats").stdout
    program.run("formats", name, "--remove", check=True)
    assert program.run("import", document, second, "--format", name).returncode == 3


def test_a_file_that_fails_does_not_stop_the_others(program: Program, document: Path, tmp_path: Path) -> None:
    """Whoever imports a folder gets what can be imported, one line for each file that failed, and a sum."""
    good, bad, dated = (tmp_path / f"{name}.csv" for name in ("good", "bad", "dated"))
    good.write_text("time [s],a\n0,1\n1,2\n", encoding="utf-8")
    bad.write_text("time [s],a\n0,1\n1,x\n", encoding="utf-8")
    dated.write_text("time,a\n2024-01-01,1\n", encoding="utf-8")
    last = tmp_path / "last.csv"
    last.write_text("time [s],a\n0,7\n", encoding="utf-8")
    files = [good, bad, tmp_path / "none.csv", tmp_path, dated, last]
    done = program.run("import", document, *files, "--start", "2024-05-01")
    assert done.returncode == 9
    assert [line.partition(": ")[2][:9] for line in done.stdout.splitlines()] == ["run 1, 2 ", "run 2, 1 "]
    failed = [line for line in done.stderr.splitlines() if "csv: wide" not in line]
    assert [text in line for line, text in zip(failed, FAILURES, strict=True)] == [True] * 5, failed
    assert len(contents.readings(document)) == 3
    listed = program.run("import", document, good, bad, "--start", "2024-05-01", "--again", "--json")
    first, second = json.loads(listed.stdout)
    assert (listed.returncode, first["readings"], "line 3, column 2" in second["error"]) == (9, 2, True)
    shown = program.run("import", "x", bad, good, "--start", "2024-05-01", "--show-format")
    assert (shown.returncode, shown.stdout.count("layout")) == (9, 2)


FAILURES = [
    "bad.csv, line 3, column 2: unreadable number 'x'",
    "none.csv does not exist",
    "is a directory",
    "--start is for elapsed times",
    "2 of 6 files were imported, 4 not: ",
]


def test_a_report_of_an_import_that_fails_is_not_left_behind(
    program: Program, document: Path, tmp_path: Path
) -> None:
    nothing, report = tmp_path / "nothing.csv", tmp_path / "report.csv"
    nothing.write_text("time,a\n2024-01-01,\nnever,1\n", encoding="utf-8")
    refused = program.run("import", document, nothing, "--on-error", "skip-all", "--report", report)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert not report.exists()


def test_the_standard_input_is_a_file_too(program: Program, document: Path) -> None:
    text = (DATA / "co2.csv").read_text(encoding="utf-8")
    done = program.run("import", document, "-", "--title", "Mauna Loa", input=text, check=True)
    assert "2225 readings of co2" in done.stdout
    if not WINDOWS:  # whose pipes of text have other ends of lines
        again = program.run("import", document, DATA / "co2.csv")
        assert (again.returncode, again.stderr.count("\n")) == (9, 1)


@pytest.mark.parametrize(
    ("encoding", "name"), [("shift_jis", "温度"), ("cp1250", "teplotní"), ("gb18030", "风速")]
)
def test_an_encoding_may_be_any_that_python_knows(
    program: Program, document: Path, tmp_path: Path, encoding: str, name: str
) -> None:
    file = tmp_path / "file.csv"
    text = f"time,{name}\n27 Feb 2024,1\n28 Feb 2024,2\n"
    file.write_bytes(text.encode(encoding))
    pattern = ["--time-format", "%d %b %Y"]
    program.run("import", document, file, "--encoding", encoding, *pattern, check=True)
    assert [row[1] for row in contents.table(document, "channels")] == [name]


TEXT = "time,wind [m/s]\n2024-02-27,1\n2024-02-28,2\n"
ENCODED = {
    "a plain text": TEXT.encode(),
    "letters of UTF-8": TEXT.replace("wind", "Größe ✓").encode(),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-16 cut within a letter": TEXT.encode("utf-16-le")[:-1],
    "UTF-16 with a mark": TEXT.encode("utf-16"),
    "UTF-32 without a mark": TEXT.encode("utf-32-be"),
    "half a surrogate and a NUL in UTF-7": b"time,a+2AA-,b+AAA-\n2024-02-27,1,2\n",
    "one byte": b"t",
    "all bytes": bytes(range(256)) * 8,
}
NAMES = [
    "utf-7", "idna", "punycode", "base64", "rot13", "undefined", "hex", "zlib", "unicode_escape", "utf-8",
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "ascii", "cp037", "shift_jis",
    "iso2022_jp", "hz",
]  # fmt: skip


@pytest.mark.parametrize("content", ENCODED)
def test_a_wrong_encoding_is_one_line_and_leaves_file_and_document_as_they_are(
    forked: Program, document: Path, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(ENCODED[content])
    before = document.read_bytes()
    for name in NAMES:
        for words in (["--show-format"], []):
            done = forked.run("import", document, file, "--encoding", name, *words)
            assert done.returncode in (0, 2, 9), done.stderr
            if done.returncode:
                assert (bool(words) or not done.stdout, done.stderr.count("\n")) == (True, 1)
                assert document.read_bytes() == before
        document.write_bytes(before)
    assert file.read_bytes() == ENCODED[content]


@pytest.mark.parametrize("name", ["utf-16", "utf-32"])
def test_an_encoding_that_needs_a_mark_names_those_that_need_none(
    program: Program, document: Path, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(TEXT.encode(f"{name}-be"))
    refused = program.run("import", document, file, "--encoding", name)
    assert (refused.returncode, refused.stderr.count("\n")) == (9, 1)
    assert f"--encoding {name}-le or {name}-be" in refused.stderr
    program.run("import", document, file, "--encoding", f"{name}-be", check=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--timezone", "Europe/Atlantis"], ["--start", "soon"], ["--header", "first"], ["--header", "0"],
        ["--encoding", "klingon"], ["--wide", "--long"], ["--report", "x.csv"], ["--title", "t", "-"],
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_bad_usage(
    program: Program, document: Path, arguments: list[str]
) -> None:
    assert program.run("import", document, DATA / "co2.csv", *arguments).returncode == 2
