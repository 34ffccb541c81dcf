"""CSV files: the format is detected, rows are read in a stream, faults are named by line and column."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from myapp.errors import BadData
from myapp.notebook.intake import cells, csv_file
from myapp.notebook.intake.byte_stream import HEAD_BYTES, LINE_LIMIT
from myapp.notebook.intake.missing import USUAL
from myapp.notebook.intake.options import ImportOptions
from tests.unit.notebook.awkward import parsed_readings

FIRST, SECOND = (int(datetime(2020, 1, day, tzinfo=UTC).timestamp()) * 1_000_000 for day in (1, 2))
PLAIN = "time,temp [°C],rain (mm),note\n2020-01-01,1.5,0,dry\n2020-01-02,2.5,,\n"
EXPECTED = [(2, FIRST, (1.5, 0.0)), (3, SECOND, (2.5, None))]


def rows(path):
    """Return the rows of a wide file that hold a reading: line, time, a value or None for each channel."""
    channels = [(c.name, c.unit) for c in csv_file.inspect(path).channels]
    by_row = {}
    for reading in parsed_readings(path):
        row = by_row.setdefault((reading.line, reading.time), dict.fromkeys(channels))
        row[reading.channel, reading.unit] = reading.value
    return [(line, time, tuple(values.values())) for (line, time), values in by_row.items()]


def channels(path):
    return [(c.name, c.unit, c.column) for c in csv_file.inspect(path).channels]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_are_found_out(write, encoding, line_end):
    """The readings and the names are the same in every encoding and with every line end."""
    path = write(PLAIN.replace("\n", line_end), encoding)
    assert rows(path) == EXPECTED
    assert channels(path) == [("temp", "°C", 2), ("rain", "mm", 3)]


@pytest.mark.parametrize("byte_order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_mark_in_both_byte_orders(write, byte_order):
    """The mark says which byte comes first."""
    assert rows(write("\ufeff" + PLAIN, byte_order)) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "UTF_16LE", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_mark_is_no_letter_of_a_name_where_the_encoding_is_given(write, encoding):
    """Whoever says the encoding need not know whether the file has a mark."""
    path = write("\ufefftemp,time\n1,2020-01-01\n", encoding)
    (channel,) = csv_file.inspect(path, ImportOptions(encoding=encoding)).channels
    assert channel.name == "temp"


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_delimiters_are_found_out(write, delimiter):
    """Comma, semicolon, tab and bar part the fields."""
    path = write(PLAIN.replace(",", delimiter))
    assert csv_file.inspect(path).delimiter == delimiter
    assert rows(path) == EXPECTED


@pytest.mark.parametrize("delimiter", ";\t|")
def test_decimal_commas_are_found_out(write, delimiter):
    """Where something else parts the fields, a comma in numbers is the decimal sign."""
    path = write(PLAIN.replace(",", delimiter).replace(".", ","))
    assert csv_file.inspect(path).decimal == ","
    assert rows(path) == EXPECTED


def test_decimal_commas_may_be_quoted_between_commas(write):
    """Quoted fields hold the comma that would part them."""
    assert rows(write('time,a\n2020-01-01,"1,5"\n2020-01-02,"2,25"\n')) == [
        (2, FIRST, (1.5,)),
        (3, SECOND, (2.25,)),
    ]


def test_a_comma_that_may_part_thousands_is_refused(write):
    """Between commas, "1,234" may be 1.234 or 1234: neither is guessed."""
    with pytest.raises(BadData, match="two ways"):
        rows(write('time,a\n2020-01-01,"1,234"\n'))


def test_quoted_fields_may_hold_delimiters_quotes_and_line_breaks(write):
    """Lines are counted as an editor shows them, also behind a field of several lines."""
    text = 'time,note,a\n2020-01-01,"one, ""two""\r\nthree\n",1\n\n2020-01-02,x,2\n'
    assert rows(write(text)) == [(2, FIRST, (1.0,)), (6, SECOND, (2.0,))]


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("a", "a", ""), ("a [V]", "a", "V"), ("a (V)", "a", "V"), ("a[V]", "a", "V"),
        ("a b (max) [m/s]", "a b (max)", "m/s"),
        ("[V]", "[V]", ""), ("a []", "a", ""), (" a ", "a", ""), ('"a\nb"', "a b", ""), ("u\u0308", "ü", ""),
    ],
)  # fmt: skip
def test_a_header_field_is_a_name_and_a_unit(write, header, name, unit):
    """The unit stands in brackets at the end; blanks and the way accents are composed do not matter."""
    assert channels(write(f"time,{header}\n2020-01-01,1\n")) == [(name, unit, 2)]


@pytest.mark.parametrize(
    "name", ["time", "Date", "Date Time", "date_time", "TIMESTAMP", "Time [UTC]", "Zeitstempel"]
)
def test_the_time_column_is_found_by_its_name(write, name):
    """A column of that name comes before another that also holds times."""
    path = write(f"since,{name},a\n2020-01-05,2020-01-01,1\n")
    assert csv_file.inspect(path).time_column == 2
    assert csv_file.inspect(path).skipped == ("since",)


def test_the_time_column_is_found_by_its_content(write):
    """Where no name helps, the column that holds times is the one; eight digits are a time only at last."""
    assert csv_file.inspect(write("id,when,a\n20200101,2020-01-01,1\n")).time_column == 2
    assert csv_file.inspect(write("a,when\n1,20200101\n")).time_column == 2


def test_a_second_time_column_is_skipped_and_said_so(write):
    """Further times are no measurements, even where they look like numbers."""
    assert csv_file.inspect(write("time,date,a\n2020-01-01 10:00,20200101,1\n")).skipped == ("date",)


def test_text_columns_and_nameless_columns_are_skipped_and_said_so(write):
    """What holds no number in the first rows is no channel; nor is a column that has no name."""
    path = write(",time,a,note\n0,2020-01-01,1,\n1,2020-01-02,2,wet\n")
    assert csv_file.inspect(path).skipped == ("column 1", "note")
    assert rows(path) == [(2, FIRST, (1.0,)), (3, SECOND, (2.0,))]


def late(cells: list[str]) -> str:
    """Return a file whose column `late` is empty in the first rows that are looked at."""
    start = "".join(f"2020-01-01 {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02},1,\n" for n in range(6000))
    assert len(start) > 2 * HEAD_BYTES
    return "time,a,late\n" + start + "".join(f"2020-01-0{n + 2},1,{cell}\n" for n, cell in enumerate(cells))


def test_a_header_that_comes_late_is_found_and_one_that_never_comes_is_refused(write):
    """However many words of the instrument's own come before it."""
    path = write("words of the instrument\n" * 6000 + "time,a\n2020-01-01,1\n2020-01-02,2\n")
    found = [(each.line, each.value) for each in parsed_readings(path, ImportOptions(header=6001))]
    assert found == [(6002, 1.0), (6003, 2.0)]
    with pytest.raises(BadData, match="line 6004 cannot be the header: there are 6003 lines"):
        csv_file.inspect(path, ImportOptions(header=6004))


