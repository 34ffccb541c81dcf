"""The library: how other programs use documents, from `import myapp`.

>>> import myapp
>>> trip = myapp.create("trip.myapp")
>>> with myapp.open("trip.myapp") as notebook:
...     done = notebook.import_csv("weather.csv", title="Seattle")
...     print(done.readings, "readings of", done.channels)
...     warm = myapp.Selection(runs=("Seattle",), channels=("temp_max",))
...     for reading in notebook.readings(warm):
...         print(reading.time, reading.channel, reading.unit, reading.value)
...     part = notebook.extract(warm, "warm.myapp")
4 readings of (('temp_max', '°C'), ('wind', 'm/s'))
1325376000000000 temp_max °C 12.8
1325462400000000 temp_max °C 10.6
>>> with myapp.open("warm.myapp") as notebook:
...     [(run.title, run.readings) for run in notebook.runs()]
[('Seattle', 2)]
>>> with myapp.temporary_part("trip.myapp", warm) as path:  # gone at the end, whatever happens
...     print(path.endswith(".myapp"))
True
>>> with myapp.open("nowhere.myapp") as notebook:
...     pass
Traceback (most recent call last):
    ...
myapp.errors.NotFound: nowhere.myapp does not exist

Times are integer microseconds since 1970-01-01 UTC. Documents of every release open, after a backup as
from the command line. Errors for the user are `myapp.errors.MyappError`: one line, and an `exit_code` by
the class of the error. `myapp.ImportOptions` says how a CSV file is written where that is not obvious;
`myapp.load_format("hobo")` gives those that `myapp import --save-format hobo` or `myapp.save_format` kept.

A `myapp.StopToken` ends long work from any thread: its `stop()` makes the work raise `myapp.errors.Cancelled`
soon, with the document unchanged. After that the open document does nothing any more.

>>> stop = myapp.StopToken()
>>> class StopAtOnce(myapp.Progress):
...     def step(self, description):
...         stop.stop()  # as a window's button does, in its own thread
>>> with myapp.open("trip.myapp", stop=stop) as notebook:
...     notebook.extract(warm, "never.myapp", StopAtOnce())
Traceback (most recent call last):
    ...
myapp.errors.Cancelled: cancelled: never.myapp is unchanged
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager

from myapp import application
from myapp.document import create as creating
from myapp.document.context import Context
from myapp.document.derive import derive, filled
from myapp.document.open import open_document
from myapp.document.private import private_folder
from myapp.document.protocol import Document
from myapp.errors import BadData, StrPath
from myapp.notebook import editing, queries
from myapp.notebook.copying import extracting
from myapp.notebook.editing import Removal
from myapp.notebook.listing import RunRow
from myapp.notebook.queries import Reading, RunDetail
from myapp.notebook.selection import Selection, resolve
from myapp.product import METADATA
from myapp.progress import WAIT_SECONDS, Progress, StopToken
from myapp.schema.urls import is_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.document.rescue.report import Rescued
    from myapp.notebook.importing import ImportResult
    from myapp.notebook.intake.options import ImportOptions
    from myapp.notebook.sql import Connection

EVERYTHING = Selection()


class Notebook:
    """An open document with its questions and changes; `open` gives one.

    Each call sees the document as it is at that moment, other programs' changes too.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def path(self) -> str:
        """The document's file, links followed, or the server's URL without its password."""
        return self._document.path

    @property
    def backup(self) -> str | None:
        """The path of the backup, if opening has upgraded a file; None if there was no need."""
        return (self._document.upgraded.backup or None) if self._document.upgraded else None

    @property
    def writable(self) -> bool:
        """Whether it can be written; a document of an older release that cannot is read as a copy."""
        return self._document.writable

    def runs(self, selection: Selection = EVERYTHING) -> list[RunRow]:
        """Return the selected runs by the time they started; the counts are those of whole runs."""
        with self._document.driver_reading() as connection:
            return queries.runs(connection, resolve(connection, selection))

    def show(self, run: int | str, selection: Selection = EVERYTHING, *, exact: bool = False) -> RunDetail:
        """Return one run, by its number or its title, with the statistics of each channel.

        A selection narrows them by channels and times. They come from the document's overview, which is kept
        in step with the readings; with `exact` from the readings themselves, which takes long for millions.
        Raise NotFound, or UsageError where several runs have the title.
        """
        with self._document.driver_reading() as connection:
            return queries.show(connection, run, selection, exact=exact)

    def readings(
        self, selection: Selection = EVERYTHING, *, resolution: int | None = None
    ) -> Iterator[Reading]:
        """Give the selected readings one by one, by run, channel and time; memory does not grow.

        With a `resolution`, the width of a picture in pixels, only those that make the same picture: of ten
        million some thousand, with the smallest and the largest of each short part of the time.
        The document cannot be written before the iteration has ended. Raise NotFound or UsageError for
        names that are none, when the first reading is asked for.
        """
        with self._document.driver_reading() as connection:
            yield from queries.readings(connection, resolve(connection, selection), resolution)

    def import_csv(
        self,
        path: StrPath,
        *,
        options: ImportOptions | None = None,
        title: str | None = None,
        again: bool = False,
        progress: Progress | None = None,
        report: Callable[[BadData], None] | None = None,
    ) -> ImportResult:
        """Import a CSV file as one new run, whole or not at all; see notebook/importing.py.

        `report` gets each row or field that is left out, where the options skip them. Raise BadData with
        line and column, and the option that resolves it as `setting`; OSError for a file that is not read.
        """
        from myapp.notebook.importing import import_csv

        progress = self._document.context.with_progress(progress).progress
        with self._document.driver_writing() as connection:
            return import_csv(
                connection, path, options, title=title, again=again, progress=progress, report=report
            )

    def names(self) -> queries.Names:
        """Return the tags and channels that a selection can name."""
        with self._document.driver_reading() as connection:
            return queries.names(connection)

    def edit(
        self,
        run: int | str,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        notes: str | None = None,
    ) -> None:
        """Give a run a title, exactly these tags, and a note; what is None stays, and a blank note clears it.

        Raise NotFound or UsageError for a run that does not exist, UsageError for a text that cannot be one.
        """
        with self._document.driver_writing() as connection:
            editing.edit(connection, run, title=title, tags=tags, notes=notes)

    def removal(self, runs: Sequence[int | str]) -> Removal:
        """Return what `delete` would delete; raise NotFound or UsageError for a run that does not exist."""
        with self._document.driver_reading() as connection:
            return editing.removal(connection, runs)

    def delete(self, removal: Removal) -> None:
        """Delete runs with their readings and attachments; raise NotFound where one is gone already."""
        with self._document.driver_writing() as connection:
            editing.delete_runs(connection, removal.run_ids)

    def extract(self, selection: Selection, path: StrPath, progress: Progress | None = None) -> str:
        """Make a complete document of the selected part under a free name; return its absolute path.

        Raise NotFound where no run is selected, SystemRefused where the name is taken or cannot be made.
        """
        return extract(self._document, selection, path, self._document.context.with_progress(progress))


