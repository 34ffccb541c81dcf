# ruff: noqa: E501  # a case is easier to compare with its neighbours when it is one line
"""Excel workbooks are imported like texts, a sheet a table; damaged and hostile ones are refused in one line."""

import io
import random
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myapp.errors import BadData
from myapp.notebook import importing
from myapp.notebook.intake import csv_file, workbook_size
from myapp.notebook.intake.options import ImportOptions
from tests.unit.notebook.awkward import Good, microseconds
from tests.unit.notebook.test_awkward_files import readings
from tests.workbooks import Failed, packed, parts, sheet, workbook

D1, D2 = "2024-03-01", "2024-03-02"
MARCH = [datetime(2024, 3, 1), datetime(2024, 3, 1, 12, 30), datetime(2024, 3, 2)]  # noqa: DTZ001
NOON = "2024-03-01T12:30"
PLAIN = [["time", "a"], [date(2024, 3, 1), 1.0], [date(2024, 3, 2), 2.5]]
AB = {"a": {D1: 1, D2: 2.5}}


def book(rows, **more):
    """Return a workbook of one sheet."""
    return workbook({"Data": rows}, **more)


GOOD = [
    Good("dates", book(PLAIN), AB),
    Good("dates with times, of which some are midnights", book([["time", "a"], *([t, n] for n, t in enumerate(MARCH))]), {"a": {D1: 0, NOON: 1, D2: 2}}),
    Good("days counted from 1904", book(PLAIN, first_day=1904), AB),
    Good("dates and times of day", book([["Date", "Time", "a"], [date(2024, 3, 1), time(0, 0), 1], [date(2024, 3, 1), time(12, 30), 2]]), {"a": {D1: 1, NOON: 2}}),
    Good("durations since a start", book([["elapsed", "a"], [timedelta(0), 1], [timedelta(hours=25, seconds=1), 2]]), {"a": {"2024-05-01": 1, "2024-05-02T01:00:01": 2}}, ImportOptions(start=microseconds("2024-05-01"))),
    Good("numbers that are days", book([["date", "a"], [45352.0, 1], [45353.0, 2.5]]), AB),
    Good("times as texts", book([["time", "a"], ["2024-03-01", 1], ["2024-03-02", 2.5]]), AB),
    Good("true and false", book([["time", "on"], [date(2024, 3, 1), True], [date(2024, 3, 2), False]]), {"on": {D1: 1, D2: 0}}),
    Good("empty cells, and formulas that failed", book([["time", "a", "b"], [date(2024, 3, 1), None, 5], [date(2024, 3, 2), 2.5, Failed("#N/A")]]), {"a": {D2: 2.5}, "b": {D1: 5}}),
    Good("a preamble, units and a footer", book([["Station 7"], [], ["time", "a"], [None, "°C"], *PLAIN[1:], [], ["made by hand"]]), {"a [°C]": {D1: 1, D2: 2.5}}),
    Good("a table that begins far inside", book([[], [], *([None, None, *row] for row in PLAIN)]), AB),
    Good("texts with line breaks, tabs and quotes", book([["time", 'a\n"x"\ty'], *PLAIN[1:]]), {'a "x" y': {D1: 1, D2: 2.5}}),
    Good("numbers of any size", book([["time", "a"], [date(2024, 3, 1), 1e300], [date(2024, 3, 2), 12345678901234.0], [date(2024, 3, 3), -0.1]]), {"a": {D1: 1e300, D2: 12345678901234, "2024-03-03": -0.1}}),
    Good("a long sheet", book([["time", "channel", "value"], [date(2024, 3, 1), "a", 1], [date(2024, 3, 1), "b", 7], [date(2024, 3, 2), "a", 2.5]]), {**AB, "b": {D1: 7}}),
    Good("the second sheet by its number", workbook({"x": [["nothing"]], "Daten 2": PLAIN}), AB, ImportOptions(sheet="2")),
    Good("a sheet by its name", workbook({"x": [["nothing"]], "Daten 2": PLAIN}), AB, ImportOptions(sheet="daten 2")),
    Good("the first that is shown", workbook({"x": [["nothing"]], "y": PLAIN}, hidden=("x",)), AB),
    Good("options of texts do not matter", book(PLAIN), AB, ImportOptions(delimiter=";", decimal=",", encoding="cp1250", quote="'")),
]  # fmt: skip


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_workbook_gives_its_readings(write, case):
    """Each reading is at its time in its channel, whatever Excel made of it."""
    expected = {t: {microseconds(at): v for at, v in ones.items()} for t, ones in case.readings.items()}
    assert readings(write(case.content, name="a.xlsx"), case.options) == expected
    assert readings(io.BytesIO(case.content), case.options) == expected