def test_a_column_whose_text_comes_late_is_skipped(write):
    """The first value of a column decides whether it is a channel, wherever it stands."""
    with csv_file.CsvFile(write(late(["wet", "7"]))) as file:
        named = [series.channel.name for batch in file.batches() for series in batch.series]
        assert file.skipped == ("late",)
    assert set(named) == {"a"}


def test_a_column_whose_number_comes_late_is_a_channel(write):
    """Its readings count, and text after them is an error."""
    assert rows(write(late(["7"])))[-1][2] == (1.0, 7.0)
    with pytest.raises(BadData) as caught:
        rows(write(late(["7", "wet"])))
    assert (caught.value.line, caught.value.column) == (6003, 3)


def test_blank_lines_and_rows_of_empty_fields_are_left_out(write):
    """Spreadsheets append them; they hold nothing."""
    text = "\n\ntime,a\n\n2020-01-01,1\n,\n \n2020-01-02,2\n,\n\n"
    assert rows(write(text)) == [(5, FIRST, (1.0,)), (8, SECOND, (2.0,))]


def test_a_last_line_without_an_end_is_read(write):
    """The file may end with or without a line end."""
    assert rows(write(PLAIN.rstrip())) == EXPECTED


def test_bytes_that_are_no_utf_8_far_behind_do_not_stop_text_columns(write):
    """Only text can be spoiled by them, and text is skipped."""
    text = "time,a,note\n" + "".join(
        f"{2000 + n // 300}-01-{n % 28 + 1:02},1,{'x' * 40}\n" for n in range(3000)
    )
    assert len(rows(write(text.encode() + b"2020-01-01,5,\xff\n"))) == 3001


