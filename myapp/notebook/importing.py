"""Imports a CSV file as one new run, whole or not at all, in the transaction of the caller."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from myapp.descriptors import Stream
from myapp.errors import BadData, StrPath
from myapp.notebook.intake.byte_stream import Source
from myapp.notebook.intake.csv_file import CsvFile
from myapp.notebook.intake.csv_format import CsvFormat
from myapp.notebook.intake.gathering import gathered
from myapp.notebook.intake.options import ImportOptions
from myapp.notebook.overview import keeping
from myapp.notebook.run_writer import RunWriter
from myapp.notebook.sql import Sql
from myapp.notebook.texts import stored_name
from myapp.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

_HASH_BYTES = 1 << 22
_ARCHIVES = (".gz", ".zip")

_NEW_SOURCE = """
    INSERT INTO sources (run_id, file_name, sha256, size, imported_at)
    VALUES (:run, :file_name, :sha256, :size, :imported_at)
"""
_KNOWN = (
    "SELECT runs.id, title FROM runs JOIN sources ON run_id = runs.id WHERE sha256 = :sha256 ORDER BY runs.id"
)


@dataclass(frozen=True)
class ImportResult:
    """The run that an import made. Times are UTC microseconds; `channels` are (name, unit) in file order.

    `gaps` counts the fields of those channels without a reading, `words` what stood in those that were not
    empty, the most frequent first; `end_line` is the first line behind the table, 0 where the file ends with
    it, `more_tables` are the lines of further tables; `skipped` names the columns that hold
    text or nothing; `faults` counts the rows and fields that could not be read and were left out;
    `finer_times` the times rounded to microseconds, `rounded` the whole numbers that no double holds,
    `repeated` the readings at the time of another, where the options keep one of them or all.
    `format` is how the file was read.
    """

    run_id: int
    title: str
    started_at: int
    ended_at: int
    channels: tuple[tuple[str, str], ...]
    readings: int
    gaps: int
    skipped: tuple[str, ...]
    faults: int
    finer_times: int
    rounded: int
    repeated: int
    format: CsvFormat
    words: tuple[tuple[str, int], ...] = ()
    end_line: int = 0
    more_tables: tuple[int, ...] = ()


def import_csv(
    connection: Connection,
    path: Source,
    options: ImportOptions | None = None,
    *,
    title: str | None = None,
    now_us: int | None = None,
    progress: Progress | None = None,
    again: bool = False,
    report: Callable[[BadData], None] | None = None,
) -> ImportResult:
    """Import a CSV file as one new run; the caller commits or rolls back.

    `path` may be an open stream of bytes. `options` override what is detected of the format. The title
    is the file's name without its suffix unless one is given; `now_us` is the time of the import in UTC
    microseconds. `progress` receives the bytes that were read and may raise Cancelled; the total of a
    stream is 0. A file whose content is in the document already is refused unless `again`. `report` gets
    each fault where the options skip them; `skip` refuses a file in which more than 5 % of the rows have any.
    Raise BadData, UsageError, OSError.
    """
    sql, progress = Sql(connection), progress or Progress()
    title = None if title is None else stored_name(title, "a title")
    if not again:
        _refuse_known_file(sql, path, progress)
    with CsvFile(path, options, report) as file:
        repeated = options.repeated if options else "refuse"
        writer = RunWriter(sql, title or _stem(file.path), file.faults, repeated)
        with keeping.noting(sql):
            for batch in gathered(file.batches()):
                writer.write(batch)
                progress.amount(file.stream.position, file.stream.total)
        file.check_faults()
        if not writer.counts:
            raise BadData(file.path, 0, 0, "no readings: every field beside the times is empty")
        if not again:  # the digest of a stream is known only now
            _refuse_known_content(sql, file.path, file.stream.sha256)
        writer.finish()
        _add_source(sql, writer.run_id, file, time.time_ns() // 1000 if now_us is None else now_us)
        return _result(file, writer, title or _stem(file.path))


def _add_source(sql: Sql, run_id: int, file: CsvFile, now_us: int) -> None:
    sql(
        _NEW_SOURCE,
        run=run_id,
        file_name=_readable(os.path.basename(file.path)),
        sha256=file.stream.sha256,
        size=file.stream.position,
        imported_at=now_us,
    )


def _result(file: CsvFile, writer: RunWriter, title: str) -> ImportResult:
    started_at, ended_at = writer.span
    channels = sorted(writer.counts, key=lambda channel: channel.column)
    empty = [channel.title for channel in file.format.channels if channel not in writer.counts]
    return ImportResult(
        run_id=writer.run_id,
        title=title,
        started_at=started_at,
        ended_at=ended_at,
        channels=tuple((channel.name, channel.unit) for channel in channels),
        readings=writer.counts.total(),
        gaps=file.gaps(writer.counts),
        skipped=(*file.skipped, *(name for name in empty if name not in file.skipped)),
        faults=file.faults.count,
        finer_times=file.finer_times,
        rounded=file.rounded,
        repeated=writer.repeated,
        format=file.format,
        words=tuple(file.words.most_common()),
        end_line=file.end.line,
        more_tables=file.more_tables,
    )


def _refuse_known_file(sql: Sql, path: Source, progress: Progress) -> None:
    """Refuse a file that is in the document before it is converted; its size rules out most others."""
    if not isinstance(path, str | os.PathLike) or not os.path.isfile(path):
        return
    size, digest = os.path.getsize(path), hashlib.sha256()
    if sql.value("SELECT id FROM sources WHERE size = :size LIMIT 1", size=size) is None:
        return
    with Stream(path) as file:
        while block := file.read(_HASH_BYTES):
            digest.update(block)
            progress.amount(0, size)  # nothing of it is imported yet, and it may be stopped
    _refuse_known_content(sql, path, digest.hexdigest())


def _refuse_known_content(sql: Sql, path: StrPath, digest: str) -> None:
    if run := sql(_KNOWN, sha256=digest).fetchone():
        raise BadData(path, 0, 0, "this file was imported already, as run {} ({})".format(*run))


def _stem(path: StrPath) -> str:
    """Return a file's name without its ending, and without that of an archive."""
    name, ending = os.path.splitext(os.path.basename(path))
    return _readable(os.path.splitext(name)[0] if ending.lower() in _ARCHIVES else name)


def _readable(name: str) -> str:
    """Return a file's name as text that a database takes, whatever bytes it is made of."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
