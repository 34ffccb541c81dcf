"""The SHA-256 of all that a notebook holds, equal on all databases that hold the same.

For each table, in the order of `TABLES`, its name and a zero byte; then its rows in the order of
their key, in PostgreSQL's binary COPY format: integers and IEEE doubles with the highest byte first,
texts in UTF-8. The content of an attachment stands there by its SHA-256. -0.0 counts as 0.0, because
SQLite keeps no sign of a zero; a NaN, which SQLite cannot hold, counts by its bytes. The table
`document`, which says which programs wrote it, is left out.
"""

from myapp.notebook.copying.copy_format import layouts
from myapp.notebook.copying.row_reader import ByteCount, RowReader
from myapp.notebook.selection import Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from myapp.notebook.sql import Connection

WHOLE = Part(None, None, None, None)
"""Everything in a notebook."""


def digest(
    connection: "Connection",
    part: Part = WHOLE,
    name: str = "the notebook",
    count: ByteCount | None = None,
) -> str:
    """Return the SHA-256 of a part's rows, as hexadecimal digits; `name` is what errors call them.

    `count` reports the bytes that were read. Raise BadData for a value that its column cannot hold.
    """
    reader = RowReader(connection, name, count, signed_zeros=False)
    for layout in layouts():
        reader.hash(layout, part)
    return reader.sha256()
