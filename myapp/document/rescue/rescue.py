"""Rescues what is sound in a damaged file into a new document, and lists what is not.

The file is only read, once, into a private copy. SQLite reads that by ranges of keys, stepping over what it
cannot read; where anything is damaged, the pages are read too, one by one. What fits goes into a new document
of the old one's revision, which is then upgraded and verified like any other.
"""

import os
from collections.abc import Iterator
from contextlib import closing, suppress

from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.placing import demand_free, placed
from myapp.document.rescue.copy import private_copy
from myapp.document.rescue.pages import Row, Unreadable, Value
from myapp.document.rescue.ranges import Ranges
from myapp.document.rescue.report import Report, Rescued, report_writer
from myapp.document.rescue.source import Source, make_document, opened_source
from myapp.document.rescue.tables import Table
from myapp.document.rescue.target import Target, Values
from myapp.document.trust import check_head, has_record, is_whole
from myapp.errors import Damaged, StrPath
from myapp.schema.driver_errors import translated

UNREADABLE = "unreadable: its page is damaged"
AMBIGUOUS = "its page is lost, and its table is unknown"


def rescue(path: StrPath, new: StrPath, context: Context, report: StrPath | None = None) -> Rescued:
    """Make a new document at head of all that is sound in a file of ours, whole or not at all.

    `report` names a new CSV file of what was left out. Others may do no more with both than with the file.
    Raise NotFound, NotADocument, NewerDocument, InUse, or SystemRefused where a name is taken or cannot be
    made.
    """
    demand_free(new)
    target = os.path.abspath(new)
    with (
        private_copy(path, context) as copy,
        opened_source(path, copy, context) as source,
        placed(new, os.fspath(path)) as temporary,
        report_writer(report, os.fspath(path)) as writer,
    ):
        reported = Report(source.tables, writer, context.format.derived_tables)
        with translated(target, context.wait):
            make_document(temporary, source.revision, context.format)
            kept = _fill(temporary, source, reported, context)
            _finish(temporary, target, source.revision, context)
    return Rescued(target, source.revision, kept, dict(reported.left_out), dict(reported.made))


def _fill(path: str, source: Source, report: Report, context: Context) -> dict[str, int]:
    with closing(connect(path, "rw", context)) as connection:
        connection.execute("PRAGMA trusted_schema=ON")  # the new document's own triggers
        connection.execute("BEGIN")
        recorded = has_record(connection, context.format)
        if recorded:
            connection.execute(f'DELETE FROM "{context.format.record.table}"')  # a blank one says who made it
        target = Target(connection, source.tables, report, context.format.derived_tables)
        work = _Work(source, target, report, context)
        work.read_ranges()
        if not source.whole:
            work.read_pages()
        target.settle(work.damaged, source.revision, context.format)
        counts = target.counts()
        if source.revision == context.format.head:
            context.format.settle(connection, progress=context.progress)
        if recorded:
            connection.execute(context.format.record.writer(), (context.format.program,))
        connection.commit()
    return counts


class _Work:
    """The reading of one source into a target. `damaged` are the tables that may have lost rows."""

    def __init__(self, source: Source, target: Target, report: Report, context: Context) -> None:
        self.damaged: set[str] = set()
        self._source = source
        self._target = target
        self._report = report
        self._context = context
        self._homeless: list[int] = []

    def read_ranges(self) -> None:
        """Read the tables that are defined as ours through SQLite."""
        self._context.progress.step("reading by keys")
        if not self._source.can_be_opened:
            return
        with self._source.connection() as connection:
            for table in filter(self._source.has_schema, self._source.tables):
                ranges = Ranges(connection, table, self._context.stop.check)
                self._target.add(table, (row.values for row in ranges.rows()))
                if ranges.broken:
                    self.damaged.add(table.name)

    def read_pages(self) -> None:
        """Read the pages of each table, then those that no table has any more."""
        self._context.progress.step("reading pages")
        for table in self._source.tables:
            self._target.add(table, self._rows_of_tree(table))
        for line in self._source.objects:
            for _page in self._source.pages.tree(line.root).pages() if line.root else ():
                pass  # reached, and so not lost
        lost = list(self._source.pages.lost()) + self._homeless
        for number in lost:
            self._add_lost_page(number)

    def _rows_of_tree(self, table: Table) -> Iterator[Values]:
        line, stored = self._source.object(table), self._source.stored(table)
        if line is None or not line.root:
            self.damaged.add(table.name)
            return
        tree = self._source.pages.tree(line.root)
        for number in tree.pages():
            self._context.stop.check()
            rows, unreadable = self._source.pages.rows(number)
            self._report.lose(table.name, UNREADABLE, unreadable)
            if unreadable:
                self.damaged.add(table.name)
            yield from self._placed(table, number, rows, stored)
        if tree.broken:
            self.damaged.add(table.name)

    def _placed(self, table: Table, number: int, rows: list[Row], stored: list[str]) -> Iterator[Values]:
        """Yield a page's rows, unless none of them fits: it is then another table's."""
        values = [each for row in rows if (each := table.ordered(row, stored)) is not None]
        if rows and not any(table.misfits(each) == [] for each in values):
            self.damaged.add(table.name)
            if self._source.candidates(rows):
                self._homeless.append(number)
                return
        yield from (tuple(_as_stored(table, each)) for each in values)

    def _add_lost_page(self, number: int) -> None:
        with suppress(Unreadable):
            rows, _unreadable = self._source.pages.rows(number)
            tables = [each for each in self._source.candidates(rows) if each.name in self.damaged]
            if not tables:
                return  # an index, or pages that were used before
            table = tables[0]
            values = [each for row in rows if (each := table.ordered(row, table.stored)) is not None]
            if len(tables) == 1:
                self._target.add(table, values)
                return
            names = " or ".join(each.name for each in tables)
            for each in values:
                self._report.leave_out(names, AMBIGUOUS, table.names, each)


def _as_stored(table: Table, values: Values) -> Iterator[Value]:
    """Yield values as SQLite returns them: it stores a whole number of a real column as an integer."""
    for column, value in zip(table.columns, values, strict=True):
        yield float(value) if column.type_ == "real" and isinstance(value, int) else value


def _finish(path: str, name: str, revision: str, context: Context) -> None:
    """Upgrade the new document to head, and raise Damaged unless it is whole then."""
    if revision != context.format.head:
        from myapp.document.upgrade import upgrade_copy  # the one place that needs Alembic

        upgrade_copy(path, name, context)
    context.progress.step("verifying")
    with closing(connect(path, "ro", context)) as connection:
        check_head(connection, name, context.format)
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan or not is_whole(path, context):
        raise Damaged(name, "the check of what was rescued failed", "please send it to its developers")
