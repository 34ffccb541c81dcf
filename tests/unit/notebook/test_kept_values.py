"""Values are kept, or refused, or the import counts what it did to them; see "Rules for data"."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from myapp.errors import BadData
from myapp.notebook.export import Export
from myapp.notebook.importing import import_csv
from myapp.notebook.intake import numbers
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.models import metadata

READINGS = metadata.tables["readings"]


def readings(connection):
    """Return the times and values of all readings."""
    columns = (READINGS.c.time, READINGS.c.value)
    return [tuple(row) for row in connection.execute(select(*columns).order_by(*columns))]


@pytest.mark.parametrize("cell", ["1e-400", "-1e-400", "4e-324000", "0." + "0" * 400 + "1"])
@pytest.mark.parametrize("others", [(), ("1", "-2"), ("", "3"), ("0", "0.0")])
def test_a_number_that_would_become_zero_is_refused_alone_and_among_others(cell, others):
    with pytest.raises(ValueError, match="too small"):
        numbers.read_all([*others, cell], ".")


@pytest.mark.parametrize("cell", ["0", "-0", "-0.0", "0e-999", "-.0E5", "0." + "0" * 400, "5e-324"])
def test_zeros_and_the_smallest_doubles_are_read_with_their_signs(cell):
    for value in (numbers.read(cell, "."), numbers.read_all([cell, "1"], ".")[0]):
        assert value in (0.0, 5e-324)
        assert math.copysign(1, value) == (-1 if cell.startswith("-") else 1)


def test_a_number_that_is_too_small_is_left_out_and_counted_where_faults_are_skipped(connection, write):
    path = write("time,a\n2024-01-01,1e-400\n2024-01-02,2\n")
    with pytest.raises(BadData, match=r"line 2, column 2.*too small"):
        import_csv(connection, path)
    result = import_csv(connection, path, ImportOptions(on_error="skip-all"))
    assert (result.readings, result.faults) == (1, 1)


@pytest.mark.parametrize("bad", ["", "2024-01-05,x\n"])  # by column, and row by row
def test_whole_numbers_that_no_double_holds_are_counted(connection, write, bad):
    cells = ["9007199254740992", "9007199254740993", "-9007199254740993", "1e23", "12345678901234567890"]
    rows = "".join(f"2024-01-0{day},{cell}\n" for day, cell in enumerate(cells, 1))
    result = import_csv(connection, write(f"time,a\n{rows}{bad}"), ImportOptions(on_error="skip-all"))
    assert (result.readings, result.rounded) == (5, 3)


@given(st.integers(-(10**20), 10**20))
def test_a_whole_number_is_kept_or_counted(number):
    cell = str(number)
    (value,) = numbers.read_all([cell], ".")
    assert numbers.count_rounded([cell], [value]) == (Decimal(cell) != Decimal(value))


@pytest.mark.parametrize("bad", ["", "{},x\n"])
@pytest.mark.parametrize(
    ("cells", "options"),
    [
        (["2024-01-01T00:00:00.1234567Z", "2024-01-01T00:00:01.123456000Z"], {}),
        (["2024-01-01 00:00:00,1234567", "2024-01-01 00:00:01,1234560"], {}),
        (["01.02.2024 00:00:00.0000001", "01.02.2024 00:00:01.5"], {"date_order": "dmy"}),
        (["1717171717000000001", "1717171718000000000"], {"time_format": "epoch-ns"}),
        (["1717171717.0000001", "1717171718.5"], {"time_format": "epoch"}),
        (["00:00:00.1234567", "00:00:01.123"], {"start": 0, "time_format": None}),
    ],
)
def test_times_with_digits_beyond_the_microsecond_are_counted(connection, write, cells, options, bad):
    rows = "".join(f'"{cell}",1\n' for cell in cells)
    text = "time,a\n" + rows + bad.format(f'"{cells[-1]}"')
    result = import_csv(connection, write(text), ImportOptions(on_error="skip-all", **options))
    assert (result.readings, result.finer_times) == (2, 1)


@pytest.mark.parametrize("bad", ["", "2024-01-01T00:00:00Z,x\n"])
@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+00:01"])
def test_a_time_that_cannot_be_exported_is_not_imported(connection, write, time, bad):
    rows = f"2024-01-02T00:00:00Z,1\n{time},2\n{bad}"
    with pytest.raises(BadData, match="in no year from 1 to 9999"):
        import_csv(connection, write(f"time,a\n{rows}"))
    result = import_csv(connection, write(f"time,a\n{rows}"), ImportOptions(on_error="skip-all"))
    assert result.faults == 1 + bool(bad)
    assert "".join(Export(connection, result.run_id).csv()).count("\n") == 2


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("9999-12-31 23:59:59", {"timezone": "America/New_York"}),
        ("0001-01-01 00:00:00", {"timezone": "+01:00"}),
        ("31.12.9999 23:59 -0500", {"time_format": "%d.%m.%Y %H:%M %z"}),
    ],
)
def test_a_local_time_that_cannot_be_exported_is_not_imported(connection, write, cell, options):
    with pytest.raises(BadData, match="in no year from 1 to 9999"):
        import_csv(connection, write(f"time,a\n{cell},2\n"), ImportOptions(**options))


def test_the_first_and_the_last_time_come_back_from_an_export(connection, write):
    times = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]
    path = write("time,a\n" + "".join(f"{time},5e-324\n" for time in times))
    first = import_csv(connection, path)
    exported = write("".join(Export(connection, first.run_id).csv()))
    before = readings(connection)
    import_csv(connection, exported, again=True)
    assert sorted(before * 2) == readings(connection)
