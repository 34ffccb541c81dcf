"""A SHA-256 of all that a notebook holds, which is the same on every database that holds the same.

For each table, in the order of `Chosen.rows`, its name and a zero byte; then its rows in the order of
their key, in PostgreSQL's binary COPY format: integers and IEEE doubles with the highest byte first,
texts in UTF-8. The content of an attachment stands there by its SHA-256. -0.0 counts as 0.0, of which
SQLite keeps no sign; a NaN, which SQLite cannot hold, counts by its bytes. The table `document`, which
says which programs wrote it, is left out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, func

from myapp.notebook.copying.copy_format import Layout, length_of
from myapp.notebook.copying.row_stream import RowStream, without_signs_of_zero
from myapp.notebook.models import metadata
from myapp.notebook.selection import Chosen

WHOLE = Chosen(None, None, None, None)
"""All that there is."""


class Digest:
    """A digest under way: takes tables and rows in their order, and hands on what passes."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()

    def begin(self, table: str) -> None:
        """Take that the rows of a table follow."""
        self._whole.update(table.encode() + b"\0")

    def rows(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Take rows, cut anywhere, in which -0.0 is 0.0."""
        for block in blocks:
            self._whole.update(block)
            yield block

    def content(self, packed: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Take a row and then the pieces of its content."""
        content = hashlib.sha256()
        for piece in pieces:
            content.update(piece)
            yield piece
        self.hashed(packed, content.digest())

    def hashed(self, packed: bytes, sha256: bytes) -> None:
        """Take a row whose content somebody else has hashed."""
        self._whole.update(packed + length_of(len(sha256)) + sha256)

    def hexadecimal(self) -> str:
        """Return what came out."""
        return self._whole.hexdigest()


def digest(connection: Connection, chosen: Chosen = WHOLE, name: str = "the notebook") -> str:
    """Return the SHA-256 of the chosen rows, as hexadecimal digits; `name` is what errors call them."""
    made = Digest()
    stream = RowStream(connection, name)
    for table, query in chosen.rows().items():
        made.begin(table)
        layout = Layout(metadata.tables[table])
        if layout.content is None:
            _run(made.rows(stream.blocks(layout, query, without_signs_of_zero)))
        elif connection.dialect.name == "postgresql":  # it reckons by itself, and sends no content
            for packed, row in stream.with_contents(layout, query, func.sha256(layout.content)):
                made.hashed(packed, bytes(row[-1]))
        else:
            _add_contents(made, stream, layout, query)
    return made.hexadecimal()


def _add_contents(made: Digest, stream: RowStream, layout: Layout, query: Select[Any]) -> None:
    for packed, row in stream.with_contents(layout, query, func.length(layout.content)):
        _run(made.content(packed, stream.pieces(layout, row[0], row[-1])))


def _run(blocks: Iterator[bytes]) -> None:
    for _block in blocks:
        pass
