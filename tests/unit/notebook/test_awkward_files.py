"""Files as instruments write them import to the right readings, or to the right error at its place."""

import csv
import gzip
import io
import tracemalloc
import zipfile
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myapp.errors import BadData, UsageError
from myapp.notebook.intake import csv_file
from myapp.notebook.intake.options import ImportOptions
from tests.unit.notebook.awkward import BAD, GOOD, microseconds, parsed_readings


def readings(path, options=None, faults=None):
    """Return a file's readings by channel title and time."""
    by_channel = {}
    for one in parsed_readings(path, options, faults.append if faults is not None else None):
        title = f"{one.channel} [{one.unit}]" if one.unit else one.channel
        by_channel.setdefault(title, {})[one.time] = one.value
    return by_channel


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_a_file_gives_its_readings(write, case):
    """Whatever the file looks like, each reading is at its time in its channel, and nothing else is."""
    path = write(case.content)
    expected = {t: {microseconds(at): v for at, v in ones.items()} for t, ones in case.readings.items()}
    assert readings(path, case.options) == expected
    with csv_file.CsvFile(path, case.options) as file:
        list(file.batches())
        assert file.skipped == case.skipped
        assert all(text and "\n" not in text for _, text in file.format.described())
        assert "\n" not in file.format.summary()


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_a_file_is_refused_at_its_fault(write, case):
    """The message names the line, the column, the fault and, if one resolves it, the option."""
    path = write(case.content)
    with pytest.raises(BadData, match=case.detail) as caught:
        readings(path, case.options)
    assert (caught.value.line, caught.value.column) == (case.line, case.column)
    assert caught.value.setting == case.setting
    assert "\n" not in str(caught.value)


def test_what_is_left_out_is_reported_by_line_and_column(write):
    """Each row or field that cannot be read is a fault; the others of its row count."""
    case = next(case for case in GOOD if case.name == "faults that are left out")
    faults = []
    readings(write(case.content), case.options, faults)
    assert [(fault.line, fault.column) for fault in faults] == [(2, 3), (3, 1), (4, 4), (6, 0)]


def test_faults_without_end_need_no_memory(write):
    """A file that is wrong all over is read to its end, and nothing of it is kept."""
    lines = "".join(f"2024-01-01 00:00:00.{n:06},x\n" for n in range(20_000))
    with csv_file.CsvFile(write(f"time,a\n2024-01-02,1\n{lines}"), ImportOptions(on_error="skip")) as file:
        assert sum(len(series.times) for batch in file.batches() for series in batch.series) == 1
        assert file.faults.count == 20_000


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": "ab"}, {"delimiter": ""}, {"decimal": ";"}, {"encoding": "klingon"},
        {"encoding": "hex"}, {"time_format": "soon"}, {"time_format": "%Q"}, {"time_format": "%"},
        {"comment": ""}, {"quote": ",", "delimiter": ","}, {"quote": "''"}, {"header": 0},
        {"units": 1}, {"header": 3, "units": 2},
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_bad_usage(options):
    """They are refused before any file is looked at."""
    with pytest.raises(UsageError) as caught:
        ImportOptions(**options)
    assert caught.value.setting in options
    assert caught.value.setting in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"timezone": "Europe/Atlantis"}, {"timezone": "../etc/passwd"}, {"start": 5}]
)
def test_options_that_do_not_fit_are_bad_usage(write, options):
    """A zone that is none, and a start where the times are dates."""
    with pytest.raises(UsageError) as caught:
        csv_file.inspect(write("time,a\n2024-03-01,1\n"), ImportOptions(**options))
    assert [caught.value.setting] == list(options)


def test_a_stream_is_read_like_a_file(write):
    """What has no name and no size, such as the standard input, is read all the same."""
    text = b"time,a\n2024-03-01,1\n"
    assert readings(io.BytesIO(text)) == readings(write(text))
    with pytest.raises(BadData, match="standard input, line 3, column 2"):
        readings(io.BytesIO(text + b"2024-03-02,?\n"))


PATTERNS = [
    "%Y-%m-%dT%H:%M:%S.%f", "%Y/%m/%d %H:%M:%S.%f", "%Y%m%d %H:%M:%S.%f", "%d.%m.%Y %H:%M:%S.%f",
    "%d %b %Y %H:%M:%S.%f", "%b %d %Y %H:%M:%S.%f", "%d-%b-%Y %H:%M:%S.%f", "%m/%d/%Y %I:%M:%S.%f %p",
]  # fmt: skip


@st.composite
def dialects(draw):
    """Return how a table is written: everything that a file may vary in."""
    delimiter = draw(st.sampled_from(",;\t|"))
    return {
        "delimiter": delimiter,
        "decimal": draw(st.sampled_from("." if delimiter == "," else ".,")),
        "pattern": draw(st.sampled_from(PATTERNS)),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])),
        "line_end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
        "preamble": draw(st.lists(st.sampled_from(["# made by hand", "", "Station 7", "# x"]), max_size=4)),
        "units": draw(st.booleans()),
        "long": draw(st.booleans()),
        "same": draw(st.booleans()),
        "footer": draw(st.sampled_from([[], ["", "made by hand"], ["", "Station 7", "x: the length"]])),
        "missing": draw(st.sampled_from(["", "NA", "-7999.25", "gone"])),
        "packed": draw(st.sampled_from(PACKED)),
    }