@contextmanager
def open(  # noqa: A001  `myapp.open` is what reads well
    path: StrPath,
    *,
    upgrade: bool | None = None,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    stop: StopToken | None = None,
) -> Iterator[Notebook]:
    """Give an open document: a file, or a PostgreSQL database by its URL.

    A file of an older release is upgraded first, after a backup; with `upgrade=False` it is refused
    (UpgradeNeeded). A server's, which others share, is upgraded only with `upgrade=True`. `wait` is how
    many seconds another program is waited for, `progress` receives that of the upgrade, and `stop` ends the
    work on the document, here and later. Raise NotFound, NotADocument, NewerDocument, Damaged, InUse,
    UpgradeFailed, SystemRefused or Cancelled; the document is then as it was.
    """
    context = application.context(wait, progress, stop)
    opening: AbstractContextManager[Document]
    if is_url(path):
        from myapp.document.server.document import open_server
        from myapp.schema.servers import server_url

        url = server_url(os.fspath(path))
        opening = open_server(url, context, upgrade=bool(upgrade), metadata=METADATA)
    else:
        opening = open_document(path, context, upgrade=upgrade is not False)
    with opening as document:
        yield Notebook(document)


def create(path: StrPath) -> str:
    """Make a new document and return its absolute path, or fill the empty database of a URL.

    Raise SystemRefused where the name is taken or the database is not empty.
    """
    context = application.context()
    if is_url(path):
        from myapp.document.server.document import create_server
        from myapp.schema.servers import server_url

        return create_server(server_url(os.fspath(path)), context)
    return creating.create(path, context)


def rescue(
    path: StrPath,
    new: StrPath,
    *,
    report: StrPath | None = None,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    stop: StopToken | None = None,
) -> Rescued:
    """Make a new document at head of all that is sound in a damaged one of any release, which is only read.

    `report` is a new CSV file of what was left out. Raise NotFound, NotADocument, NewerDocument, InUse,
    Cancelled, or SystemRefused where a name is taken or cannot be made; there is then no new file.
    """
    from myapp.document.rescue.rescue import rescue as rescue_file

    return rescue_file(path, new, application.context(wait, progress, stop), report)


@contextmanager
def temporary_part(
    document: Notebook | StrPath,
    selection: Selection = EVERYTHING,
    progress: Progress | None = None,
    stop: StopToken | None = None,
) -> Iterator[str]:
    """Give the path of a complete document of the selected part, for another program; removed at the end.

    `document` is a path, which `stop` is for, or an open one, which has its own. The part lies in a folder
    that only this user can enter; one that a killed program left is removed by the next. Errors are those
    of `open` and `extract`.
    """
    with ExitStack() as stack:
        if not isinstance(document, Notebook):
            document = stack.enter_context(open(document, stop=stop))
        source = document._document
        with part(source, selection, source.context.with_progress(progress)) as path:
            yield path


def extract(document: Document, selection: Selection, path: StrPath, context: Context) -> str:
    """Extract from an opened document as `Notebook.extract` does."""
    if document.on_server:
        return _extract_from_server(document, selection, path, context)

    def fill(connection: Connection, target: str) -> None:
        extracting.copy_selected(connection, target, selection)

    return derive(document, path, fill, context)


@contextmanager
def part(document: Document, selection: Selection, context: Context) -> Iterator[str]:
    """Extract from an opened document as `temporary_part` does."""
    with private_folder(context.format) as folder:
        yield extract(document, selection, os.path.join(folder, f"part{context.format.suffix}"), context)


def _extract_from_server(document: Document, selection: Selection, path: StrPath, context: Context) -> str:
    """Extract in bulk; the two sides are compared."""
    from myapp.notebook.copying.transfer import transfer

    with document.driver_reading() as source:
        part = extracting.resolve_runs(source, selection)
        with filled(path, context) as target:
            names = (document.path, os.fspath(path))
            transfer(source, target, part, context.progress, names=names)
    return os.path.abspath(path)
