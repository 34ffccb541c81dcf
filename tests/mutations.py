"""Makes damaged documents, each by a number: the same number and SQLite make the same bytes again."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

REVISIONS = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]
FIELDS = {
    16: 2, 18: 1, 19: 1, 20: 1, 21: 1, 22: 1, 23: 1, 24: 4, 28: 4, 32: 4, 36: 4, 40: 4, 44: 4, 48: 4, 52: 4,
    56: 4, 60: 4, 64: 4, 68: 4, 72: 4, 92: 4, 96: 4,
}  # fmt: skip
"""The header's fields and their sizes: https://www.sqlite.org/fileformat2.html#the_database_header"""

NUMBERS = [0, 1, 2, 3, 4, 5, 9, 100, 255, 4096, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1]
WORDS = [
    b"CREATE", b"TABLE", b"INDEX", b"TRIGGER", b"VIRTUAL", b"INTEGER", b"TEXT", b"NOT NULL", b"PRIMARY KEY",
    b"WITHOUT ROWID", b"fts5", b"alembic_version", b"version_num", b"runs", b"readings", b"UNIQUE", b"CHECK",
    b"FOREIGN KEY", b"unicode61", b"title", b"(", b")", b",", b"BEGIN", b"END", b"table", b"index",
]  # fmt: skip
VALUES = [
    "NULL", "x'ff00fe'", "CAST(x'c328ff' AS TEXT)", "9223372036854775807", "-9223372036854775808", "9e999",
    "-9e999", "1.5", "''", "'text'", "zeroblob(300)", "'a' || char(0) || 'b'", "char(27, 10, 13, 8238)",
    "replace(hex(zeroblob(99)), '00', 'long ')",
]  # fmt: skip
"""What SQL puts into columns of any type, since SQLite's types are only advice."""

Content = bytearray
Change = Callable[[random.Random, Content], None]


@dataclass(frozen=True)
class Mutation:
    """One damaged document: its number, the revision of the kept document it derives from, and the damage."""

    number: int
    revision: str
    done: tuple[str, ...]
    path: Path

    def __str__(self) -> str:
        return f"mutation {self.number} of {self.revision} ({', '.join(self.done)})"


