"""The format of an application's documents: its name, suffix, application id, migrations and costs."""

from __future__ import annotations

from myapp.errors import NotFound, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from myapp.document.derived import Derived
    from myapp.progress import Progress
    from myapp.schema.manifest import Manifest


class Cost:
    """The cost of a step for each megabyte of document: seconds, and millions of SQLite's instructions.

    `leaves` is how large its content is afterwards, in sizes before.
    """

    def __init__(self, seconds: float, instructions: float, leaves: float = 1.0) -> None:
        self.seconds = seconds
        self.instructions = instructions
        self.leaves = leaves


class Refusal:
    """Rows that a revision refuses to upgrade: those of a table for which an SQL condition is true.

    `column` is set to NULL to keep the rest of such a row; "" where the row must be left out.
    """

    def __init__(self, revision: str, table: str, column: str, condition: str, reason: str) -> None:
        self.revision = revision
        self.table = table
        self.column = column
        self.condition = condition
        self.reason = reason


class Record:
    """The table of one row in which a document names the programs that made it and last wrote it.

    A revision makes it, with these two columns beside its key, which is `id`.
    """

    def __init__(
        self, table: str = "document", created_by: str = "created_by", written_by: str = "written_by"
    ) -> None:
        self.table = table
        self.created_by = created_by
        self.written_by = written_by

    def writer(self, program: str = "?1") -> str:
        """Return SQL, for SQLite and PostgreSQL, that records the program in the parameter `program`."""
        table, created, written = self._quoted_names()
        return f"""
            INSERT INTO {table} (id, {created}, {written}) VALUES (1, {program}, {program})
            ON CONFLICT (id) DO UPDATE SET {written} = excluded.{written}
            WHERE {table}.{written} <> excluded.{written}
        """

    def reader(self) -> str:
        """Return SQL that selects the two programs as `created_by` and `written_by`."""
        table, created, written = self._quoted_names()
        # with the table's name: SQLite would read a quoted name that is no column as a text
        return f"SELECT {table}.{created} AS created_by, {table}.{written} AS written_by FROM {table}"

    def _quoted_names(self) -> list[str]:
        names = (self.table, self.created_by, self.written_by)
        return ['"' + name.replace('"', '""') + '"' for name in names]


class DocumentFormat:
    """The format of one application's documents.

    `manifest` has the order of its revisions, whatever their ids are; a document's `user_version` is the
    place of its revision in it, from 1. Its env.py keeps that and `application_id` (see header.py). A
    revision, best the first, makes the table of `record`.

    `name` is the application's, for folders and messages; `program` is the name with the version, as
    written into documents: `myapp 0.6.0`. `blank` is a document without content that was shipped with the
    program, None to make one at first use. `costs` are measured ones by revision; empty takes all for usual.
    `refusals` are what revisions refuse by their own code, in the order of the revisions. With `adopts`,
    opening makes documents of the application's files of the time before it had any (see adopt.py).
    `derived` is the place, as `package.module`, of what makes rows from others' (see derived.py); "" where
    there are none. `distributed` are the tables that are spread over the servers of a cluster, each with the
    column by which it is. `homepage` is the URL where the application's releases are found, "" for none.
    """

    def __init__(
        self,
        *,
        name: str,
        program: str,
        suffix: str,
        application_id: int,
        migrations: str,
        manifest: Manifest,
        blank: str | None = None,
        costs: Mapping[str, Cost] | None = None,
        refusals: Sequence[Refusal] = (),
        record: Record | None = None,
        adopts: bool = False,
        derived: str = "",
        distributed: Mapping[str, str] | None = None,
        homepage: str = "",
    ) -> None:
        self.name = name
        self.program = program
        self.suffix = suffix
        self.application_id = application_id
        self.migrations = migrations
        self.manifest = manifest
        self.blank = blank
        self.costs = costs or {}
        self.refusals = tuple(refusals)
        self.record = record or Record()
        self.adopts = adopts
        self.distributed = distributed or {}
        self.homepage = homepage
        self._derived = derived

    @property
    def order(self) -> tuple[str, ...]:
        """All revisions, oldest first."""
        return self.manifest.order

    @property
    def head(self) -> str:
        """The newest revision."""
        return self.manifest.head

    @property
    def ordinal(self) -> int:
        """The `user_version` of a document at head."""
        return len(self.order)

    @property
    def oldest(self) -> int:
        """The `user_version` of the oldest documents that can be upgraded."""
        return len(self.manifest.dropped) + 1

    @property
    def derived(self) -> Derived | None:
        """What makes rows from others'; imported only when a document is written or checked."""
        if not self._derived:
            return None
        from pkgutil import resolve_name

        place: Derived = resolve_name(self._derived)
        return place

    @property
    def derived_tables(self) -> frozenset[str]:
        """The tables whose rows are made from others'."""
        return frozenset(self.derived.TABLES) if self.derived else frozenset()

    def settle(self, connection: Any, database: str = "", progress: Progress | None = None) -> None:
        """Bring the rows that are made from others' in step, in a transaction on a document at head."""
        if self.derived:
            self.derived.settle(connection, database, progress)

    def revision_of(self, ordinal: int) -> str:
        """Return the revision with a number; `no. 7` where this program knows none."""
        return self.order[ordinal - 1] if 1 <= ordinal <= self.ordinal else f"no. {ordinal}"

    def ordinal_of(self, revision: str) -> int:
        """Return the number of a revision; raise NotFound where this program does not know it."""
        if revision not in self.order:
            raise NotFound(f"revision {shown(revision)}")
        return self.order.index(revision) + 1

    def refusals_after(self, revision: str) -> list[Refusal]:
        """Return what the revisions after one refuse."""
        ordinal = self.ordinal_of(revision)
        return [refusal for refusal in self.refusals if self.ordinal_of(refusal.revision) > ordinal]
