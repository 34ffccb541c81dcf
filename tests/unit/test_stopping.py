"""A stop token, which any thread may stop, ends long work in Cancelled, and nothing is changed."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL, text

import myapp
from myapp.application import context
from myapp.document import backups, connect, derive, packing, upgrade
from myapp.document.check import check
from myapp.document.context import Context
from myapp.document.derive import filled
from myapp.document.open import open_document
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.server.check import check_server
from myapp.document.server.document import create_server, filled_server, open_server, upgrade_server
from myapp.errors import Cancelled
from myapp.notebook.copying.transfer import transfer
from myapp.notebook.selection import Selection, resolve
from myapp.product import METADATA
from myapp.progress import Progress, StopToken
from myapp.schema.migrations import Migrations
from myapp.schema.servers import server_url
from tests.faults.scenes import digest, sample
from tests.program import ROOT
from tests.unit.test_packing import MULTIPLY

DOCUMENTS = ROOT / "tests" / "documents"
MOST_LOOKS = 8
"""So many of an operation's looks at its token are tried, from the first to the last."""

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

WEATHER = "time,temp_max [°C],wind [m/s]\n" + "".join(
    f"2012-{month:02d}-{day:02d},{month}.8,{day}.5\n" for month in range(1, 13) for day in range(1, 29)
)


class CountingToken(StopToken):
    """A token that is stopped by its n-th look, in whichever thread that is."""

    def __init__(self, number: int | None = None) -> None:
        super().__init__()
        self.looks = 0
        self.number = number

    @property
    def stopped(self) -> bool:
        """Count a look."""
        self.looks += 1
        if self.number is not None and self.looks > self.number and not self._stopped:
            self.stop()
        return self._stopped

    @stopped.setter
    def stopped(self, value: bool) -> None:
        self._stopped = value


