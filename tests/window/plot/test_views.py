"""The model of what is shown: zooms, pans and undo, without a widget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from myapp.window.notebook.plot.views import SHORTEST, View, Views, rounded

times = st.integers(-(2**61), 2**61)


def test_a_zoom_keeps_the_place_under_the_pointer() -> None:
    zoomed = View(0, 1_000_000).zoomed(0.5, 0.25)
    assert (zoomed.start, zoomed.end) == (125_000, 625_000)


@given(times, st.integers(SHORTEST, 2**61), st.floats(1e-6, 1e6), st.floats(0, 1))
def test_a_view_is_never_shorter_than_readings_can_be_apart_nor_far_from_the_whole(
    start: int, length: int, factor: float, at: float
) -> None:
    whole = View(start, start + length)
    views = Views()
    views.begin(whole.start, whole.end)
    views.show(whole.zoomed(factor, at))
    shown = views.current
    assert shown.length >= SHORTEST
    assert abs(shown.start - start) <= 2 * length
    assert abs(shown.end - whole.end) <= 2 * length


def test_the_views_of_one_gesture_are_undone_in_one_step_and_can_be_had_again() -> None:
    views = Views()
    views.begin(0, 1000)
    views.show(View(0, 500))
    drag = object()
    views.show(View(10, 510), drag)
    views.show(View(20, 520), drag)
    views.undo()
    assert views.current == View(0, 500)
    views.redo()
    assert views.current == View(20, 520)
    views.undo()
    views.undo()
    views.undo()
    assert (views.current, views.can_undo, views.can_redo) == (View(0, 1000), False, True)
    views.show(View(1, 2000))
    assert not views.can_redo


def test_values_that_cannot_be_an_axis_change_nothing() -> None:
    view = View(0, 1000).with_values("V", (1.0, 2.0))
    for impossible in ((1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (1e300, 2e308), (1e9, 1e9 + 1e-7)):
        assert view.with_values("V", impossible) == view
    assert view.with_values("V", None) == View(0, 1000)


def test_a_time_is_rounded_to_digits_that_are_read_easily() -> None:
    day = 86_400_000_000
    assert rounded(3 * day + 1234, 2 * day) == 3 * day
    assert rounded(1_234_567, 2_000) == 1_235_000
    assert rounded(1_234_567, 0.5) == 1_234_567
