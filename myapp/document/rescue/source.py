"""Finds out of a damaged file which revision's document it was, and where its tables begin."""

import mmap
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from myapp.document.classify import demand_known
from myapp.document.connect import DocumentConnection, connect
from myapp.document.context import Context
from myapp.document.create import copy_blank
from myapp.document.format import DocumentFormat
from myapp.document.newer import newer_document
from myapp.document.private import private_folder
from myapp.document.rescue.pages import SCHEMA_ROOT, Pages, Row, Unreadable, Value, text
from myapp.document.rescue.tables import Table, tables_of
from myapp.errors import NotADocument, StrPath
from myapp.schema import fingerprint

_APPLICATION_ID, _USER_VERSION = 68, 60
_VERSION_TABLE = "alembic_version"
_ID = re.compile(r"[\w.]{1,32}")
"""What the id of a revision looks like."""

_SAMPLED = 200
"""Pages that are looked at to recognise a revision where no schema can be read."""


@dataclass(frozen=True)
class SchemaObject:
    """A line of the file's schema, as it is stored."""

    type_: str
    name: str
    root: int
    sql: str


class Source:
    """A private copy of a file, with its schema as far as it can be read, and the revision that fits best."""

    def __init__(self, path: StrPath, copy: str, content: mmap.mmap, context: Context) -> None:
        self.pages = Pages(content)
        self.copy = copy
        self._context = context
        self._content = content
        by_sql = _objects_by_sql(copy, context)
        self.can_be_opened = bool(by_sql)
        self.objects = by_sql or list(_objects_by_pages(self.pages))
        self._demand_ours(path)
        self.revision = self._revision(path)
        self.tables = tables_of_revision(self.revision, context.format)
        self.whole = self._is_whole()

    def object(self, table: Table) -> SchemaObject | None:
        """Return the line of the schema for a table, None where it is missing."""
        return self._object(table.name)

    def has_schema(self, table: Table) -> bool:
        """Tell whether the file's table is defined exactly so: only then SQLite may read it."""
        lines = [each for each in self.objects if each.name.lower() == table.name.lower()]
        return [(each.type_, _normal(each)) for each in lines] == [("table", _normal_sql(table))]

    def stored(self, table: Table) -> list[str]:
        """Return the columns of the file's table in the order of its records."""
        line = self.object(table)
        other = _table_by_sql(line.sql, table.name) if line and not self.has_schema(table) else None
        return other.stored if other else table.stored

    @contextmanager
    def connection(self) -> Iterator[DocumentConnection]:
        """Give a connection that reads the copy; a text that is no UTF-8 comes as its bytes."""
        with closing(connect(self.copy, "ro", self._context)) as connection:
            connection.text_factory = text
            yield connection

    def candidates(self, rows: Sequence[Row]) -> list[Table]:
        """Return the tables into which all rows of a page fit, by the number of columns and their types."""
        return [
            table
            for table in self.tables
            if rows
            and all(fits(table, row) for row in rows)
            # its one row is number 1: of any other page it is not even a candidate
            and (table.name != self._context.format.record.table or [row.rowid for row in rows] == [1])
        ]

    def _object(self, name: str) -> SchemaObject | None:
        lines = (each for each in self.objects if each.type_ == "table")
        return next((each for each in lines if each.name.lower() == name.lower()), None)

    def _demand_ours(self, path: StrPath) -> None:
        """Raise NotADocument for a file that has neither our number in its header nor a table of ours."""
        if self._number(_APPLICATION_ID) == self._context.format.application_id:
            return
        ours = {
            table.name.lower()
            for table in tables_of_revision(self._context.format.head, self._context.format)
        }
        names = {each.name.lower() for each in self.objects if each.type_ == "table"}
        known = len(ours & names)
        if names and (known < 2 or known < len(names - ours - {_VERSION_TABLE}) // 4):
            raise NotADocument(path, "another program's SQLite database")
        if not names and not self._revision_by_pages():
            raise NotADocument(path, "no SQLite database, or one of which nothing can be read")

    def _revision(self, path: StrPath) -> str:
        """Return the revision whose tables the file has; its version table and header decide between equals.

        Raise NewerDocument or TooOldDocument where these name a revision that this program does not open, and
        the tables are none that it knows either.
        """
        format, stamps = self._context.format, self._stamps()
        if stamps[0]:
            self._demand_known(path, stamps[0])
        if not self.objects:
            known = [ordinal for ordinal in stamps if ordinal in self._ordinals] or [format.ordinal]
            if 0 < stamps[1] < format.oldest:
                demand_known(path, stamps[1], format)
            return format.revision_of(self._revision_by_pages() or known[0])
        scores = {
            ordinal: (self._score(ordinal), *(ordinal == stamp for stamp in stamps), ordinal)
            for ordinal in self._ordinals
        }
        best = max(scores, key=lambda ordinal: scores[ordinal])
        if not stamps[0] and stamps[1] and not self._has_all(best):
            self._demand_known(path, stamps[1])
        return format.revision_of(best)

    def _demand_known(self, path: StrPath, stamp: int) -> None:
        """Raise NewerDocument, by the id where the file has one, or TooOldDocument."""
        format, version = self._context.format, self._version()
        if stamp > format.ordinal and version:
            raise newer_document(path, version, format)
        demand_known(path, stamp, format)

    @property
    def _ordinals(self) -> range:
        """The numbers of the revisions that can be upgraded."""
        return range(self._context.format.oldest, self._context.format.ordinal + 1)

    def _has_all(self, ordinal: int) -> bool:
        format = self._context.format
        return all(map(self.has_schema, tables_of_revision(format.revision_of(ordinal), format)))

    def _score(self, ordinal: int) -> int:
        """Return how many tables are as they are at a revision, less those that are there and are not."""
        format = self._context.format
        tables = tables_of_revision(format.revision_of(ordinal), format)
        return sum(2 if self.has_schema(table) else -1 for table in tables)

    def _stamps(self) -> tuple[int, int]:
        """Return the numbers of the revision in the version table and of that in the header; 0 for none.

        An id that nobody knows is that of a newer revision, unless the header has a number that is known.
        """
        format, header = self._context.format, self._number(_USER_VERSION)
        header = header if header < 10_000 else 0
        version = self._version()
        if version in format.order:
            return format.ordinal_of(version), header
        return format.ordinal + 1 if version and not 1 <= header <= format.ordinal else 0, header

    def _version(self) -> str:
        """Return the revision in the version table as far as it can be read, "" where there is none."""
        line = self._object(_VERSION_TABLE)
        with suppress(Unreadable):
            rows = self.pages.rows(line.root)[0] if line else []
            values = (value for row in rows for value in row.values)
            return next((value for value in values if isinstance(value, str) and _ID.fullmatch(value)), "")
        return ""

    def _revision_by_pages(self) -> int:
        """Return the revision into whose tables the most pages fit, the newest of equals; 0 for none."""
        leaves = list(islice(self.pages.lost(), _SAMPLED))
        samples = [rows for rows, _unreadable in map(self.pages.rows, leaves) if rows]
        format, fitting = self._context.format, {}
        for ordinal in self._ordinals:
            tables = tables_of_revision(format.revision_of(ordinal), format)
            fitting[ordinal] = sum(
                any(all(fits(table, row) for row in rows) for table in tables if table.references)
                for rows in samples
            )
        stamps = self._stamps()
        best = max(fitting, key=lambda ordinal: (fitting[ordinal], ordinal in stamps, ordinal))
        return best if fitting[best] else 0

    def _number(self, offset: int) -> int:
        return int.from_bytes(self._content[offset : offset + 4], "big")

    def _is_whole(self) -> bool:
        """Tell whether SQLite finds no damage; it may only look where the schema is all ours."""
        wanted = schema_of(self.revision, self._context.format)
        try:
            with self.connection() as connection:
                rows = connection.execute(fingerprint.SQLITE_OBJECTS).fetchall()
                if fingerprint.of_rows(rows) != wanted:
                    return False
                return bool(connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
        except (sqlite3.Error, UnicodeDecodeError):
            self._context.stop.check()
            return False


@contextmanager
def opened_source(path: StrPath, copy: str, context: Context) -> Iterator[Source]:
    """Give the source of a copy; raise NotADocument, NewerDocument or TooOldDocument for anything else."""
    with ExitStack() as stack:
        stream = stack.enter_context(open(copy, "rb"))
        content = stack.enter_context(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        yield Source(path, copy, content, context)


def fits(table: Table, row: Row) -> bool:
    """Tell whether a row has exactly the columns of a table, of its types."""
    values = table.ordered(row, table.stored)
    if values is None or len(row.values) != len(table.stored) or table.misfits(values):
        return False
    return not table.alias or row.values[table.names.index(table.alias)] is None


def make_document(path: str, revision: str, format: DocumentFormat) -> None:
    """Make a file a document of a revision without content."""
    if revision == format.head:
        copy_blank(path, format)
        return
    from myapp.schema.migrations import Migrations

    Migrations(format.migrations, path, manifest=format.manifest).upgrade(revision)


def tables_of_revision(revision: str, format: DocumentFormat) -> list[Table]:
    """Return the tables of a revision that hold content, parents first."""
    return _described(revision, format)[0]


def schema_of(revision: str, format: DocumentFormat) -> dict[str, str]:
    """Return the schema of a revision."""
    return _described(revision, format)[1]


@lru_cache(maxsize=64)
def _described(revision: str, format: DocumentFormat) -> tuple[list[Table], dict[str, str]]:
    with private_folder(format) as folder:
        path = os.path.join(folder, "blank")
        make_document(path, revision, format)
        with closing(sqlite3.connect(path)) as connection:
            schema = fingerprint.of_rows(connection.execute(fingerprint.SQLITE_OBJECTS).fetchall())
            return tables_of(connection), schema


def _objects_by_sql(copy: str, context: Context) -> list[SchemaObject]:
    query = "SELECT type, name, rootpage, sql FROM sqlite_master"
    try:
        with closing(connect(copy, "ro", context)) as connection:
            return [each for row in connection.execute(query) if (each := _object(row))]
    except (sqlite3.Error, UnicodeDecodeError):
        context.stop.check()
        return []


def _objects_by_pages(pages: Pages) -> Iterator[SchemaObject]:
    for number in pages.tree(SCHEMA_ROOT).pages():
        for row in pages.rows(number)[0]:
            if len(row.values) == 5 and (each := _object((*row.values[:2], *row.values[3:]))):
                yield each


def _object(values: Sequence[Value]) -> SchemaObject | None:
    type_, name, root, sql = values
    if isinstance(type_, str) and isinstance(name, str) and isinstance(root, int | None):
        return SchemaObject(type_, name, root or 0, sql if isinstance(sql, str) else "")
    return None


def _table_by_sql(sql: str, name: str) -> Table | None:
    """Return a table as the file defines it: its definition alone runs nothing of it."""
    with suppress(sqlite3.Error, sqlite3.Warning), closing(sqlite3.connect(":memory:")) as connection:
        if re.match(r"CREATE\s+TABLE\b", sql, re.IGNORECASE) and not re.search(
            r"\bSELECT\b", sql, re.IGNORECASE
        ):
            connection.execute(sql)
            return next((each for each in tables_of(connection) if each.name.lower() == name.lower()), None)
    return None


def _normal(line: SchemaObject) -> str:
    return next(iter(fingerprint.of_rows([(line.type_, line.name, line.sql)]).values()))


def _normal_sql(table: Table) -> str:
    return _normal(SchemaObject("table", table.name, 0, table.sql))
