"""Documents in one process with several windows, with worker threads, and on an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from myapp.document import backups
from myapp.document.context import Context
from myapp.document.open import FileDocument, open_document
from myapp.errors import Cancelled, InUse
from myapp.progress import Progress, StopToken
from tests.shelf import ORDER, shelf_format
from tests.shelf.documents import BOOKS, books, made, rows

FIRST, HEAD = ORDER[0], ORDER[-1]
ADD = "INSERT INTO books (title, author) VALUES (?, 'nobody')"


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """The context of its documents; its caches and backups are in the test's folder."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Context(shelf_format())


def add(document: FileDocument, title: str) -> None:
    with document.writing() as connection:
        connection.exec_driver_sql(ADD, (title,))


def titles(document: FileDocument) -> list[str]:
    with document.reading() as connection:
        return list(connection.exec_driver_sql("SELECT title FROM books ORDER BY id").scalars())


def test_two_windows_on_one_document_see_each_others_changes(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", FIRST)
    with open_document(path, context) as first, open_document(path, context) as second:
        assert first.upgraded is not None
        assert second.upgraded is None
        add(first, "of the first window")
        add(second, "of the second window")
        assert titles(first)[2:] == titles(second)[2:] == ["of the first window", "of the second window"]
    (backup,) = backups.list_backups(path, context)
    assert backup.whole


def test_a_window_that_reads_sees_one_state_while_the_other_waits_to_commit(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    with open_document(path, context) as first, first.reading() as reading:
        count = "SELECT count(*) FROM books"
        assert reading.exec_driver_sql(count).scalar_one() == 2
        with open_document(path, Context(context.format, wait=0.1)) as second:
            with pytest.raises(InUse) as refused:
                add(second, "not committed")
            assert refused.value.own
        assert reading.exec_driver_sql(count).scalar_one() == 2
    assert books(path, context) == BOOKS


def test_a_window_that_closes_leaves_the_other_one_its_locks(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", HEAD)
    with open_document(path, context) as first, first.writing() as connection:
        connection.exec_driver_sql(ADD, ("half",))
        with open_document(path, context) as second:
            assert len(titles(second)) == 2
        with pytest.raises(InUse), FileDocument(str(path), Context(context.format, wait=0.1)).writing():
            pass
    assert len(books(path, context)) == 3


def test_threads_that_open_an_old_document_at_once_upgrade_it_once(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", FIRST)
    at_once = threading.Barrier(4)

    def work(number: int) -> bool:
        at_once.wait()
        with open_document(path, context) as document:
            add(document, f"book {number}")
            return document.upgraded is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(4))) == [False, False, False, True]
    assert sorted(title for _id, title, _author in books(path, context)[2:]) == [
        f"book {n}" for n in range(4)
    ]
    assert len(backups.list_backups(path, context)) == 1


def test_threads_upgrade_different_documents_at_once(context: Context, tmp_path: Path) -> None:
    paths = [made(tmp_path / f"{number}.shelf", revision) for number, revision in enumerate(ORDER * 2)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda path: books(path, context), paths)) == [BOOKS] * len(paths)


def test_a_document_that_one_thread_opened_is_used_and_closed_by_others(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", FIRST)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other, ExitStack() as stack:
        document = one.submit(stack.enter_context, open_document(path, context)).result()
        one.submit(add, document, "by one").result()
        other.submit(add, document, "by the other").result()
        assert one.submit(titles, document).result()[2:] == ["by one", "by the other"]
        other.submit(stack.close).result()
    assert sorted(tmp_path.glob(".*")) == []


class Held(Progress):
    """Progress that waits at the first step until the test goes on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def step(self, _description: str) -> None:
        self.reached.set()
        self.go_on.wait(60)


def test_a_worker_thread_is_stopped_from_the_window_and_the_document_is_as_it_was(
    context: Context, tmp_path: Path
) -> None:
    path = made(tmp_path / "mine.shelf", FIRST)
    before, held, stop = path.read_bytes(), Held(), StopToken()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(books, path, Context(context.format, progress=held, stop=stop))
        assert held.reached.wait(60)
        stop.stop()
        held.go_on.set()
        with pytest.raises(Cancelled):
            work.result()
    assert path.read_bytes() == before
    assert books(path, context) == BOOKS


def test_an_event_loop_goes_on_while_a_thread_upgrades(context: Context, tmp_path: Path) -> None:
    path, held = made(tmp_path / "mine.shelf", FIRST), Held()

    async def main() -> list[tuple[object, ...]]:
        opening = asyncio.create_task(asyncio.to_thread(books, path, Context(context.format, progress=held)))
        while not held.reached.is_set():
            await asyncio.sleep(0)  # the loop runs, while the upgrade waits in its thread
        assert not opening.done()
        held.go_on.set()
        return await opening

    assert asyncio.run(main()) == BOOKS
    assert rows(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_coroutines_upgrade_documents_side_by_side(context: Context, tmp_path: Path) -> None:
    paths = [made(tmp_path / f"{number}.shelf", revision) for number, revision in enumerate(ORDER * 2)]

    async def main() -> list[list[tuple[object, ...]]]:
        return await asyncio.gather(*(asyncio.to_thread(books, path, context) for path in paths))

    assert asyncio.run(main()) == [BOOKS] * len(paths)


def test_a_task_that_is_cancelled_stops_its_upgrade(context: Context, tmp_path: Path) -> None:
    path, held, stop = made(tmp_path / "mine.shelf", FIRST), Held(), StopToken()
    before, ended = path.read_bytes(), threading.Event()

    def work() -> None:
        try:
            books(path, Context(context.format, progress=held, stop=stop))
        finally:
            ended.set()

    async def stoppable() -> None:
        try:
            await asyncio.to_thread(work)
        except asyncio.CancelledError:
            stop.stop()  # a thread is not ended by the cancellation of who awaits it
            held.go_on.set()
            raise

    async def main() -> None:
        task = asyncio.create_task(stoppable())
        await asyncio.to_thread(held.reached.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(ended.wait, 60)

    asyncio.run(main())
    assert path.read_bytes() == before
    assert list(tmp_path.glob("*.backup-*")) == []


@asynccontextmanager
async def lifespan(path: Path, context: Context) -> AsyncIterator[FileDocument]:
    """Open a document while a server of an event loop lives, as FastAPI's `lifespan` does."""
    with ExitStack() as stack:
        yield await asyncio.to_thread(stack.enter_context, open_document(path, context))


def test_a_server_on_an_event_loop_answers_from_one_document(context: Context, tmp_path: Path) -> None:
    path = made(tmp_path / "mine.shelf", FIRST)

    async def request(action: Callable[..., object], *arguments: object) -> object:
        return await asyncio.to_thread(action, *arguments)

    async def main() -> object:
        async with lifespan(path, context) as document:
            await asyncio.gather(*(request(add, document, f"book {number}") for number in range(8)))
            return await request(titles, document)

    answer = asyncio.run(main())
    assert isinstance(answer, list)
    assert sorted(answer[2:]) == [f"book {number}" for number in range(8)]
