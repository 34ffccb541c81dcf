"""Readings into PostgreSQL by COPY, past SQLAlchemy and with its errors."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from myapp.notebook.copying.copy_format import HEADER, TRAILER, Layout
from myapp.notebook.copying.row_stream import driver
from myapp.notebook.models import metadata

ROWS = 8192
"""How many readings are made ready at once."""

_STATEMENT = "COPY readings (run_id, channel_id, time, value) FROM STDIN (FORMAT binary)"


def copy_readings(
    connection: Connection, run_id: int, channel_id: int, readings: Iterable[tuple[int, float]]
) -> None:
    """Write (UTC microseconds, value) pairs of one channel of a run; raise IntegrityError for a double."""
    form = Layout(metadata.tables["readings"]).fixed
    assert form is not None
    pack, waiting = form.pack, iter(readings)
    psycopg: Any = connection.dialect.dbapi
    try:
        with driver(connection).cursor().copy(_STATEMENT) as copy:
            copy.write(HEADER)
            while some := list(islice(waiting, ROWS)):
                copy.write(b"".join(pack(4, 4, run_id, 4, channel_id, 8, at, 8, value) for at, value in some))
            copy.write(TRAILER)
    except psycopg.IntegrityError as error:
        raise IntegrityError(_STATEMENT, None, error) from error
