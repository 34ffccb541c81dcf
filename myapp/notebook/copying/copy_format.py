"""Packs rows in PostgreSQL's binary COPY format, in which they are hashed and sent to a server.

A row is a count of fields (two bytes), then for each field its length in bytes (four; -1 for NULL) and
its value: integers of four or eight bytes and IEEE doubles, the highest byte first, texts in UTF-8
(https://www.postgresql.org/docs/current/sql-copy.html). psycopg packs rows only on their way into a
server, and whole attachments at once; the digest of a file needs the same bytes without one.
"""

import struct
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Integer, LargeBinary, Table

from myapp.notebook.models import metadata
from myapp.notebook.selection import TABLES

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_NULL = b"\xff\xff\xff\xff"
_COUNT, _LENGTH = struct.Struct(">h"), struct.Struct(">i")
_NUMBERS = {"i": struct.Struct(">ii"), "q": struct.Struct(">iq"), "d": struct.Struct(">id")}

Row = Sequence[Any]


class Unpackable(Exception):
    """A value that has no place in its column; `args` are the column's name and the reason."""


class RowLayout:
    """The columns of a table as they are packed, after its model.

    `content` is the column of bytes, which follows the others in pieces; None where there is none.
    `codes` are the other columns' types: the letters of `struct` for numbers, `s` for texts.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.key = ", ".join(column.name for column in table.primary_key.columns)
        contents = [column for column in table.c if isinstance(column.type, LargeBinary)]
        self.content: Column[Any] | None = contents[0] if contents else None
        self.columns = [column for column in table.c if column is not self.content]
        self.names = ", ".join(column.name for column in self.columns)
        self.codes = [_code(column) for column in self.columns]

    @cached_property
    def fixed(self) -> struct.Struct | None:
        """The form of a row of numbers that are never NULL, with count and lengths; None for other rows."""
        sized = self.content is None and all(
            code != "s" and not column.nullable for code, column in zip(self.codes, self.columns, strict=True)
        )
        return struct.Struct(">h" + "".join(f"i{code}" for code in self.codes)) if sized else None

    @property
    def framed(self) -> str:
        """The count, and each column behind its length, so that SQL selects what `fixed` packs."""
        pairs = zip(self.codes, self.columns, strict=True)
        framed = [f"{struct.calcsize(f'>{code}')}, {column.name}" for code, column in pairs]
        return ", ".join([str(len(self.columns)), *framed])

    @property
    def unsigned(self) -> str:
        """The columns, in which -0.0 is 0.0."""
        pairs = zip(self.codes, self.columns, strict=True)
        return ", ".join(f"{column.name} + 0.0" if code == "d" else column.name for code, column in pairs)

    def select(self, columns: str, condition: str) -> str:
        """Return the query of columns of the rows for which a condition is true, in the order of their
        key."""
        return f"SELECT {columns} FROM {self.table.name} WHERE {condition} ORDER BY {self.key}"

    def pack(self, row: Row, *, nul: bool = True) -> bytes:
        """Return a row's bytes, the content's length and bytes left out; raise Unpackable.

        Texts may be str or UTF-8 bytes; with `nul` false one may hold no NUL character.
        """
        parts = [_COUNT.pack(len(self.table.c))]
        for value, code, column in zip(row, self.codes, self.columns, strict=True):
            try:
                parts.append(_packed(value, code, nul))
            except (struct.error, OverflowError, UnicodeError, TypeError) as error:
                raise Unpackable(column.name, _fault(value, code)) from error
        return b"".join(parts)

    def row_name(self, row: Row) -> str:
        """Return what a row is called in errors: its table and key."""
        pairs = zip(self.columns, row, strict=False)
        key = ", ".join(f"{column.name} {value}" for column, value in pairs if column.primary_key)
        return f"the row of {self.table.name} with {key}"


def layouts() -> list[RowLayout]:
    """Return the layouts of all tables that are copied, as `selection.TABLES` lists them."""
    return [RowLayout(metadata.tables[name]) for name in TABLES]


def length_of(size: int) -> bytes:
    """Return the bytes that stand before a value of `size` bytes."""
    return _LENGTH.pack(size)


def _code(column: Column[Any]) -> str:
    if isinstance(column.type, BigInteger):
        return "q"
    if isinstance(column.type, Integer):
        return "i"
    return "d" if isinstance(column.type, Double) else "s"


def _packed(value: Any, code: str, nul: bool) -> bytes:
    if value is None:
        return _NULL
    if code != "s":
        return _NUMBERS[code].pack(_NUMBERS[code].size - _LENGTH.size, value)
    if isinstance(value, bytes):
        value.decode()  # the server would find a text that is not UTF-8 too late to name its row
        data = value
    elif isinstance(value, str):
        data = value.encode()
    else:
        raise TypeError
    if not nul and b"\0" in data:
        raise UnicodeError
    return _LENGTH.pack(len(data)) + data


def _fault(value: Any, code: str) -> str:
    if code == "s" and isinstance(value, bytes | str):
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        if "\0" in text:
            return "a NUL character, which PostgreSQL cannot hold"
        return "letters that are no UTF-8"
    if isinstance(value, int) and code != "s":
        return f"{value}, which is too large for it"
    return f"{value!r:.40}, which is no {'text' if code == 's' else 'number'}"
