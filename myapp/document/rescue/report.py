"""Counts what a rescue keeps and leaves out, and writes what it leaves out as CSV."""

import csv
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from myapp.document.placing import placed
from myapp.document.rescue.pages import Value
from myapp.document.rescue.tables import Table
from myapp.errors import StrPath

if TYPE_CHECKING:
    from _csv import Writer


@dataclass(frozen=True)
class Rescued:
    """A finished rescue: the new document, the revision of the old one, and the counts of its rows.

    `kept` are by table. `left_out` are by table and reason: rows, and values in rows that were kept. `made`
    are rows that stand in for unreadable ones to which others point.
    """

    path: str
    revision: str
    kept: Mapping[str, int]
    left_out: Mapping[tuple[str, str], int]
    made: Mapping[str, int]


class Report:
    """The counts of a rescue; a row is counted once, and one of a `derived` table never."""

    def __init__(
        self, tables: Sequence[Table], writer: "Writer | None", derived: Collection[str] = ()
    ) -> None:
        self.left_out: Counter[tuple[str, str]] = Counter()
        self.made: Counter[str] = Counter()
        self._names = list(dict.fromkeys(name for table in tables for name in table.names))
        self._writer = writer
        self._derived = derived
        self._seen: set[int] = set()
        if writer:
            writer.writerow(["table", "reason", *self._names])

    def leave_out(self, table: str, reason: str, names: Sequence[str], values: Sequence[Value]) -> None:
        """Count a row, or a value in one, and write the whole row."""
        key = hash((table, reason, tuple(values)))
        if key in self._seen or table in self._derived:
            return
        self._seen.add(key)
        self.left_out[table, reason] += 1
        if self._writer:
            columns = dict(zip(names, map(_field, values), strict=False))
            self._writer.writerow([table, reason, *(columns.get(name, "") for name in self._names)])

    def lose(self, table: str, reason: str, count: int) -> None:
        """Count rows of which nothing can be written."""
        if count and table not in self._derived:
            self.left_out[table, reason] += count


@contextmanager
def report_writer(path: StrPath | None, like: str) -> "Iterator[Writer | None]":
    """Give the writer of a new CSV file, which gets its name at the end; None for no file.

    Others may do no more with it than with the file `like`.
    """
    if path is None:
        yield None
        return
    with placed(path, like) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="", errors="surrogatepass") as stream:
            yield csv.writer(stream, lineterminator="\n")


def _field(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return repr(value) if isinstance(value, float) else str(value)
