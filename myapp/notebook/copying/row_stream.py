"""Reads the rows of a table, on SQLite or PostgreSQL, as one stream of bytes in the binary COPY format.

Memory does not grow with the rows: PostgreSQL sends them one by one, SQLite is asked for some at a
time, and the content of an attachment is read in pieces.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap
from struct import error as StructError  # noqa: N812  an exception, whatever it is called
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, Row, Select, func, literal_column, select

from myapp.errors import BadData
from myapp.notebook.copying.copy_format import HEADER, TRAILER, Layout, Unpackable
from myapp.schema.driver_errors import translated

BLOCK = 1 << 18
"""Bytes that are handed on at once."""

ROWS = 4096
PIECE = 1 << 22
"""Bytes of an attachment's content that are read at once."""

Adapted = Callable[[ColumnElement[Any]], ColumnElement[Any]]


class RowStream:
    """What one database holds, as streams; `name` is what errors call it.

    With `nul` false a text with a NUL character is refused by table and key, as PostgreSQL needs it.
    """

    def __init__(self, connection: Connection, name: str, *, nul: bool = True) -> None:
        self._connection = connection
        self._name = name
        self._nul = nul
        self._sqlite = connection.dialect.name == "sqlite"

    def blocks(self, layout: Layout, chosen: Select[Any], adapted: Adapted | None = None) -> Iterator[bytes]:
        """Return the chosen rows in the order of their key; `adapted` may change what a column gives."""
        columns = [adapted(column) if adapted else column for column in layout.columns]
        query = chosen.order_by(*layout.key)
        with translated(self._name):
            if not self._sqlite:
                yield from self._copied(query.with_only_columns(*columns, maintain_column_froms=True))
            elif layout.fixed:
                framed = query.with_only_columns(*layout.framed(columns), maintain_column_froms=True)
                yield from self._packed_fixed(layout, framed)
            else:
                framed = query.with_only_columns(*columns, maintain_column_froms=True)
                yield from self._packed(layout, framed)

    def with_contents(
        self, layout: Layout, chosen: Select[Any], *more: ColumnElement[Any]
    ) -> Iterator[tuple[bytes, Row[Any]]]:
        """Return the chosen rows of a table with contents: packed without them, and as they are read.

        The last of a row's values are `more`.
        """
        query = chosen.order_by(*layout.key)
        query = query.with_only_columns(*layout.columns, *more, maintain_column_froms=True)
        width = len(layout.columns)
        with translated(self._name):
            options = {"stream_results": True, "yield_per": 100}
            for row in self._connection.execute(query, execution_options=options):
                yield self._pack(layout, row[:width]), row

    def pieces(self, layout: Layout, key: int, size: int) -> Iterator[bytes]:
        """Return one row's content, in pieces."""
        with translated(self._name):
            yield from (self._sqlite_pieces if self._sqlite else self._server_pieces)(layout, key, size)

    def _copied(self, query: Select[Any]) -> Iterator[bytes]:
        statement = f"COPY ({self._sql(query)}) TO STDOUT (FORMAT binary)"
        with driver(self._connection).cursor().copy(statement) as copy:
            yield from _unframed(copy)

    def _packed_fixed(self, layout: Layout, query: Select[Any]) -> Iterator[bytes]:
        assert layout.fixed
        pack = layout.fixed.pack
        cursor = driver(self._connection).execute(self._sql(query))
        while rows := cursor.fetchmany(ROWS):
            try:
                block = b"".join(starmap(pack, rows))
            except StructError:  # slower, and says which
                block = b"".join(self._pack(layout, row[2::2]) for row in rows)
            yield block

    def _packed(self, layout: Layout, query: Select[Any]) -> Iterator[bytes]:
        raw = driver(self._connection)
        before, raw.text_factory = raw.text_factory, bytes
        try:
            cursor = raw.execute(self._sql(query))
            while rows := cursor.fetchmany(ROWS):
                yield b"".join(self._pack(layout, row) for row in rows)
        finally:
            raw.text_factory = before

    def _pack(self, layout: Layout, row: Sequence[Any]) -> bytes:
        try:
            return layout.pack(row, nul=self._nul)
        except Unpackable as error:
            key = ", ".join(
                f"{column.name} {value}"
                for column, value in zip(layout.columns, row, strict=False)
                if column.primary_key
            )
            column, trouble = error.args
            detail = f"the row of {layout.table.name} with {key} has in {column} {trouble}"
            raise BadData(self._name, 0, 0, detail) from error

    def _sqlite_pieces(self, layout: Layout, key: int, size: int) -> Iterator[bytes]:
        assert layout.content is not None
        raw = driver(self._connection)
        with raw.blobopen(layout.table.name, layout.content.name, key, readonly=True) as blob:
            while piece := blob.read(PIECE):
                yield piece

    def _server_pieces(self, layout: Layout, key: int, size: int) -> Iterator[bytes]:
        for start in range(1, size + 1, PIECE):
            part = select(func.substring(layout.content, start, PIECE)).where(layout.key[0] == key)
            yield bytes(self._connection.execute(part).scalar_one())

    def _sql(self, query: Select[Any]) -> str:
        """Return a query as text; what a selection binds are numbers alone."""
        literal = {"literal_binds": True, "render_postcompile": True}
        return str(query.compile(dialect=self._connection.dialect, compile_kwargs=literal))


def _unframed(messages: Iterable[bytes]) -> Iterator[bytes]:
    """Return what a server sends, in larger blocks, without what stands before and after the rows."""
    pending, start = bytearray(), len(HEADER)
    for data in messages:
        pending += data
        if len(pending) > BLOCK:
            yield bytes(pending[start : -len(TRAILER)])  # what may be the end is no row
            del pending[: -len(TRAILER)]
            start = 0
    yield bytes(pending[start : -len(TRAILER)])


def driver(connection: Connection) -> Any:
    """Return the driver's own connection, in the transaction of SQLAlchemy's."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection


def without_signs_of_zero(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column in which -0.0 is 0.0: SQLite keeps no sign of a zero."""
    return column + literal_column("0.0") if isinstance(column.type, Double) else column
