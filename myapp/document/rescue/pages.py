"""Reads rows from the pages of a damaged SQLite file without SQLite, each page on its own.

The layout of the pages: https://www.sqlite.org/fileformat2.html
"""

import mmap
import struct
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

Value = int | float | str | bytes | None

TABLE_LEAF, TABLE_INTERIOR, INDEX_LEAF, INDEX_INTERIOR = 13, 5, 10, 2
LEAVES = (TABLE_LEAF, INDEX_LEAF)
INTERIORS = (TABLE_INTERIOR, INDEX_INTERIOR)
SIZES = tuple(1 << power for power in range(9, 17))
SCHEMA_ROOT = 1

_INTEGER_BYTES = (0, 1, 2, 3, 4, 6, 8)
_ROWID_BYTES = 9
"""The longest varint; the last of its bytes counts whole."""


class Row(NamedTuple):
    """A row as it is stored: its rowid (0 in a table without), and its values."""

    rowid: int
    values: tuple[Value, ...]


class Unreadable(Exception):
    """A cell, record or page is not what SQLite writes."""


class Pages:
    """The pages of a file that nobody changes. `visited` are those that belong to a tree that was read.

    `size` is the header's size of a page, or where that is none the one at which the most pages look like a
    part of a table or index.
    """

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content
        self.size = self._page_size()
        reserved = content[20] if len(content) > 20 else 0
        self._usable = self.size - (reserved if reserved <= 32 else 0)
        self.count = -(-len(content) // self.size)
        self.visited: set[int] = set()

    def page(self, number: int) -> bytes:
        """Return a page's content; raise Unreadable where the file has no such page."""
        if not 1 <= number <= self.count:
            raise Unreadable
        return self._content[(number - 1) * self.size : number * self.size].ljust(self.size, b"\0")

    def type_of(self, number: int) -> int:
        """Return the first byte of the header of a page: the type, if it is part of a table or index."""
        return self.page(number)[_start(number)]

    def tree(self, root: int) -> "Tree":
        """Return the table or index at a root page."""
        return Tree(self, root)

    def lost(self) -> Iterator[int]:
        """Yield the leaves that no tree has reached and that are not known to be free."""
        unused = self._free_pages()
        for number in range(1, self.count + 1):
            if number not in self.visited and number not in unused and self.type_of(number) in LEAVES:
                yield number

    def rows(self, number: int) -> tuple[list[Row], int]:
        """Return the rows on a page, and how many of its cells cannot be read."""
        page, start = self.page(number), _start(number)
        type_ = page[start]
        if type_ not in (TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR):
            return [], 0
        rows, unreadable = [], 0
        for place in self._cells(page, start):
            try:
                rows.append(self._row(page, place, type_))
            except (Unreadable, IndexError, struct.error):
                unreadable += 1
        return rows, unreadable

    def children(self, number: int) -> list[int]:
        """Return the pages below a page, [] below a leaf."""
        page, start = self.page(number), _start(number)
        if page[start] not in INTERIORS:
            return []
        places = [*self._cells(page, start), start + 8]
        return [_number(page, place) for place in places if place + 4 <= self._usable]

    def _page_size(self) -> int:
        size = int.from_bytes(self._content[16:18], "big")
        size = 65536 if size == 1 else size
        if size in SIZES and (len(self._content) < size or self._content[_start(1)] in (*LEAVES, *INTERIORS)):
            return size
        votes: Counter[int] = Counter({4096: 1})
        for candidate in SIZES:
            places = range(candidate, len(self._content) - 8, candidate)
            votes[candidate] += sum(self._looks_like_leaf(place, candidate) for place in places)
        return max(votes, key=lambda candidate: (votes[candidate], candidate == size))

    def _looks_like_leaf(self, place: int, size: int) -> bool:
        type_, _free, cells, content = struct.unpack_from(">BHHH", self._content, place)
        return type_ in LEAVES and 0 < cells < size // 4 and 8 + 2 * cells <= content < size

    def _cells(self, page: bytes, start: int) -> list[int]:
        head = start + (12 if page[start] in INTERIORS else 8)
        most = (self._usable - head) // 2
        count = min(int.from_bytes(page[start + 3 : start + 5], "big"), most)
        return [
            place for place in struct.unpack_from(f">{count}H", page, head) if head <= place < self._usable
        ]

    def _row(self, page: bytes, place: int, type_: int) -> Row:
        place += 4 if type_ == INDEX_INTERIOR else 0
        size, place = _varint(page, place)
        rowid = 0
        if type_ == TABLE_LEAF:
            rowid, place = _varint(page, place)
            rowid -= (rowid >> 63) << 64
        return Row(rowid, _values(self._payload(page, place, size, type_ == TABLE_LEAF)))

    def _payload(self, page: bytes, place: int, size: int, in_table: bool) -> bytes:
        """Return a record, which goes on in a chain of overflow pages where it is long."""
        if size > len(self._content):
            raise Unreadable
        most = self._usable - 35 if in_table else (self._usable - 12) * 64 // 255 - 23
        if size <= most:
            return _part(page, place, size)
        least = (self._usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (self._usable - 4)
        local = local if local <= most else least
        parts, left = [_part(page, place, local)], size - local
        number = _number(page, place + local)
        while left > 0:
            overflow = self.page(number)
            self.visited.add(number)
            parts.append(overflow[4 : 4 + min(left, self._usable - 4)])
            left -= self._usable - 4
            number = _number(overflow, 0)
        return b"".join(parts)

    def _free_pages(self) -> set[int]:
        """Return the pages of the freelist, as far as that can be read: deleted rows must not come back."""
        unused: set[int] = set()
        trunk = _number(self._content[32:36], 0) if len(self._content) >= 36 else 0
        while 1 <= trunk <= self.count and trunk not in unused:
            unused.add(trunk)
            page = self.page(trunk)
            count = min(_number(page, 4), self._usable // 4 - 2)
            unused.update(struct.unpack_from(f">{count}I", page, 8))
            trunk = _number(page, 0)
        return unused


class Tree:
    """A table or index: `pages` walks it. Afterwards, `broken` tells whether a part could not be reached."""

    def __init__(self, pages: Pages, root: int) -> None:
        self.broken = False
        self._pages = pages
        self._root = root

    def pages(self) -> Iterator[int]:
        """Yield the numbers of the pages that hold rows, in the order of their keys."""
        pending = [self._root]
        types: tuple[int, ...] = ()
        while pending:
            number = pending.pop()
            try:
                type_ = self._pages.type_of(number)
                types = types or _family(type_)
                if number in self._pages.visited or type_ not in types:
                    raise Unreadable
            except Unreadable:
                self.broken = True
                continue
            self._pages.visited.add(number)
            pending += reversed(self._pages.children(number))
            if type_ != TABLE_INTERIOR:
                yield number


def _family(type_: int) -> tuple[int, ...]:
    families = ((TABLE_LEAF, TABLE_INTERIOR), (INDEX_LEAF, INDEX_INTERIOR))
    return next((family for family in families if type_ in family), ())


def _start(number: int) -> int:
    """Return where a page's own header begins: on the first page after that of the file."""
    return 100 if number == SCHEMA_ROOT else 0


def _part(page: bytes, place: int, size: int) -> bytes:
    if place + size > len(page):
        raise Unreadable
    return page[place : place + size]


def _number(page: bytes, place: int) -> int:
    return int.from_bytes(page[place : place + 4], "big")


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value = 0
    for length in range(1, _ROWID_BYTES):
        byte = content[place]
        place += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place
        if length == _ROWID_BYTES - 1:
            break
    return value << 8 | content[place], place + 1


def _values(record: bytes) -> tuple[Value, ...]:
    end, place = _varint(record, 0)
    if end > len(record):
        raise Unreadable
    types = []
    while place < end:
        type_, place = _varint(record, place)
        types.append(type_)
    values = []
    place = end
    for type_ in types:
        size = _size(type_)
        values.append(_value(type_, _part(record, place, size)))
        place += size
    return tuple(values)


def _size(type_: int) -> int:
    if type_ >= 12:
        return (type_ - 12) // 2
    if type_ in (10, 11):
        raise Unreadable
    return (*_INTEGER_BYTES, 8, 0, 0)[type_]


def _value(type_: int, content: bytes) -> Value:
    if type_ == 0:
        return None
    if type_ == 7:
        (number,) = struct.unpack(">d", content)
        return float(number)
    if type_ < 8:
        return int.from_bytes(content, "big", signed=True)
    if type_ < 10:
        return type_ - 8
    return content if type_ % 2 == 0 else text(content)


def text(content: bytes) -> str | bytes:
    """Return a stored text, or its bytes where they are no UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