def make(number: int, documents: Path, folder: Path) -> Mutation:
    """Write the damaged document of a number into a new folder of its own."""
    chance = random.Random(number)
    revision = chance.choice(REVISIONS)
    path = folder / f"{number}" / "damaged.myapp"
    path.parent.mkdir(parents=True)
    shutil.copyfile(documents / f"{revision}.myapp", path)
    done = [_mutate(chance, path) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    return Mutation(number, revision, tuple(done), path)


def _mutate(chance: random.Random, path: Path) -> str:
    if chance.random() < 0.3:
        return _by_sql(chance, path)
    content = bytearray(path.read_bytes())
    change = chance.choice(CHANGES)
    if len(content) > 600:
        change(chance, content)
        path.write_bytes(content)
    return change.__name__.strip("_")


def _flip_bits(chance: random.Random, content: Content) -> None:
    for _ in range(chance.choice([1, 2, 8, 64])):
        content[_anywhere(chance, content)] ^= 1 << chance.randrange(8)


def _set_bytes(chance: random.Random, content: Content) -> None:
    start = _anywhere(chance, content)
    size = min(chance.choice([1, 2, 4, 16, 200]), len(content) - start)
    content[start : start + size] = chance.randbytes(size)


def _swap_pages(chance: random.Random, content: Content) -> None:
    first, second = _page(chance, content), _page(chance, content)
    content[first], content[second] = content[second], content[first]


def _repeat_page(chance: random.Random, content: Content) -> None:
    content[_page(chance, content)] = content[_page(chance, content)]


def _zero(chance: random.Random, content: Content) -> None:
    start = _anywhere(chance, content)
    size = min(chance.choice([1, 100, 512, 4096, 20000]), len(content) - start)
    content[start : start + size] = bytes(size)


def _cut(chance: random.Random, content: Content) -> None:
    del content[chance.choice([chance.randrange(len(content)), _page(chance, content).start]) :]
    _settle_size(chance, content)


def _insert(chance: random.Random, content: Content) -> None:
    start = _anywhere(chance, content)
    content[start:start] = chance.randbytes(chance.choice([1, 7, 512, _page_size(content)]))
    _settle_size(chance, content)


def _remove(chance: random.Random, content: Content) -> None:
    start = _anywhere(chance, content)
    del content[start : start + chance.choice([1, 7, 512, _page_size(content)])]
    _settle_size(chance, content)


def _set_field(chance: random.Random, content: Content) -> None:
    offset = chance.choice(list(FIELDS))
    value = chance.choice([*NUMBERS, chance.randrange(2**32)]) % 256 ** FIELDS[offset]
    content[offset : offset + FIELDS[offset]] = value.to_bytes(FIELDS[offset], "big")


def _set_page_header(chance: random.Random, content: Content) -> None:
    start = _page(chance, content).start
    start += 100 if start == 0 else 0
    offset, size = chance.choice([(0, 1), (1, 2), (3, 2), (5, 2), (7, 1), (8, 4)])
    value = chance.choice([0, 2, 5, 10, 13, 255, 4095, 65535, chance.randrange(65536)]) % 256**size
    content[start + offset : start + offset + size] = value.to_bytes(size, "big")


def _set_cell_pointer(chance: random.Random, content: Content) -> None:
    start = _page(chance, content).start
    place = start + (100 if start == 0 else 0) + 8 + 2 * chance.randrange(40)
    value = chance.choice([0, 8, 4090, 65535, chance.randrange(65536)])
    content[place : place + 2] = value.to_bytes(2, "big")


def _set_cell(chance: random.Random, content: Content) -> None:
    """Change the first bytes of a cell: its length, its row, the types of its columns."""
    page = _page(chance, content)
    pointer = page.start + (108 if page.start == 0 else 8) + 2 * chance.randrange(40)
    place = page.start + int.from_bytes(content[pointer : pointer + 2], "big") + chance.randrange(8)
    if place < len(content):
        content[place] = chance.choice([0, 1, 6, 7, 8, 9, 12, 13, 0x7F, 0x80, 0xFF, chance.randrange(256)])


def _change_words(chance: random.Random, content: Content) -> None:
    """Change a word of the schema's text, or of what looks like it, for another of the same length."""
    word, other = chance.choice(WORDS), chance.choice(WORDS)
    places = [i for i in range(len(content)) if content.startswith(word, i)]
    if places:
        place = chance.choice(places)
        content[place : place + len(word)] = other[: len(word)].ljust(len(word))


CHANGES: list[Change] = [
    _flip_bits, _set_bytes, _swap_pages, _repeat_page, _zero, _cut, _insert, _remove, _set_field, _set_field,
    _set_page_header, _set_cell_pointer, _set_cell, _set_cell, _change_words,
]  # fmt: skip


def _by_sql(chance: random.Random, path: Path) -> str:
    change = chance.choice([_strange_value, _strange_value, _strange_schema])
    with (
        # past all reading, or with no table left to change
        suppress(sqlite3.Error, UnicodeDecodeError, IndexError),
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode=OFF")
        change(chance, connection)
    for end in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    return change.__name__.strip("_")


def _strange_value(chance: random.Random, connection: sqlite3.Connection) -> None:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = chance.choice(sorted(tables))
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    column, value = chance.choice(columns), chance.choice(VALUES)
    rows = chance.choice(["", f'WHERE "{column}" = (SELECT "{column}" FROM "{table}" LIMIT 1)'])
    connection.execute("PRAGMA ignore_check_constraints=ON")
    connection.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = {value} {rows}')


def _strange_schema(chance: random.Random, connection: sqlite3.Connection) -> None:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    column = chance.choice(["type", "name", "tbl_name", "rootpage", "sql", "sql"])
    value = chance.choice(
        [*VALUES, "substr(sql, 1, 30)", "'table'", "'sqlite_master'", "1", "2", "7", "999999"]
    )
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute(
        f"UPDATE sqlite_master SET {column} = {value} WHERE name = ?", (chance.choice(sorted(names)),)
    )


def _anywhere(chance: random.Random, content: Content) -> int:
    """Return a place: often in the header or on the first pages, where the schema is."""
    return chance.randrange(min(len(content), chance.choice([100, 4096, 5 * 4096, len(content)])))


def _page(chance: random.Random, content: Content) -> slice:
    size = _page_size(content)
    number = chance.randrange(max(1, len(content) // size))
    return slice(number * size, (number + 1) * size)


def _page_size(content: Content) -> int:
    size = int.from_bytes(content[16:18], "big")
    return size if size >= 512 else 4096


def _settle_size(chance: random.Random, content: Content) -> None:
    """Often write the new number of pages into the header, so that the size alone tells nothing."""
    if chance.random() < 0.7 and len(content) > 100:
        content[28:32] = (len(content) // _page_size(content)).to_bytes(4, "big")