@pytest.mark.parametrize(
    ("content", "line", "column", "detail"),
    [
        ("", 0, 0, "empty"),
        ("\n \n", 0, 0, "empty"),
        ("\ufeff", 0, 0, "empty"),
        ("time,a\n", 1, 0, "no rows"),
        ("one\n2\n", 1, 0, "no columns"),
        ("2020-01-01,1\n2020-01-02,2\n", 1, 1, "no header"),
        ("a,b\n1,2\n", 1, 0, "no time column"),
        ("time,a\n5 past 12,2\n", 1, 1, "'5 past 12'"),
        ("time,a\n2020-01-01,wet\n", 1, 0, "no column of numbers"),
        ("time,a\n2020-01-01,1\n2020-01-02,1,2\n", 3, 3, "3 fields"),
        ("time,a,b\n2020-01-01,1,2\n2020-01-02,1\n", 3, 3, "2 fields"),
        ("time,a,b\n2020-01-01,1\n", 2, 3, "2 fields"),
        ("time,a,b\n2020-01-01,1,2\n2020-01-02,5\n6,2020-01-03,7,8\n", 3, 3, "2 fields"),
        ("time,a\n2020-01-01,1\n2020-01-02,1x\n", 3, 2, "'1x'"),
        ("time,a\n2020-01-01,1\n2020-01-02,inf\n", 3, 2, "infinite"),
        ("time,a\n2020-01-01,1\n2020-01-02,\"1,000\"\n", 3, 2, "two ways"),
        ("time;a\n2020-01-01;1,5\n2020-01-02;1.5\n", 2, 2, "decimal sign"),
        ("time,a\n2020-01-01,1\n2020-01-02,1'000.5\n", 3, 2, "thousands"),
        ("time,a\n2020-01-01,1\n2020-02-30,1\n", 3, 1, "'2020-02-30'"),
        ("time,a\n2020-01-01,1\n2020/01/02,1\n", 3, 1, "YYYY-MM-DD"),
        ("time,a\n2020-01-01,1\n,1\n", 3, 1, "no time"),
        ("time,a\n2020-01-01,1\n2020-01-02,\"1\n", 3, 0, "no row of a CSV file"),
        ("time,a\n2020-01-01,1\n2020-01-02,\"1\"2\n", 3, 0, "no row of a CSV file"),
        ("time,a,n\n2020-01-01,1,x\n2020-01-02,1,\"" + "x" * 200_000, 3, 0, "field larger"),
        ("time,a\n2020-01-01,1\n2020-01-02,\0\n", 3, 0, "NUL"),
        ("time,a\0\n2020-01-01,1\n", 1, 0, "NUL"),
        ("time,a\x1b\n2020-01-01,1\n", 1, 2, "control"),
        ("time,a\n2020-01-01,1\n" + "1" * (2 * LINE_LIMIT + 9), 3, 0, "a line of more than 4 MiB"),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_a_fault_is_named_by_file_line_and_column(write, content, line, column, detail):
    """The first fault in reading order stops the reading, and the message names its place and the reason."""
    path = write(content)
    with pytest.raises(BadData, match=detail) as caught:
        rows(path)
    assert (caught.value.path, caught.value.line, caught.value.column) == (path, line, column)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("line", [4, 10**6, 10**30])
@pytest.mark.parametrize("setting", ["header", "units"])
def test_a_line_that_is_not_there_is_refused(write, setting, line):
    """Neither a header nor units are in it, and a wrong number must not pass as none."""
    path = write("time,a\n2020-01-01,1\n2020-01-02,2\n")
    with pytest.raises(BadData, match="cannot") as caught:
        csv_file.inspect(path, ImportOptions(**{setting: line}))
    assert caught.value.setting == setting


def test_units_behind_the_first_rows_are_refused_since_those_rows_would_be_left_out(write):
    """Units stand between the header and the rows."""
    path = write("time,a\n2020-01-01,1\n2020-01-02,2\n2020-01-03,3\n")
    with pytest.raises(BadData, match="cannot hold the units"):
        csv_file.inspect(path, ImportOptions(units=3))


@pytest.mark.parametrize("count", [1, 5000, 50_000])
def test_a_fault_far_behind_is_named_by_its_line(write, count):
    """Lines are right in every batch, not only in the first."""
    good = "".join(f"2020-01-01 00:00:00.{n:06},1\n" for n in range(count))
    with pytest.raises(BadData) as caught:
        rows(write("time,a\n" + good + "2020-01-02,x\n"))
    assert (caught.value.line, caught.value.column) == (count + 2, 2)


def test_of_two_faults_the_first_is_named(write):
    """Reading order decides, not the order of columns."""
    with pytest.raises(BadData) as caught:
        rows(write("time,a,b\n2020-01-01,1,1\n2020-01-01,1,x\nbad,x,1\n"))
    assert (caught.value.line, caught.value.column) == (3, 3)


def test_a_directory_and_a_missing_file_are_the_systems_errors(tmp_path):
    """What the system refuses is not bad data."""
    with pytest.raises(OSError, match=r"(?i)is a directory|Permission denied"):
        csv_file.inspect(tmp_path)
    with pytest.raises(FileNotFoundError):
        csv_file.inspect(tmp_path / "missing.csv")


@pytest.mark.parametrize("line_end", ["\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_memory_does_not_grow_with_the_file(write, line_end, quote):
    """A file four times as long needs no more memory, whichever way it is read."""
    peaks = []
    for days in (2, 8):
        clocks = [f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(10_000)]
        lines = [f"{quote}2020-01-0{day + 1} {clock}{quote},1.5" for day in range(days) for clock in clocks]
        path = write(line_end.join(["time,a", *lines]))
        tracemalloc.start()
        with csv_file.CsvFile(path) as file:
            assert sum(len(batch.times) for batch in file.batches()) == len(lines)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_every_wide_table_is_read_as_it_was_written(write):
    """Any numbers and gaps, at any times, in any dialect, are read as they were written."""

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(
        tables(), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]), st.booleans()
    )
    def check(table, delimiter, encoding, quote):
        text = io.StringIO()
        quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
        writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
        writer.writerow(["time", *(f"c{n} [V]" for n in range(len(table[0][1])))])
        for moment, values in table:
            writer.writerow([moment.isoformat(), *("" if v is None else repr(v) for v in values)])
        read = [(time, values) for _, time, values in rows(write(text.getvalue(), encoding))]
        expected = [(to_microseconds(moment), values) for moment, values in table]
        assert read == [(time, values) for time, values in expected if set(values) != {None}]

    check()


@st.composite
def tables(draw):
    width = draw(st.integers(1, 4))
    number = st.floats(allow_nan=False, allow_infinity=False)
    cell = st.none() | number.filter(lambda number: number not in USUAL)  # those are asked about
    moments = st.datetimes(min_value=datetime(1900, 1, 1))  # noqa: DTZ001
    return draw(st.lists(st.tuples(moments, st.tuples(*[cell] * width)), min_size=1, max_size=20))


def to_microseconds(moment: datetime) -> int:
    delta = moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


@pytest.mark.parametrize("note", ["damp", '"dry"', '"two\nlines"'])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_the_size_of_blocks_changes_nothing(write, monkeypatch, note, line_end, last):
    """Wherever a block ends, in a cell, a line end or a quoted field, no row is lost, doubled or moved."""
    lines = [f"2020-01-01 00:00:{n:02},{n},{note if n == 20 else ''}" for n in range(40)]
    path = write(line_end.join(["time,a,note", *lines]) + (line_end if last else ""))
    whole = rows(path)
    assert [values for _, _, values in whole] == [(float(n),) for n in range(40)]
    assert [line for line, _, _ in whole] == [n + 2 + (n > 20 and "lines" in note) for n in range(40)]
    for size in (1, 2, 3, 7, 26, 27, 28, 100):
        monkeypatch.setattr(cells, "BLOCK_CELLS", size)
        assert rows(path) == whole
