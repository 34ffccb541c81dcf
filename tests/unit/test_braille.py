"""Lines of braille dots, of which a small plot on a terminal is drawn."""

from hypothesis import given
from hypothesis import strategies as st

from myapp.cli.notebook.braille import drawn

places = st.floats(0, 1)


def test_a_diagonal_goes_from_the_lower_left_to_the_upper_right():
    """A dot in every column, and one row a letter."""
    assert drawn([[(0, 0), (1, 1)]], 2, 1) == ["⡠⠊"]


def test_pieces_are_not_joined_and_a_lone_point_is_a_dot():
    """A gap is seen."""
    assert drawn([[(0, 1), (0, 0)], [(1, 0)]], 3, 2) == ["⡇⠀⠀", "⡇⠀⢀"]


@given(st.lists(st.lists(st.tuples(places, places), max_size=5)), st.integers(1, 9), st.integers(1, 4))
def test_a_drawing_has_the_size_that_is_asked_for(pieces, width, height):
    """Whatever the points are."""
    rows = drawn(pieces, width, height)
    assert [len(row) for row in rows] == [width] * height
    assert all("\u2800" <= letter <= "\u28ff" for row in rows for letter in row)