def with_sheet(body: str) -> bytes:
    """Return a workbook whose sheet has these rows, as text."""
    files = parts(book(PLAIN))
    files["xl/worksheets/sheet1.xml"] = re.sub(
        "<sheetData>.*</sheetData>", f"<sheetData>{body}</sheetData>", sheet([])
    )
    return packed(files)


def office(main: str) -> bytes:
    """Return a file of Office with another main part."""
    files = parts(book(PLAIN))
    files["_rels/.rels"] = files["_rels/.rels"].replace("xl/workbook.xml", main)
    return packed({**files, main: ""})


def moved(change) -> bytes:
    """Return a workbook whose parts have other names, and the relations too where `change` says so."""
    return packed(dict(change(name, text) for name, text in parts(book(PLAIN)).items()))


def without(name: str) -> bytes:
    return packed({part: text for part, text in parts(book(PLAIN)).items() if part != name})


def twice() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in [*parts(book(PLAIN)).items(), ("XL/Workbook.xml", "x")]:
            archive.writestr(name, text)
    return target.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024)
VALUE = "<c><v>1</v></c>"
ONE = '<c r="A1"><v>1</v></c>'
FAR = "has 1048576 rows and 16384 columns, more than the memory should hold: save it as .csv"
BAD = {
    "no such sheet": (book(PLAIN), "no sheet is 'x': say sheet Data", {"sheet": "x"}, "sheet"),
    "no sheet of this number": (book(PLAIN), "no sheet is '2'", {"sheet": "2"}, "sheet"),
    "an empty sheet": (workbook({"Notes": [], "my Data": PLAIN}), "the sheet Notes is empty: say sheet 'my Data'", {}, "sheet"),
    "an empty sheet alone": (book([]), "the sheet Data is empty$", {}, ""),
    "a sheet of a text": (b"time,a\n2024-03-01,1\n", "this is no workbook: leave out sheet", {"sheet": "x"}, "sheet"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "has a password: save it without one", {}, ""),
    "an old workbook": (OLE, "old Excel \\(.xls\\): save it as .xlsx", {}, ""),
    "a binary workbook": (office("xl/workbook.bin"), "binary workbook \\(.xlsb\\): save it as .xlsx", {}, ""),
    "a text of Word": (office("word/document.xml"), "a file of Office and no workbook", {}, ""),
    "OpenDocument": (packed({"mimetype": "", "content.xml": ""}), "OpenDocument: save it as .xlsx", {}, ""),
    "no relations": (without("xl/_rels/workbook.xml.rels"), "workbook is damaged", {}, ""),
    "no sheet's part": (without("xl/worksheets/sheet1.xml"), "workbook is damaged", {}, ""),
    "a part that comes twice": (twice(), "damaged \\(it has a part twice\\)", {}, ""),
    "broken XML": (with_sheet(f'<row r="1">{ONE}<c r="B1"><v>2</x></row>'), "workbook is damaged", {}, ""),
    "two cells far apart": (with_sheet(f'<row r="1">{ONE}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), FAR, {}, ""),
    "two cells far apart in other quotes": (with_sheet(f"<row r='1'>{ONE}</row><row r = '1048576'><c\n r\n=\n'XFD1048576'><v>1</v></c></row>"), FAR, {}, ""),
    "cells far apart without places": (with_sheet(f"<row>{'<c/>' * 16383}{VALUE}</row>{'<row/>' * 1048574}<row>{VALUE}</row>"), FAR, {}, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_workbook_that_cannot_be_read_is_refused_in_one_line(write, name):
    """The message says what it is and what to do, and no small file fills the memory."""
    content, detail, options, setting = BAD[name]
    with pytest.raises(BadData, match=detail) as caught:
        readings(write(content, name="a.xlsx"), ImportOptions(**options))
    assert "\n" not in str(caught.value)
    assert caught.value.setting == setting


MOVED = {
    "backslashes": lambda name, text: (name.replace("/", "\\"), text),
    "other letters": lambda name, text: (name.replace("xl/w", "XL/W"), text),
    "absolute targets": lambda name, text: (name, text.replace('Target="xl', 'Target="/xl')),
    "another folder": lambda name, text: (name.replace("xl/", "book/"), text.replace('Target="xl/', 'Target="book/')),
    "prefixes": lambda name, text: (name, re.sub("<(/?)(worksheet|sheetData|row|c|v|is|t)\\b", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=") if "sheets/" in name else text),
    "cells without values far away": lambda name, text: (name, text.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')),
}  # fmt: skip
"""What other programs than Excel write."""


@pytest.mark.parametrize("name", MOVED)
def test_workbooks_of_other_programs_are_read(write, name):
    """The parts are found by their relations, and only cells with values count."""
    expected = {t: {microseconds(at): v for at, v in ones.items()} for t, ones in AB.items()}
    assert readings(write(moved(MOVED[name]), name="a.xlsx")) == expected


def test_a_workbook_that_unpacks_to_too_much_is_refused(write, monkeypatch):
    """Its texts are kept in the memory while it is read."""
    monkeypatch.setattr(workbook_size, "MOST_BYTES", 1000)
    with pytest.raises(BadData, match="unpacks to more than"):
        readings(write(book(PLAIN)))


def test_damage_of_any_kind_is_bad_data(write):
    """Wherever bytes of the archive or of its texts are changed, there are readings or bad data."""
    chance = random.Random(3)
    content = book([["time", "a", "b"], *([t, True, "x"] for t in MARCH)])
    for _ in range(300):
        if chance.random() < 0.5:
            damaged = bytearray(content)
            damaged[chance.randrange(4, len(content))] = chance.randrange(256)
            made = bytes(damaged)
        else:
            files = parts(content)
            name = chance.choice(sorted(files))
            place = chance.randrange(len(files[name]))
            files[name] = (
                files[name][:place] + chance.choice('<>"/=0A&') + files[name][place + chance.randrange(9) :]
            )
            made = packed(files)
        with suppress(BadData):
            readings(write(made, name="a.xlsx"))


def test_faults_are_named_by_the_rows_and_columns_of_the_sheet(write):
    """Whoever looks them up in Excel finds them."""
    rows = [
        ["Station 7"],
        [],
        [None, *PLAIN[0]],
        *([None, *row] for row in PLAIN[1:]),
        [None, date(2024, 3, 3), "wet"],
    ]
    with pytest.raises(BadData, match="unreadable number 'wet'") as caught:
        readings(write(book(rows), name="a.xlsx"))
    assert (caught.value.line, caught.value.column) == (6, 3)


def test_the_sheet_and_the_others_are_said(write):
    """The first sheet is taken, and what is left out has a name."""
    path = write(workbook({"Data": PLAIN, "Notes": [["x"]], "Raw": []}), name="a.xlsx")
    found = csv_file.inspect(path)
    assert (found.sheet.name, found.sheet.others) == ("Data", ("Notes", "Raw"))
    assert ("sheet", "Data; there are also Notes, Raw") in found.described()
    assert "sheet Data" in found.summary()
    assert csv_file.inspect(write("time,a\n2024-03-01,1\n")).sheet is None


def test_each_sheet_is_imported_once(connection, write):
    """A second sheet of a workbook is other content; the same one is known."""
    path = write(workbook({"one": PLAIN, "two": [*PLAIN, [date(2024, 3, 3), 3]]}), name="a.xlsx")
    first = importing.import_csv(connection, path)
    second = importing.import_csv(connection, path, ImportOptions(sheet="two"))
    assert (first.title, first.readings, second.readings) == ("a", 2, 3)
    with pytest.raises(BadData, match="already, as run 1"):
        importing.import_csv(connection, path, ImportOptions(sheet="1"))


@st.composite
def tables(draw):
    """Return rows of times in milliseconds, as Excel keeps them, with values or gaps, and blanks before them."""
    width = draw(st.integers(1, 3))
    moments = st.datetimes(min_value=datetime(1905, 1, 1), max_value=datetime(9998, 12, 30))  # noqa: DTZ001
    of_excel = moments.map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
    cell = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9) | st.booleans()
    rows = draw(
        st.dictionaries(of_excel, st.tuples(st.floats(-9, 9), *[cell] * width), min_size=1, max_size=9)
    )
    return rows, draw(st.integers(0, 3)), draw(st.integers(0, 2)), draw(st.sampled_from([1900, 1904]))


def test_any_table_of_a_workbook_is_read_as_it_was_written(write):
    """Wherever it begins, whatever its cells are, and from whichever day Excel counts."""

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
    @given(tables())
    def check(drawn):
        table, above, before, first_day = drawn
        width = len(next(iter(table.values())))
        header = [None] * before + ["time", *(f"c{n} [V]" for n in range(width))]
        rows = [[]] * above + [header, *([None] * before + [t, *values] for t, values in table.items())]
        expected = {}
        for moment, values in table.items():
            for n, value in enumerate(values):
                if value is not None:
                    expected.setdefault(f"c{n} [V]", {})[microseconds(moment.isoformat())] = value
        path = write(book(rows, first_day=first_day), name="a.xlsx")
        assert readings(path, ImportOptions(missing=("none",))) == expected

    check()


def test_a_large_sheet_is_read_block_by_block(write):
    """The text of a sheet is made while it is read."""
    start = datetime(2024, 3, 1)  # noqa: DTZ001
    rows = [["time", "a"], *([start + timedelta(seconds=n), n / 7] for n in range(3000))]
    found = readings(write(book(rows), name="a.xlsx"))["a"]
    assert found == {microseconds("2024-03-01") + n * 1_000_000: n / 7 for n in range(3000)}