def zipped(content):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", content)
    return target.getvalue()


PACKED = (bytes, gzip.compress, zipped)
"""How a file comes: as it is, or compressed."""


@st.composite
def tables(draw):
    """Return rows of distinct times, each with a value or None for each of some channels."""
    width = draw(st.integers(1, 3))
    moments = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9998, 12, 30))  # noqa: DTZ001
    cell = st.none() | st.floats(allow_nan=False, allow_infinity=False)
    rows = st.dictionaries(moments, st.tuples(st.floats(-9, 9), *[cell] * width), min_size=1, max_size=12)
    return draw(rows)


def written(table, how):
    """Write a table as the dialect says."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=how["delimiter"], quoting=how["quoting"], lineterminator="\n")
    width = len(next(iter(table.values())))
    names = [title(n, same=how["same"] and not how["long"]) for n in range(width)]
    gap = how["missing"].replace(".", how["decimal"])
    cell = lambda value: gap if value is None else repr(value).replace(".", how["decimal"])  # noqa: E731
    if how["long"]:
        writer.writerow(["sensor", "time", "value", "unit"])
        for moment, values in table.items():
            for name, value in zip(names, values, strict=True):
                writer.writerow([name, moment.strftime(how["pattern"]), cell(value), "m/s"])
    else:
        writer.writerow(["time", *names] if how["units"] else ["time", *(f"{name} [m/s]" for name in names)])
        if how["units"]:
            writer.writerow(["", *["[m/s]"] * width])
        for moment, values in table.items():
            writer.writerow([moment.strftime(how["pattern"]), *map(cell, values)])
    lines = [*how["preamble"], *text.getvalue().split("\n")[:-1], *how["footer"], ""]
    return how["packed"](how["line_end"].join(lines).encode(how["encoding"]))


def title(number, *, same):
    """Return the title of a column as it is written."""
    return "Größe" if same else f"Größe {number}"


def numbered(number, *, same):
    """Return the name of the channel that a column becomes: of one title, the later have a number."""
    return title(number, same=same) + (f" {number + 1}" if same and number else "")


def test_any_table_in_any_dialect_is_read_as_it_was_written(write):
    """Wide or long, with preamble, units, comments and a footer, compressed, with columns of one title and
    gaps of any kind, however times are written: the readings are equal, and one channel alone is too."""

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
    @given(tables(), dialects())
    def check(table, how):
        expected = {}
        for moment, values in table.items():
            time = exact(moment)
            for n, value in enumerate(values):
                if value is not None:
                    name = numbered(n, same=how["same"] and not how["long"])
                    expected.setdefault(f"{name} [m/s]", {})[time] = value
        order = "mdy" if how["pattern"].startswith("%m/") else None
        missing = (how["missing"], "none") if how["missing"] else ("none",)
        path = write(written(table, how))
        assert readings(path, ImportOptions(date_order=order, missing=missing)) == expected
        if expected:
            name = sorted(expected)[0]
            only = ImportOptions(date_order=order, missing=missing, only=(name,))
            assert readings(path, only) == {name: expected[name]}

    check()


def exact(moment: datetime) -> int:
    """Return the microseconds since 1970 of a time without a zone."""
    delta = moment - datetime(1970, 1, 1)  # noqa: DTZ001
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def test_a_file_that_begins_with_nothing_for_long_is_no_bug(write):
    """The first bytes hold no row: that is the error, whatever follows."""
    for start in ("\n" * 70_000, "# comment\n" * 7_000):
        with pytest.raises(BadData):
            readings(write(start + "time,a\n2024-03-01,1\n"))


def test_a_preamble_may_be_long(write):
    """A hundred lines and more of it are left out."""
    preamble = "".join(f"setting {n},{n}\n" for n in range(400))
    table = "time,a,b\n" + "".join(f"2024-03-01 00:00:{n:02},{n},\n" for n in range(60))
    assert len(readings(write(f"{preamble}\n{table}"))["a"]) == 60


@pytest.mark.parametrize("quote", ["", '"'])
def test_memory_does_not_grow_with_a_long_file(write, quote):
    """A file of many channels and rows is read in pieces."""
    peaks = []
    for days in (1, 4):
        rows = ["time,sensor,value"]
        rows += [
            f"{quote}2024-01-0{day + 1} {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}{quote},s{channel},1.5"
            for day in range(days) for n in range(3000) for channel in range(3)
        ]  # fmt: skip
        path = write("\n".join(rows))
        tracemalloc.start()
        with csv_file.CsvFile(path) as file:
            assert sum(len(s.times) for batch in file.batches() for s in batch.series) == days * 9000
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
