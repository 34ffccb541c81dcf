"""Attachments: files stored with runs in pieces, and verified by a digest when they are written out.

SQLite reads and writes a part of a value; PostgreSQL puts pieces together and cuts them on the server,
so that this program's memory does not grow with the file either way.
"""

import hashlib
import os
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection, LargeBinary, bindparam, delete, func, insert, select, text, update

from myapp.errors import BadData, Damaged, NotFound, StrPath, UsageError
from myapp.notebook.lookup import find
from myapp.notebook.models import metadata

Progress = Callable[[int, int], None]

SIZE_LIMIT = 500_000_000
"""The largest file that is taken, in bytes: half of what a value may have in either database."""

PIECE_BYTES = 1 << 20
_SERVER_PIECE_BYTES = 1 << 23
"""PostgreSQL may unpack the whole value for every piece of it: few large ones."""

_ATTACHMENTS = metadata.tables["attachments"]
_RESERVED = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}


@dataclass(frozen=True)
class Kept:
    """An attachment as it was recorded; `size` is in bytes."""

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
) -> Kept:
    """Keep a file with a run, under its name without folders; the caller commits or rolls back.

    `progress` is called with (bytes done, bytes in all), `now_us` is the time in UTC microseconds. Raise
    NotFound or UsageError for a run that is none, UsageError for a name that the run has already, a
    file that is too large or no file, BadData where the file changes meanwhile, OSError.
    """
    run_id, name = find(connection, run), _name_of(path)
    if os.path.exists(path) and not os.path.isfile(path):  # to open a pipe would be to wait for it
        raise UsageError(f"{os.fspath(path)!r} is no file")
    with open(path, "rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        _refuse(connection, run_id, name, size)
        moment = time.time_ns() // 1000 if now_us is None else now_us
        row = {"run_id": run_id, "name": name, "sha256": "", "size": size, "added_at": moment}
        taken = _Pieces(path, stream, size, progress)
        store = _store_in_sqlite if connection.dialect.name == "sqlite" else _store_on_server
        made = store(connection, row, taken)
    digest = taken.sha256()
    connection.execute(update(_ATTACHMENTS).where(_ATTACHMENTS.c.id == made).values(sha256=digest))
    return Kept(made, run_id, name, digest, size)


def kept(connection: Connection, run: int | str, name: str) -> Kept:
    """Return what is known of a run's attachment; raise NotFound where there is none of this name."""
    run_id = find(connection, run)
    columns = (_ATTACHMENTS.c[column] for column in ("id", "run_id", "name", "sha256", "size"))
    query = select(*columns).where(_ATTACHMENTS.c.run_id == run_id)
    wanted = unicodedata.normalize("NFC", name)
    for row in connection.execute(query):
        if row.name in (name, wanted):
            return Kept(*row)
    raise NotFound(f"an attachment {name!r} of run {run_id}", f"list them with `myapp show … {run_id}`")


def write_out(
    connection: Connection, attachment: Kept, stream: BinaryIO, *, progress: Progress | None = None
) -> None:
    """Write an attachment's content to a stream; raise Damaged where it is not what was recorded."""
    digest, done = hashlib.sha256(), 0
    read = _read_from_sqlite if connection.dialect.name == "sqlite" else _read_from_server
    for piece in read(connection, attachment):
        digest.update(piece)
        done += len(piece)
        stream.write(piece)
        if progress:
            progress(done, attachment.size)
    if (digest.hexdigest(), done) != (attachment.sha256, attachment.size):
        raise Damaged("the document", f"the attachment {attachment.name!r} is not what was kept")


def remove(connection: Connection, attachment: Kept) -> None:
    """Take an attachment out of the notebook; the caller commits."""
    connection.execute(delete(_ATTACHMENTS).where(_ATTACHMENTS.c.id == attachment.id))


def is_plain_name(name: str) -> bool:
    """Whether a name, which anybody may have written, names a file in a folder and nothing else anywhere.

    No path, no device of Windows, no stream of a file, nothing that cannot be printed or typed.
    """
    stem = name.partition(".")[0].strip().lower()
    return (
        bool(name)
        and name.isprintable()
        and not any(character in '/\\:*?"<>|' for character in name)
        and name == name.strip()
        and not name.endswith(".")
        and stem not in _RESERVED
        and len(name.encode("utf-8", "surrogatepass")) <= 255
    )


class _Pieces:
    """A file's content in pieces, counted and hashed while they pass."""

    def __init__(self, path: StrPath, stream: BinaryIO, size: int, progress: Progress | None) -> None:
        self._path = path
        self._stream = stream
        self._size = size
        self._progress = progress or (lambda done, total: None)
        self._hash = hashlib.sha256()
        self._done = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._stream.read(PIECE_BYTES):
            self._hash.update(piece)
            self._done += len(piece)
            if self._done > self._size:
                break
            self._progress(self._done, self._size)
            yield piece
        if self._done != self._size:
            raise BadData(self._path, 0, 0, "the file changed while it was read")

    def sha256(self) -> str:
        """Return the digest of what has passed."""
        return self._hash.hexdigest()


def _name_of(path: StrPath) -> str:
    name = os.path.basename(os.fspath(path)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    name = unicodedata.normalize("NFC", name)
    if not is_plain_name(name):
        raise UsageError(f"{name!r} cannot be a file's name everywhere: rename the file first")
    return name


def _refuse(connection: Connection, run_id: int, name: str, size: int) -> None:
    if size > SIZE_LIMIT:
        raise UsageError(f"{name!r} has {size} bytes: an attachment may have {SIZE_LIMIT}")
    same = (_ATTACHMENTS.c.run_id == run_id) & (_ATTACHMENTS.c.name == name)
    if connection.execute(select(func.count()).select_from(_ATTACHMENTS).where(same)).scalar_one():
        raise UsageError(f"run {run_id} has an attachment {name!r} already: detach it, or rename the file")


def _store_in_sqlite(connection: Connection, row: dict[str, object], pieces: _Pieces) -> int:
    empty = insert(_ATTACHMENTS).values(**row, content=func.zeroblob(row["size"]))
    made = int(connection.execute(empty).inserted_primary_key[0])  # type: ignore[index]  # the table has a key
    driver = connection.connection.driver_connection
    with driver.blobopen("attachments", "content", made) as blob:  # type: ignore[union-attr]
        for piece in pieces:
            blob.write(piece)
    return made


def _store_on_server(connection: Connection, row: dict[str, object], pieces: _Pieces) -> int:
    """Send pieces into a table of this session, and have them put together there."""
    connection.execute(text("CREATE TEMPORARY TABLE IF NOT EXISTS attached_pieces (n int, piece bytea)"))
    connection.execute(text("TRUNCATE attached_pieces"))
    send = text("INSERT INTO attached_pieces VALUES (:n, :piece)").bindparams(
        bindparam("piece", type_=LargeBinary)
    )
    for number, piece in enumerate(pieces):
        connection.execute(send, {"n": number, "piece": piece})
    together = text("(SELECT coalesce(string_agg(piece, '' ORDER BY n), '') FROM attached_pieces)")
    made = connection.execute(
        insert(_ATTACHMENTS).values(**row, content=together).returning(_ATTACHMENTS.c.id)
    ).scalar_one()
    connection.execute(text("DROP TABLE attached_pieces"))
    return int(made)


def _read_from_sqlite(connection: Connection, attachment: Kept) -> Iterator[bytes]:
    driver = connection.connection.driver_connection
    with driver.blobopen("attachments", "content", attachment.id, readonly=True) as blob:  # type: ignore[union-attr]
        while piece := blob.read(PIECE_BYTES):
            yield piece


def _read_from_server(connection: Connection, attachment: Kept) -> Iterator[bytes]:
    cut = text("SELECT substring(content FROM :first FOR :count) FROM attachments WHERE id = :id")
    for first in range(1, attachment.size + 1, _SERVER_PIECE_BYTES):
        wanted = {"first": first, "count": _SERVER_PIECE_BYTES, "id": attachment.id}
        yield bytes(connection.execute(cut, wanted).scalar_one())
