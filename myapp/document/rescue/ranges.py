"""Reads a damaged table through SQLite by ranges of keys, and steps over what cannot be read."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from myapp.document.rescue.pages import Row
from myapp.document.rescue.tables import Table

Key = tuple[int, ...]

_LEAST, _MOST = -(1 << 63), (1 << 63) - 1


class Ranges:
    """The rows of a table, by rising keys. Afterwards `broken` tells whether some could not be read."""

    def __init__(self, connection: sqlite3.Connection, table: Table, stop: Callable[[], None]) -> None:
        self.broken = False
        self._connection = connection
        self._stop = stop
        self._keys = [f'"{name}"' for name in table.key] if table.without_rowid else ["rowid"]
        columns = ["0" if table.without_rowid else "rowid", *(f'"{name}"' for name in table.names)]
        self._key_places = [table.names.index(name) for name in table.key] if table.without_rowid else []
        self._select = f'SELECT {", ".join(columns)} FROM "{table.name}" NOT INDEXED'

    def rows(self) -> Iterator[Row]:
        """Yield the rows; where one cannot be read, look for the next key from which that succeeds again."""
        after: Key | None = (_LEAST,) * len(self._keys)
        while after is not None:
            try:
                for row in self._after(after):
                    key = self._key(row)
                    if key is None or key <= after[: len(key)]:
                        self.broken = True  # a tree with a loop in it never ends
                        return
                    after = key
                    yield row
                return
            except sqlite3.DatabaseError:
                self._stop()
                self.broken = True
            after = self._beyond(after)

    def _after(self, key: Key) -> Iterator[Row]:
        """Yield the rows after a key or the beginning of one, by one statement for each part of it.

        SQLite uses only the first part of `(a, b) > (1, 2)` to find where to begin.
        """
        for level in range(len(key) - 1, -1, -1):
            conditions = [*(f"{name} = ?" for name in self._keys[:level]), f"{self._keys[level]} > ?"]
            query = f"{self._select} WHERE {' AND '.join(conditions)} ORDER BY {', '.join(self._keys)}"
            for rowid, *values in self._connection.execute(query, key[: level + 1]):
                yield Row(rowid, tuple(values))

    def _key(self, row: Row) -> Key | None:
        key = [row.values[place] for place in self._key_places] or [row.rowid]
        integers = tuple(part for part in key if isinstance(part, int))
        return integers if len(integers) == len(key) else None

    def _beyond(self, key: Key) -> Key | None:
        """Return the least key after which SQLite can read on; None where there is none."""
        for level in range(len(key) - 1, -1, -1):
            least = self._least_readable(key[:level], key[level])
            if least is not None:
                return self._refined((*key[:level], least))
        return None

    def _refined(self, prefix: Key) -> Key:
        """Return the least key with a beginning: of the rows that have it, the last may be readable too."""
        while len(prefix) < len(self._keys):
            least = self._least_readable(prefix, _LEAST)
            if least is None:
                break
            prefix = (*prefix, least)
        return prefix

    def _least_readable(self, prefix: Key, after: int) -> int | None:
        """Look in steps that double, then halve the last: from 0 on, as no key of ours is negative."""
        first, step = max(after, -1), 1
        while first + step // 2 < _MOST - 1:
            last = min(first + step, _MOST - 1)
            if self._readable((*prefix, last)):
                return self._halved(prefix, first + step // 2, last)
            step *= 2
        return None

    def _halved(self, prefix: Key, unreadable: int, readable: int) -> int:
        while readable - unreadable > 1:
            middle = (readable + unreadable) // 2
            if self._readable((*prefix, middle)):
                readable = middle
            else:
                unreadable = middle
        return readable

    def _readable(self, key: Sequence[int]) -> bool:
        self._stop()
        try:
            next(self._after(tuple(key)), None)
        except sqlite3.DatabaseError:
            return False
        return True
