"""A copy from a server that is interrupted at any line ends, and leaves no session on the server."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select
from sqlalchemy.pool import NullPool

from myapp.notebook.copying import row_reader
from myapp.notebook.copying import transfer as transfers
from myapp.notebook.copying.digest import WHOLE
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.models import metadata
from tests.unit.notebook.conftest import sqlite_engine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM to end a deadlock")

LINES_OF = {row_reader.__file__, transfers.__file__}
SECONDS = 20
"""After so long a copy that does not end counts as a deadlock."""

ROWS: dict[str, list[dict[str, object]]] = {
    "runs": [{"id": 1, "title": "one", "started_at": 0, "notes": None}],
    "channels": [{"id": 1, "name": "a", "unit": ""}],
    "readings": [{"run_id": 1, "channel_id": 1, "time": time, "value": 0.5} for time in range(9)],
    "attachments": [
        {"id": n, "run_id": 1, "name": f"{n}.bin", "sha256": "", "size": 4, "added_at": n, "content": b"abcd"}
        for n in (1, 2)
    ],
}

Line = tuple[str, int]


class Deadlock(BaseException):
    """Ends a copy that hangs."""


@pytest.fixture(scope="module")
def source(postgres: Callable[[], str]) -> Iterator[Engine]:
    """A notebook on a server."""
    engine = create_engine(postgres(), poolclass=NullPool)
    metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in ROWS.items():
            connection.execute(insert(metadata.tables[table]), rows)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty notebook."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "copy.db")
    else:
        engine = create_engine(request.getfixturevalue("postgres")(), poolclass=NullPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


# on the way out of a block the interruption leaves the closing to Python, which remarks on it
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_copy_that_is_interrupted_at_any_line_ends_and_leaves_no_session(
    source: Engine, target: Engine
) -> None:
    lines: list[Line] = []
    with traced(lambda line: lines.append(line) if line not in lines else None):
        copy(source, target)
    assert len(lines) > 50
    for line in lines:
        with pytest.raises(KeyboardInterrupt), deadline():
            copy(source, target, interrupted_at(line))
    assert sessions_gone(source)
    with target.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(metadata.tables["runs"])) == 0


def copy(source: Engine, target: Engine, trace: Callable[[Line], None] | None = None) -> None:
    """Copy and roll back; a trace is called for each line."""
    with source.connect() as reading, target.connect() as writing:
        if trace is None:
            transfer(reading, writing, WHOLE)
            return
        with traced(trace):
            transfer(reading, writing, WHOLE)


def interrupted_at(line: Line) -> Callable[[Line], None]:
    """Return a trace that raises at a line what Ctrl-C raises."""

    def trace(here: Line) -> None:
        if here == line:
            raise KeyboardInterrupt

    return trace


@contextmanager
def traced(trace: Callable[[Line], None]) -> Iterator[None]:
    """Call a function for each line of the copying modules that is run within the block."""

    def local(frame: FrameType, event: str, _value: object) -> Any:
        if event == "line":
            trace((frame.f_code.co_filename, frame.f_lineno))
        return local

    def entered(frame: FrameType, _event: str, _value: object) -> Any:
        return local if frame.f_code.co_filename in LINES_OF else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def deadline() -> Iterator[None]:
    """Raise Deadlock where the block lasts too long."""

    def ring(_number: int, _frame: object) -> None:
        raise Deadlock

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def sessions_gone(engine: Engine) -> bool:
    """Whether no other session of a database is left, or none soon: the server ends them by itself."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return any(
            int(connection.exec_driver_sql(query).scalar_one()) == 1 or time.sleep(0.05) for _ in range(100)
        )
