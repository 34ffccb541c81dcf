"""Files to import and databases to import them into."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from myapp.errors import Cancelled
from myapp.notebook.models import metadata
from myapp.progress import Progress

DATA = Path(__file__).parents[2] / "data"


class Amounts(Progress):
    """A progress that keeps the amounts it received."""

    def __init__(self) -> None:
        self.all: list[tuple[int, int]] = []

    def amount(self, done: int, total: int) -> None:
        """Keep an amount."""
        self.all.append((done, total))


class CancelAt(Progress):
    """A progress that is stopped at its n-th amount, and counts them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.calls = 0

    def amount(self, done: int, total: int) -> None:
        """Raise Cancelled where it is time."""
        self.calls += 1
        if self.calls == self.number:
            raise Cancelled("the test")


@pytest.fixture
def data() -> Path:
    """The folder of real measurement files."""
    return DATA


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV file from text or bytes and return its path."""

    def write(content: str | bytes, encoding: str = "utf-8", name: str = "input.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on an empty notebook, on each database."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "notebook.db")
    else:
        engine = create_engine(request.getfixturevalue("postgres")(), poolclass=NullPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine on an empty notebook for all tests of a module, which roll back what they change."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path_factory.mktemp("shared") / "notebook.db")
    else:
        engine = create_engine(request.getfixturevalue("postgres")(), poolclass=NullPool)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A connection to an empty SQLite notebook, in a transaction that is rolled back at the end."""
    engine = sqlite_engine(tmp_path / "notebook.db")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def sqlite_engine(path: Path) -> Engine:
    """Return an engine whose transactions are what they say, with foreign keys held."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connected(driver, _record):
        driver.isolation_level = None
        driver.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begun(connection):
        connection.exec_driver_sql("BEGIN")

    return engine
