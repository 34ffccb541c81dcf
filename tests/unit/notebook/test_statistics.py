"""Statistics of a run's channels: sound, and the same on every database."""

import math
import statistics as standard
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from myapp.notebook import queries
from myapp.notebook.models import metadata

RUNS, CHANNELS, READINGS = (metadata.tables[name] for name in ("runs", "channels", "readings"))


def _figures(engine, columns):
    """Return the statistics of channels of which each is a dictionary of values by time."""
    with engine.connect() as connection:  # rolled back at the end
        connection.execute(insert(RUNS), {"id": 1, "title": "t", "started_at": 0})
        names = [{"id": i, "name": f"{i:04}", "unit": ""} for i in range(len(columns))]
        connection.execute(insert(CHANNELS), names)
        rows = [
            {"run_id": 1, "channel_id": i, "time": time, "value": value}
            for i, column in enumerate(columns)
            for time, value in column.items()
        ]
        connection.execute(insert(READINGS), rows)
        return queries.show(connection, 1).channels


@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0, 3.0, 4.0],
        [1e9 + 0.1, 1e9 + 0.2, 1e9 + 0.3] * 50,
        [-1e-9, 1e9, -1e9, 1e-9],
        [1.7e308, 1.7e308, -1.7e308, 1.0],
        [1e-320, 3e-320, 5e-324],
        [1e-200, 1e200],
        [1.0, -1.0, 2e-170],
        [0.0, 0.0],
        [0.1] * 1000,
        [1e-160, 2e-160, 4e-160],
    ],
    ids=str,
)
def test_mean_and_deviation_are_those_of_exact_arithmetic(shared_engine, values):
    """Large offsets cost no digits, and sizes near the limits of a double neither overflow nor vanish."""
    (found,) = _figures(shared_engine, [dict(enumerate(values))])
    exact = [Fraction(value) for value in values]
    mean = float(sum(exact) / len(exact))
    deviation = _root(standard.variance(exact))
    size = max(map(abs, values))
    assert found.mean == pytest.approx(mean, rel=1e-12, abs=size * 1e-15)
    assert found.deviation == pytest.approx(deviation, rel=1e-9, abs=size * 1e-15)


def _root(square):
    """Return the root of a fraction that may lie beyond what a double holds."""
    shift = 2**2400
    return float(Fraction(math.isqrt(int(square * shift)), 2**1200))


def test_a_single_reading_has_no_deviation(shared_engine):
    """One value tells nothing about its spread."""
    (found,) = _figures(shared_engine, [{5: 2.5}])
    assert (found.count, found.gaps, found.mean, found.deviation) == (1, 0, 2.5, None)
    assert (found.first_at, found.first, found.last_at, found.last) == (5, 2.5, 5, 2.5)


def test_an_infinite_value_leaves_no_mean(shared_engine):
    """Older documents may hold one; it is no bug of the program."""
    (found,) = _figures(shared_engine, [{0: 1.0, 1: math.inf}])
    assert (found.minimum, found.maximum, found.mean, found.deviation) == (1.0, math.inf, None, None)


def test_a_gap_is_a_time_at_which_only_other_channels_have_a_reading(shared_engine):
    """Times of the run, not of a clock: what is read each minute has gaps beside what is each second."""
    every = dict.fromkeys(range(60), 1.0)
    found = _figures(shared_engine, [every, {0: 1.0}, {60: 1.0, 61: 2.0}])
    assert [(f.count, f.gaps) for f in found] == [(60, 2), (1, 61), (2, 60)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.integers(-50, 50), st.floats(-1e6, 1e6), min_size=1, max_size=20),
        min_size=1,
        max_size=4,
    )
)
def test_all_figures_are_those_of_the_readings(shared_engine, columns):
    """Whatever the readings are, each figure is what plain Python finds."""
    moments = set().union(*columns)
    for found, column in zip(_figures(shared_engine, columns), columns, strict=True):
        values, times = list(column.values()), sorted(column)
        assert (found.count, found.gaps) == (len(column), len(moments - set(column)))
        assert (found.minimum, found.maximum) == (min(values), max(values))
        assert (found.first_at, found.last_at) == (times[0], times[-1])
        assert (found.first, found.last) == (column[times[0]], column[times[-1]])
        assert found.mean == pytest.approx(standard.fmean(values), rel=1e-9, abs=1e-9)
        if len(values) > 1:
            exact = _root(standard.variance(map(Fraction, values)))
            assert found.deviation == pytest.approx(exact, rel=1e-9, abs=1e-12)
