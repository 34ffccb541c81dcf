"""Attachments: stores files with runs and writes them out again, in pieces and verified by digest.

SQLite reads and writes a part of a value; PostgreSQL joins and cuts pieces on the server. So memory does
not grow with the file.
"""

from __future__ import annotations

import hashlib
import os
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from myapp.descriptors import Stream
from myapp.errors import BadData, Damaged, NotFound, StrPath, UsageError
from myapp.notebook.lookup import find_run
from myapp.notebook.sql import Sql
from myapp.progress import Progress
from myapp.schema.windows import DEVICES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

SIZE_LIMIT = 500_000_000
"""The largest attachment in bytes: half of the largest value of either database."""

_PIECE_BYTES = 1 << 20
_SERVER_PIECE_BYTES = 1 << 23
"""Few and large: PostgreSQL may unpack the whole value for every piece of it."""

_NEW = """
    INSERT INTO attachments (run_id, name, sha256, size, added_at, content)
    SELECT :run, :name, '', CAST(:size AS bigint), CAST(:added_at AS bigint), {content} RETURNING id
"""


@dataclass(frozen=True)
class Attachment:
    """A file that is stored with a run, without its content; `size` is in bytes."""

    id: int
    run_id: int
    name: str
    sha256: str
    size: int


def attach(
    connection: Connection,
    run: int | str,
    path: StrPath,
    *,
    progress: Progress | None = None,
    now_us: int | None = None,
) -> Attachment:
    """Store a file with a run, under its name without folders; the caller commits or rolls back.

    `progress` receives the bytes and may raise Cancelled; `now_us` is the time in UTC microseconds.
    Raise NotFound or UsageError for a run that does not exist, UsageError for a name that the run has
    already, a file that is too large or no file, BadData where the file changes meanwhile, OSError.
    """
    sql = Sql(connection)
    run_id, name = find_run(sql, run), _name_of(path)
    if os.path.exists(path) and not os.path.isfile(path):  # opening a pipe would wait for its writer
        raise UsageError(f"{os.fspath(path)!r} is no file")
    with Stream(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        _refuse(sql, run_id, name, size)
        added_at = time.time_ns() // 1000 if now_us is None else now_us
        row = {"run": run_id, "name": name, "size": size, "added_at": added_at}
        pieces = _FilePieces(path, stream, size, progress or Progress())
        store = _store_in_sqlite if sql.dialect == "sqlite" else _store_on_server
        attachment_id = store(sql, row, pieces)
    digest = pieces.sha256()
    sql("UPDATE attachments SET sha256 = :sha256 WHERE id = :id", sha256=digest, id=attachment_id)
    return Attachment(attachment_id, run_id, name, digest, size)


def find_attachment(connection: Connection, run: int | str, name: str) -> Attachment:
    """Return a run's attachment, without its content; raise NotFound where there is none of this name."""
    sql, composed = Sql(connection), unicodedata.normalize("NFC", name)
    run_id = find_run(sql, run)
    query = "SELECT id, run_id, name, sha256, size FROM attachments WHERE run_id = :run"
    for attachment in (Attachment(*row) for row in sql(query, run=run_id)):
        if attachment.name in (name, composed):
            return attachment
    raise NotFound(f"an attachment {name!r} of run {run_id}", "`show` lists them")


def write_content(
    connection: Connection, attachment: Attachment, stream: BinaryIO, *, progress: Progress | None = None
) -> None:
    """Write an attachment's content to a stream; raise Damaged unless size and digest are the stored ones.

    `progress` receives the bytes and may raise Cancelled.
    """
    progress, digest, done = progress or Progress(), hashlib.sha256(), 0
    sql = Sql(connection)
    read = _read_from_sqlite if sql.dialect == "sqlite" else _read_from_server
    for piece in read(sql, attachment):
        digest.update(piece)
        done += len(piece)
        stream.write(piece)
        progress.amount(done, attachment.size)
    if (digest.hexdigest(), done) != (attachment.sha256, attachment.size):
        raise Damaged("the document", f"the attachment {attachment.name!r} is not the one that was stored")


def remove(connection: Connection, attachment: Attachment) -> None:
    """Delete an attachment; the caller commits."""
    Sql(connection)("DELETE FROM attachments WHERE id = :id", id=attachment.id)


def is_plain_name(name: str) -> bool:
    """Whether a name from a document is a plain file name on every system.

    A path, a device or a file's stream on Windows, and what cannot be printed or typed are not plain.
    """
    stem = name.partition(".")[0].strip().lower()
    return (
        bool(name)
        and name.isprintable()
        and not any(character in '/\\:*?"<>|' for character in name)
        and name == name.strip()
        and not name.endswith(".")
        and stem not in DEVICES
        and len(name.encode("utf-8", "surrogatepass")) <= 255
    )


class _FilePieces:
    """A file's content in pieces, which are counted and hashed while they are read."""

    def __init__(self, path: StrPath, stream: BinaryIO, size: int, progress: Progress) -> None:
        self._path = path
        self._stream = stream
        self._size = size
        self._progress = progress
        self._hash = hashlib.sha256()
        self._done = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(_PIECE_BYTES):
            self._hash.update(piece)
            self._done += len(piece)
            if self._done > self._size:
                break
            self._progress.amount(self._done, self._size)
            yield piece
        if self._done != self._size:
            raise BadData(self._path, 0, 0, "the file changed while it was read")

    def sha256(self) -> str:
        """Return the digest of the pieces that were read."""
        return self._hash.hexdigest()


def _name_of(path: StrPath) -> str:
    name = os.path.basename(os.fspath(path)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    name = unicodedata.normalize("NFC", name)
    if not is_plain_name(name):
        raise UsageError(f"{name!r} cannot be a file's name everywhere: rename the file first")
    return name


def _refuse(sql: Sql, run_id: int, name: str, size: int) -> None:
    if size > SIZE_LIMIT:
        raise UsageError(f"{name!r} has {size} bytes: an attachment may have {SIZE_LIMIT}")
    same_name = "SELECT id FROM attachments WHERE run_id = :run AND name = :name"
    if sql.value(same_name, run=run_id, name=name) is not None:
        raise UsageError(f"run {run_id} has an attachment {name!r} already: detach it, or rename the file")


def _store_in_sqlite(sql: Sql, row: dict[str, object], pieces: _FilePieces) -> int:
    attachment = int(sql.value(_NEW.format(content="zeroblob(:size)"), **row))
    with sql.driver.blobopen("attachments", "content", attachment) as blob:
        for piece in pieces:
            blob.write(piece)
    return attachment


def _store_on_server(sql: Sql, row: dict[str, object], pieces: _FilePieces) -> int:
    """Send pieces into a temporary table, and join them on the server."""
    sql("CREATE TEMPORARY TABLE IF NOT EXISTS attached_pieces (n int, piece bytea)")
    sql("TRUNCATE attached_pieces")
    for number, piece in enumerate(pieces):
        sql("INSERT INTO attached_pieces VALUES (:n, :piece)", n=number, piece=piece)
    joined = "coalesce(string_agg(piece, '' ORDER BY n), '') FROM attached_pieces"
    attachment = int(sql.value(_NEW.format(content=joined), **row))
    sql("DROP TABLE attached_pieces")
    return attachment


def _read_from_sqlite(sql: Sql, attachment: Attachment) -> Iterator[bytes]:
    with sql.driver.blobopen("attachments", "content", attachment.id, readonly=True) as blob:
        while piece := blob.read(_PIECE_BYTES):
            yield piece


def _read_from_server(sql: Sql, attachment: Attachment) -> Iterator[bytes]:
    cut = "SELECT substring(content FROM :first FOR :count) FROM attachments WHERE id = :id"
    for first in range(1, attachment.size + 1, _SERVER_PIECE_BYTES):
        yield bytes(sql.value(cut, first=first, count=_SERVER_PIECE_BYTES, id=attachment.id))
