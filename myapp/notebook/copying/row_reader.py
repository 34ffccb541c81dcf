"""Reads the rows of a table from SQLite or PostgreSQL: as values, or packed in the binary COPY format.

Memory does not grow with the rows: both databases are asked for some at a time, and the content of an
attachment is read in pieces. Whoever iterates closes the generator, also where the iteration fails: one that
is suspended within a COPY holds its connection's lock, and the rollback would wait for it for ever.
"""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import starmap
from struct import error as StructError  # noqa: N812  an exception, whatever it is called

from myapp.errors import BadData
from myapp.notebook.copying.copy_format import HEADER, TRAILER, Row, RowLayout, Unpackable, length_of
from myapp.notebook.selection import Part
from myapp.notebook.sql import ROWS, Sql
from myapp.progress import Progress
from myapp.schema.driver_errors import translated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

BLOCK = 1 << 18
"""Bytes of packed rows that are handed on at once."""

LENGTH = "length(content)"

_ROWS_WITH_CONTENTS = 100

PIECE = 1 << 22
"""Bytes of an attachment's content that are read at once."""


class ByteCount:
    """Counts the bytes that were read, and reports them to a progress, which may raise Cancelled."""

    def __init__(self, progress: Progress | None = None, total: int = 0) -> None:
        self._progress = progress or Progress()
        self._total = total
        self._done = 0

    def add(self, size: int) -> None:
        """Report that `size` more bytes were read."""
        self._done += size
        self._progress.amount(min(self._done, self._total), self._total)

    def finish(self) -> None:
        """Report that all bytes were read: a server hashes some by itself, and the total is an estimate."""
        self._progress.amount(self._total, self._total)


