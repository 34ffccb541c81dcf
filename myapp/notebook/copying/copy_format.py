"""PostgreSQL's binary COPY format, in which rows travel between databases, whatever these are.

A row is a count of fields (two bytes), then for each field its length in bytes (four; -1 for NULL) and
its value: integers of four or eight bytes and IEEE doubles, the highest byte first, texts in UTF-8
(https://www.postgresql.org/docs/current/sql-copy.html). All of a `Layout` follows from the models.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Double, Integer, LargeBinary, Table, literal_column

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_NULL = b"\xff\xff\xff\xff"
_COUNT, _LENGTH = struct.Struct(">h"), struct.Struct(">i")
_NUMBERS = {"i": struct.Struct(">ii"), "q": struct.Struct(">iq"), "d": struct.Struct(">id")}

Row = Sequence[Any]


class Unpackable(Exception):
    """A value that has no place in its column; `args` are the column's name and what is wrong with it."""


class Layout:
    """How the rows of a table are written: its columns in order, without what `content` is.

    `content` is the column of bytes, which travels in pieces after the others; None where there is none.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.key = list(table.primary_key.columns)
        contents = [column for column in table.c if isinstance(column.type, LargeBinary)]
        self.content: Column[Any] | None = contents[0] if contents else None
        self.columns = [column for column in table.c if column is not self.content]
        self.kinds = [_kind(column) for column in self.columns]
        self.fields = len(table.c)

    @cached_property
    def fixed(self) -> struct.Struct | None:
        """The form of a whole row of numbers that are never NULL; None for other rows."""
        sized = self.content is None and all(
            kind != "s" and not column.nullable for kind, column in zip(self.kinds, self.columns, strict=True)
        )
        return struct.Struct(">h" + "".join(f"i{kind}" for kind in self.kinds)) if sized else None

    def framed(self, columns: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """Return the columns between the counts and lengths that stand before them in a fixed row."""
        framed: list[ColumnElement[Any]] = [literal_column(str(self.fields))]
        for kind, column in zip(self.kinds, columns, strict=True):
            framed += [literal_column(str(_NUMBERS[kind].size - 4)), column]
        return framed

    def pack(self, row: Row, *, nul: bool = True) -> bytes:
        """Return a row's bytes, the content's length and bytes left out; raise Unpackable.

        Texts may be str or UTF-8 bytes; with `nul` false one may hold no NUL character.
        """
        parts = [_COUNT.pack(self.fields)]
        for value, kind, column in zip(row, self.kinds, self.columns, strict=True):
            try:
                parts.append(_packed(value, kind, nul))
            except (struct.error, OverflowError, UnicodeError, TypeError) as error:
                raise Unpackable(column.name, _trouble(value, kind)) from error
        return b"".join(parts)

    def unpack(self, data: memoryview, at: int) -> tuple[list[Any], int] | None:
        """Return a row's values and where the next one begins, None where the data ends within it."""
        row: list[Any] = []
        at += _COUNT.size
        for kind in self.kinds:
            if at + 4 > len(data):
                return None
            length = _LENGTH.unpack_from(data, at)[0]
            at += 4
            end = at + max(length, 0)
            if end > len(data):
                return None
            row.append(_unpacked(data[at:end], kind) if length >= 0 else None)
            at = end
        return row, at


def length_of(size: int) -> bytes:
    """Return what stands before a value of so many bytes."""
    return _LENGTH.pack(size)


def rows_of(layout: Layout, blocks: Iterable[bytes]) -> Iterator[list[Row]]:
    """Return the rows of a stream, wherever it is cut, in lists; fixed ones with counts and lengths."""
    rest = b""
    for block in blocks:
        data = rest + block
        rows, end = _fixed_rows(layout.fixed, data) if layout.fixed else _other_rows(layout, data)
        rest = data[end:]
        yield rows
    assert not rest, "a stream of rows ended within one"


def _fixed_rows(form: struct.Struct, data: bytes) -> tuple[list[Row], int]:
    end = len(data) - len(data) % form.size
    return list(form.iter_unpack(memoryview(data)[:end])), end


def _other_rows(layout: Layout, data: bytes) -> tuple[list[Row], int]:
    rows: list[Row] = []
    view, at = memoryview(data), 0
    while at + _COUNT.size <= len(view) and (found := layout.unpack(view, at)):
        row, at = found
        rows.append(row)
    return rows, at


def _kind(column: Column[Any]) -> str:
    if isinstance(column.type, BigInteger):
        return "q"
    if isinstance(column.type, Integer):
        return "i"
    return "d" if isinstance(column.type, Double) else "s"


def _packed(value: Any, kind: str, nul: bool) -> bytes:
    if value is None:
        return _NULL
    if kind != "s":
        return _NUMBERS[kind].pack(_NUMBERS[kind].size - 4, value)
    if isinstance(value, bytes):
        value.decode()  # a text that is none would be found by the server, too late to say which
        data = value
    else:
        data = value.encode()
    if not nul and b"\0" in data:
        raise UnicodeError
    return _LENGTH.pack(len(data)) + data


def _unpacked(data: memoryview, kind: str) -> Any:
    if kind == "s":
        return str(data, "utf-8")
    return struct.unpack(f">{kind}", data)[0]


def _trouble(value: Any, kind: str) -> str:
    if kind == "s" and isinstance(value, bytes | str):
        text = value if isinstance(value, str) else value.decode("utf-8", "replace")
        if "\0" in text:
            return "a NUL character, which PostgreSQL cannot hold"
        return "letters that are no UTF-8"
    if isinstance(value, int):
        return f"{value}, which is too large for it"
    return f"{value!r:.40}, which is no {'text' if kind == 's' else 'number'}"
