"""Streams selected readings one by one, with their channels, in constant memory."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen

_CHANNELS, _READINGS = metadata.tables["channels"], metadata.tables["readings"]

_AT_ONCE = 10_000
"""How many readings are fetched together."""


class Reading(NamedTuple):
    """The value of one channel of one run at one time, in UTC microseconds."""

    run: int
    channel: str
    unit: str
    time: int
    value: float


def stream(connection: Connection, chosen: Chosen) -> Iterator[Reading]:
    """Give the chosen readings by run, channel's number and time, in which order they are stored."""
    key = (_READINGS.c.run_id, _READINGS.c.channel_id, _READINGS.c.time)
    rows = select(*key, _READINGS.c.value).where(chosen.readings()).order_by(*key)
    found = connection.execute(select(_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.unit))
    channels = {row.id: (row.name, row.unit) for row in found}
    for run, channel, time, value in connection.execution_options(yield_per=_AT_ONCE).execute(rows):
        yield Reading(run, *channels[channel], time, value)