class RowReader:
    """Reads one database, in the order of each table's key; `name` is what errors call it.

    Whatever is read packed goes into a digest (see digest.py). With `nul` false a text with a NUL
    character is refused by table and key, as PostgreSQL needs it. With `signed_zeros` false -0.0 is
    packed as 0.0; SQLite never has it.
    """

    def __init__(
        self,
        connection: "Connection",
        name: str,
        count: ByteCount | None = None,
        *,
        nul: bool = True,
        signed_zeros: bool = True,
    ) -> None:
        self._sql = Sql(connection)
        self.name = name
        self._count = count or ByteCount()
        self._nul = nul
        self._signed_zeros = signed_zeros
        self._sqlite = self._sql.dialect == "sqlite"
        self._digest = hashlib.sha256()

    def rows(self, layout: RowLayout, part: Part) -> Generator[list[Row], None, None]:
        """Yield a query's rows of a table without contents, as lists of values."""
        row_bytes = layout.fixed.size if layout.fixed else 0
        with translated(self.name), closing(self._sql.cursor()) as cursor:
            cursor.execute(*self._statement(layout, part, layout.names))
            while rows := cursor.fetchmany(ROWS):
                yield rows
                self._count.add(row_bytes * len(rows))

    def packed(self, layout: RowLayout, part: Part) -> Generator[bytes, None, None]:
        """Yield a query's rows as one stream of bytes, cut anywhere, and put them into the digest."""
        self._begin(layout)
        if layout.content is not None:
            yield from self._packed_with_contents(layout, part)
            return
        with translated(self.name), closing(self._blocks(layout, part)) as blocks:
            for block in blocks:
                self._digest.update(block)
                yield block
                self._count.add(len(block))

    def _packed_with_contents(self, layout: RowLayout, part: Part) -> Iterator[bytes]:
        with closing(self.with_contents(layout, part, LENGTH)) as rows:
            for packed, row in rows:
                yield packed + length_of(row[-1])
                content = hashlib.sha256()
                with closing(self.pieces(layout, row[0], row[-1])) as pieces:
                    for piece in pieces:
                        content.update(piece)
                        yield piece
                self._add_with_content(packed, content.digest())

    def hash(self, layout: RowLayout, part: Part) -> None:
        """Put a query's rows into the digest; a server hashes contents by itself and sends none."""
        if layout.content is None or self._sqlite:
            with closing(self.packed(layout, part)) as blocks:
                for _block in blocks:
                    pass
            return
        self._begin(layout)
        with closing(self.with_contents(layout, part, "sha256(content)")) as rows:
            for packed, row in rows:
                self._add_with_content(packed, bytes(row[-1]))
                self._count.add(len(packed))

    def sha256(self) -> str:
        """Return the digest of all tables that were read packed, as hexadecimal digits."""
        return self._digest.hexdigest()

    def with_contents(
        self, layout: RowLayout, part: Part, more: str
    ) -> Generator[tuple[bytes, Row], None, None]:
        """Yield each row of a table with contents: packed without its content, and as values.

        The last value is that of `more`.
        """
        statement, values = self._statement(layout, part, f"{layout.names}, {more}")
        with translated(self.name), closing(self._sql.cursor()) as cursor:
            cursor.execute(statement, values)
            while rows := cursor.fetchmany(_ROWS_WITH_CONTENTS):
                for row in rows:
                    yield self._pack(layout, row[:-1]), row

    def pieces(self, layout: RowLayout, key: int, size: int) -> Generator[bytes, None, None]:
        """Yield the content of one row in pieces."""
        read = self._sqlite_pieces if self._sqlite else self._server_pieces
        with translated(self.name), closing(read(layout, key, size)) as pieces:
            for piece in pieces:
                yield piece
                self._count.add(len(piece))

    def _begin(self, layout: RowLayout) -> None:
        self._digest.update(layout.table.name.encode() + b"\0")

    def _add_with_content(self, packed: bytes, sha256: bytes) -> None:
        self._digest.update(packed + length_of(len(sha256)) + sha256)

    def _blocks(self, layout: RowLayout, part: Part) -> Generator[bytes, None, None]:
        if not self._sqlite:
            return self._copied(layout, part)
        return self._packed_fixed(layout, part) if layout.fixed else self._packed_one_by_one(layout, part)

    def _copied(self, layout: RowLayout, part: Part) -> Generator[bytes, None, None]:
        columns = layout.names if self._signed_zeros else layout.unsigned
        # the driver writes the values into the text of a COPY
        query, values = self._statement(layout, part, columns)
        with self._sql.driver.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT binary)", values) as copy:
            yield from _without_frame(copy)

    def _packed_fixed(self, layout: RowLayout, part: Part) -> Generator[bytes, None, None]:
        assert layout.fixed
        pack = layout.fixed.pack
        cursor = self._sql.driver.execute(*self._statement(layout, part, layout.framed))
        while rows := cursor.fetchmany(ROWS):
            try:
                block = b"".join(starmap(pack, rows))
            except StructError:  # one by one is slower, and names the row
                block = b"".join(self._pack(layout, row[2::2]) for row in rows)
            yield block

    def _packed_one_by_one(self, layout: RowLayout, part: Part) -> Generator[bytes, None, None]:
        raw = self._sql.driver
        before, raw.text_factory = raw.text_factory, bytes
        try:
            cursor = raw.execute(*self._statement(layout, part, layout.names))
            while rows := cursor.fetchmany(ROWS):
                yield b"".join(self._pack(layout, row) for row in rows)
        finally:
            raw.text_factory = before

    def _pack(self, layout: RowLayout, row: Row) -> bytes:
        try:
            return layout.pack(row, nul=self._nul)
        except Unpackable as error:
            column, fault = error.args
            raise BadData(self.name, 0, 0, f"{layout.row_name(row)} has in {column} {fault}") from error

    def _sqlite_pieces(self, layout: RowLayout, key: int, _size: int) -> Generator[bytes, None, None]:
        assert layout.content is not None
        with self._sql.driver.blobopen(layout.table.name, layout.content.name, key, readonly=True) as blob:
            while piece := blob.read(PIECE):
                yield piece

    def _server_pieces(self, layout: RowLayout, key: int, size: int) -> Generator[bytes, None, None]:
        piece = f"SELECT substring(content FROM :start FOR :count) FROM {layout.table.name} WHERE id = :id"
        for start in range(1, size + 1, PIECE):
            yield bytes(self._sql.value(piece, start=start, count=PIECE, id=key))

    def _statement(self, layout: RowLayout, part: Part, columns: str) -> tuple[str, dict[str, object]]:
        """Return the query of a table's rows in the part, as the driver takes it, and its values."""
        condition = part.conditions(self._sql.dialect)[layout.table.name]
        return self._sql.spelled(layout.select(columns, condition)), part.values


def _without_frame(messages: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the rows of a server's COPY in larger blocks, without its header and trailer."""
    pending, start = bytearray(), len(HEADER)
    for data in messages:
        pending += data
        if len(pending) > BLOCK:
            yield bytes(pending[start : -len(TRAILER)])  # the last bytes may be the trailer
            del pending[: -len(TRAILER)]
            start = 0
    yield bytes(pending[start : -len(TRAILER)])
