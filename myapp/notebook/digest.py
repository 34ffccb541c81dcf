"""A SHA-256 of all that a notebook holds, which is the same on every database that holds the same.

For each table, in the order of `Chosen.rows`, its name and a zero byte; then its rows in the order of
their key, in PostgreSQL's binary COPY format: integers and IEEE doubles with the highest byte first,
texts in UTF-8. The content of an attachment stands there by its SHA-256. -0.0 counts as 0.0, of which
SQLite keeps no sign; a NaN, which SQLite cannot hold, counts by its bytes. The table `document`, which
says which programs wrote it, is left out.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func

from myapp.notebook.copy_format import Layout, length_of
from myapp.notebook.models import metadata
from myapp.notebook.row_stream import RowStream, without_signs_of_zero
from myapp.notebook.selection import Chosen

WHOLE = Chosen(None, None, None, None)
"""All that there is."""


def digest(connection: Connection, chosen: Chosen = WHOLE, name: str = "the notebook") -> str:
    """Return the SHA-256 of the chosen rows, as hexadecimal digits; `name` is what errors call them."""
    whole = hashlib.sha256()
    stream = RowStream(connection, name)
    for table, query in chosen.rows().items():
        whole.update(table.encode() + b"\0")
        layout = Layout(metadata.tables[table])
        read = _with_contents if layout.content is not None else _plain
        for block in read(stream, layout, query, connection.dialect.name):
            whole.update(block)
    return whole.hexdigest()


def _plain(stream: RowStream, layout: Layout, query: Select[Any], _dialect: str) -> Iterator[bytes]:
    return stream.blocks(layout, query, without_signs_of_zero)


def _with_contents(stream: RowStream, layout: Layout, query: Select[Any], dialect: str) -> Iterator[bytes]:
    assert layout.content is not None
    if dialect == "postgresql":  # let the server reckon: nothing is sent
        for packed, row in stream.with_contents(layout, query, func.sha256(layout.content)):
            yield packed + length_of(32) + bytes(row[-1])
        return
    for packed, row in stream.with_contents(layout, query, func.length(layout.content)):
        content = hashlib.sha256()
        for piece in stream.pieces(layout, row[0], row[-1]):
            content.update(piece)
        yield packed + length_of(32) + content.digest()
