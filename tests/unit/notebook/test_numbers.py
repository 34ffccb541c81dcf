"""Numbers in files: the ones that are read, that mean a gap, and that are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myapp.notebook.intake import numbers

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def read_both(cell: str, decimal: str) -> float | None:
    """Read a cell alone and among others, which must agree."""
    one = numbers.read(cell, decimal)
    assert numbers.read_all([cell, "1", cell], decimal) == [one, 1.0, one]
    return one


@pytest.mark.parametrize("cell", ["1", "+1.5", "-.5", "5.", "1e3", "1.5E-3", " 7 ", "007", "\u00a01.5"])
def test_a_number_is_read(cell):
    """Signs, exponents, missing zeros and blanks around are all part of writing a number."""
    assert read_both(cell, ".") == float(Decimal(cell.strip()))


@pytest.mark.parametrize("cell", ["1", "+1,5", "-,5", "5,", "1,5E-3", " 7 "])
def test_a_number_with_decimal_comma_is_read(cell):
    """A comma is read as a decimal sign where the file has decimal commas."""
    assert read_both(cell, ",") == float(Decimal(cell.strip().replace(",", ".")))


@pytest.mark.parametrize("cell", ["", " ", "NaN", "nan", "-nan", "NA", "n/a", "#N/A", "NULL"])
def test_a_gap_is_no_reading(cell):
    """Empty fields and the usual words for a missing value are gaps, never zero."""
    assert read_both(cell, ".") is None


@pytest.mark.parametrize(
    ("cell", "decimal"),
    [
        ("inf", "."), ("-Infinity", "."), ("1e999", "."), ("1_000", "."), ("0x10", "."), ("x", "."),
        ("1.2.3", "."), ("1,5", "."), ("1.5", ","), ("1,234.5", "."), ("1.234,5", ","), ("１２", "."),
        ("1 2", "."), ("--1", "."),
        ("1e", "."), (".", "."), ("1\n2", "."), ("1\n2", ","), ("\0001", "."), ("1.5\u0000", "."),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(cell, decimal):
    """Infinite, grouped, foreign and broken numbers are refused, alone and among others."""
    with pytest.raises(ValueError, match=r"number|infinite"):
        numbers.read(cell, decimal)
    with pytest.raises(ValueError, match=r"number|infinite"):
        numbers.read_all(["1", cell], decimal)


@given(st.lists(st.none() | FINITE), st.sampled_from(".,"))
def test_every_double_survives(values, decimal):
    """What Python writes of a double is read back bit for bit, gaps included."""
    cells = ["" if value is None else repr(value).replace(".", decimal) for value in values]
    assert list(map(repr, numbers.read_all(cells, decimal))) == list(map(repr, values))


@given(st.text(alphabet="0123456789+-.,eE_ naifNAINF/\n", max_size=8), st.sampled_from(".,"))
def test_the_fast_way_takes_nothing_that_the_plain_one_refuses(cell, decimal):
    """For any text, a column of it is read to the same values or refused."""
    one = outcome(numbers.read, cell, decimal)
    assert outcome(numbers.read_all, [cell, "1"], decimal) == (one if one is ValueError else [one, 1.0])


def outcome(read, *arguments):
    """Return the result of a function, or ValueError where it raises that."""
    try:
        return read(*arguments)
    except ValueError:
        return ValueError


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2"], "."),
        (["1,5", "2"], ","),
        (["1.5", "2"], "."),
        (["1,5", "2.5"], "."),
        (["rain, sun"], "."),
    ],
)
def test_the_decimal_sign_is_found(cells, expected):
    """It is a comma only where commas are met and no point is."""
    assert numbers.decimal_of(cells) == expected