@dataclass
class Scene:
    """A folder in which an operation is done again and again."""

    folder: Path
    files: dict[str, Path]

    def restore(self) -> None:
        """Make the folder as it was at first."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, source in self.files.items():
            shutil.copyfile(source, self.folder / name)

    def demand_unchanged(self) -> None:
        """Demand the files as they were, beside backups that are whole, and no others."""
        backups = {path for path in self.folder.iterdir() if ".backup-" in path.name}
        assert {path.name for path in set(self.folder.iterdir()) - backups} == set(self.files)
        for name, source in self.files.items():
            assert _same(self.folder / name, source), name
        for backup in backups:
            assert any(_same(backup, source) for source in self.files.values()), backup


def _same(path: Path, source: Path) -> bool:
    return path.read_bytes() == source.read_bytes() or digest(path) == digest(source)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite look at the token often, so that small documents will do."""
    monkeypatch.setattr(connect, "INSTRUCTIONS", 1000)
    for module in (upgrade, derive, packing):
        monkeypatch.setattr(module, "INSTRUCTIONS", 1000)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Documents of an old release and of this one, in rest and in WAL mode, and a CSV file."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    csv, wal = tmp_path / "weather.csv", Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path / "wal.myapp"))
    csv.write_text(WEATHER, encoding="utf-8")
    with closing(sqlite3.connect(wal)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    files = {"old.myapp": DOCUMENTS / "0003.myapp", "new.myapp": DOCUMENTS / "0007.myapp"}
    return Scene(tmp_path / "folder", files | {"wal.myapp": wal, "weather.csv": csv})


Operation = Callable[[Path, Context], object]


def upgrading(folder: Path, here: Context) -> None:
    upgrade.upgrade(str(folder / "old.myapp"), here)


def upgrading_a_copy(folder: Path, here: Context) -> None:
    upgrade.upgrade_copy(str(folder / "old.myapp"), str(folder / "new.myapp"), here)


def saving_for_an_older_release(folder: Path, here: Context) -> None:
    save_as(folder / "new.myapp", folder / "kept.myapp", here, revision="0005", lose=["0007"])


def saving_upgraded(folder: Path, here: Context) -> None:
    save_as(folder / "old.myapp", folder / "kept.myapp", here)


def checking(folder: Path, here: Context) -> None:
    check(folder / "old.myapp", here)


def checking_backups(folder: Path, here: Context) -> None:
    shutil.copyfile(folder / "old.myapp", folder / "old.myapp.backup-0003")
    backups.list_backups(folder / "old.myapp", here)


def restoring(folder: Path, here: Context) -> None:
    restore(folder / "new.myapp", folder / "old.myapp", here)


def recovering(folder: Path, here: Context) -> None:
    with open_document(folder / "wal.myapp", here) as document, document.driver_reading() as connection:
        connection.execute("SELECT count(*) FROM readings").fetchone()


def importing(folder: Path, here: Context) -> None:
    with myapp.open(folder / "new.myapp", stop=here.stop) as notebook:
        notebook.import_csv(folder / "weather.csv")


def extracting(folder: Path, here: Context) -> None:
    with myapp.open(folder / "new.myapp", stop=here.stop) as notebook:
        notebook.extract(Selection(), folder / "part.myapp")


def copying_to_a_file(folder: Path, here: Context) -> None:
    with (
        open_document(folder / "new.myapp", here) as document,
        document.reading() as source,
        filled(folder / "copy.myapp", here) as target,
    ):
        transfer(source, target, resolve(source, Selection()), here.progress)


OPERATIONS: list[Operation] = [
    upgrading,
    upgrading_a_copy,
    saving_for_an_older_release,
    saving_upgraded,
    checking,
    checking_backups,
    restoring,
    recovering,
    importing,
    extracting,
    copying_to_a_file,
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_stopped_at_any_look_work_is_cancelled_and_leaves_nothing(scene: Scene, operation: Operation) -> None:
    scene.restore()
    counted = CountingToken()
    operation(scene.folder, context(stop=counted))
    threads = threading.active_count()
    for number in sample(range(counted.looks * 9 // 10), MOST_LOOKS):  # a slow machine looks more often
        scene.restore()
        with pytest.raises(Cancelled):
            operation(scene.folder, context(stop=CountingToken(number)))
        scene.demand_unchanged()
        assert threading.active_count() == threads
        assert list((scene.folder.parent / "temporary").iterdir()) == []


def test_another_thread_ends_an_endless_statement(scene: Scene) -> None:
    scene.restore()
    stop = StopToken()
    with open_document(scene.folder / "new.myapp", context(stop=stop)) as document:
        with _stopping(stop), pytest.raises(Cancelled), document.reading() as connection:
            connection.exec_driver_sql(ENDLESS)
        with pytest.raises(Cancelled), document.writing():
            pass
    scene.demand_unchanged()


def endless_check(path: str, here: Context, *, check: str) -> bool:
    """Verify a file without end, by whatever check."""
    with closing(connect.connect(path, "ro", here)) as connection:
        return bool(connection.execute(ENDLESS))


def test_another_thread_ends_the_verification_of_a_backup(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.restore()
    stop = StopToken()
    monkeypatch.setattr(backups, "is_whole", endless_check)  # in another thread
    monkeypatch.setattr(upgrade, "check_values", lambda *_: stop.stop())
    with pytest.raises(Cancelled):
        upgrading(scene.folder, context(stop=stop))
    scene.demand_unchanged()


def test_a_failure_beside_the_verification_of_a_backup_ends_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.restore()
    monkeypatch.setattr(backups, "is_whole", endless_check)
    monkeypatch.setattr(upgrade, "check_values", lambda *_: 1 / 0)
    threads = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        upgrading(scene.folder, context())
    scene.demand_unchanged()
    assert threading.active_count() == threads


def test_waiting_for_another_program_is_stopped(scene: Scene) -> None:
    scene.restore()
    stop, waits = StopToken(), []

    class Waiting(Progress):
        def waiting(self) -> None:
            waits.append(True)
            stop.stop()

    with closing(sqlite3.connect(scene.folder / "old.myapp", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Cancelled):
            upgrading(scene.folder, context(3600, Waiting(), stop))
    assert waits == [True]
    scene.demand_unchanged()


class StopInStep(Progress):
    """Stops a token at its n-th look after a step has begun."""

    def __init__(self, stop: CountingToken, step: str, looks: int) -> None:
        self._stop = stop
        self._step = step
        self._looks = looks

    def step(self, description: str) -> None:
        if description.startswith(self._step):
            self._stop.number = self._stop.looks + self._looks


@pytest.mark.parametrize("looks", range(1, 9))
def test_stopped_between_the_statements_of_a_revision_an_upgrade_is_cancelled(
    scene: Scene, looks: int
) -> None:
    scene.restore()
    stop = CountingToken()
    with pytest.raises(Cancelled):
        upgrading(scene.folder, context(progress=StopInStep(stop, "step 2", looks), stop=stop))
    scene.demand_unchanged()


@pytest.mark.parametrize("looks", [0, 1, 5])
def test_stopped_while_it_is_packed_a_document_is_upgraded(scene: Scene, looks: int) -> None:
    scene.restore()
    with closing(sqlite3.connect(scene.folder / "old.myapp")) as connection, connection:
        connection.execute(MULTIPLY)
    stop = CountingToken()
    progress = StopInStep(stop, "packing", looks)
    upgraded = upgrade.upgrade(str(scene.folder / "old.myapp"), context(progress=progress, stop=stop))
    assert stop.number is not None
    assert upgraded
    assert upgraded.to_revision == "0007"
    with closing(sqlite3.connect(scene.folder / "old.myapp")) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 0


# Servers


@pytest.fixture
def url(postgres: Callable[[], str]) -> URL:
    """An empty database."""
    return server_url(postgres())


def upgrading_a_server(url: URL, here: Context) -> None:
    upgrade_server(url, here, METADATA)


def copying_to_a_server(url: URL, here: Context) -> None:
    with (
        open_document(DOCUMENTS / "0007.myapp", here) as document,
        document.reading() as source,
        filled_server(url, here) as target,
    ):
        transfer(source, target, resolve(source, Selection()), here.progress)


@pytest.mark.parametrize("operation", [upgrading_a_server, copying_to_a_server])
def test_stopped_at_any_look_a_server_is_as_it_was(
    postgres: Callable[[], str], operation: Callable[[URL, Context], None]
) -> None:
    def prepared() -> URL:
        url = server_url(postgres())
        if operation is upgrading_a_server:
            Migrations(context().format.migrations, url).upgrade("0003")
        return url

    counted = CountingToken()
    operation(prepared(), context(stop=counted))
    url = prepared()
    before = Migrations(context().format.migrations, url).current()
    for number in sample(range(counted.looks * 9 // 10), MOST_LOOKS):
        with pytest.raises(Cancelled):
            operation(url, context(stop=CountingToken(number)))
        assert Migrations(context().format.migrations, url).current() == before


def test_another_thread_cancels_the_statement_that_runs_on_a_server(url: URL) -> None:
    create_server(url, context())
    stop = StopToken()
    with open_server(url, context(stop=stop)) as document:
        with _stopping(stop), pytest.raises(Cancelled), document.reading() as connection:
            connection.execute(text("SELECT pg_sleep(3600)"))
        with pytest.raises(Cancelled), document.writing():
            pass
    assert check_server(url, context(), METADATA).damage == []
    assert stop._callbacks == []


def test_no_statement_of_the_driver_begins_on_a_server_once_it_is_stopped(url: URL) -> None:
    create_server(url, context())
    stop = StopToken()
    with open_server(url, context(stop=stop)) as document, document.driver_reading() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT generate_series(1, 3)")
        stop.stop()
        with pytest.raises(Cancelled):
            connection.execute("SELECT 1")
        with pytest.raises(Cancelled):
            cursor.fetchmany(2)
        with pytest.raises(Cancelled):
            cursor.copy("COPY (SELECT 1) TO STDOUT")
    assert stop._callbacks == []


@contextmanager
def _stopping(stop: StopToken) -> Iterator[None]:
    """Stop a token in another thread, again and again until the block has ended."""
    ended = threading.Event()

    def keep_stopping() -> None:
        while not ended.wait(0.2):
            stop.stop()

    thread = threading.Thread(target=keep_stopping)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
