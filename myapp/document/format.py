"""The format of an application's documents: its name, suffix, application id, migrations and costs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class DocumentFormat:
    """The format of one application's documents.

    Its first revision makes a table `document` (id, created_by, written_by) of at most one row; its
    revisions are numbered `0001`, `0002`, …, and its env.py keeps `application_id` and `user_version`.

    `name` is the application's, for folders and messages; `program` is the name with the version, as
    written into documents: `myapp 0.6.0`. `blank` is a document without content that was shipped with the
    program, None to make one at first use. `costs` are measured ones by revision; empty takes all for usual.
    `refusals` are what revisions refuse by their own code, in the order of the revisions.
    """

    def __init__(
        self,
        *,
        name: str,
        program: str,
        suffix: str,
        application_id: int,
        head: str,
        migrations: str,
        manifest: Manifest,
        blank: str | None = None,
        costs: Mapping[str, Cost] | None = None,
        refusals: Sequence[Refusal] = (),
    ) -> None:
        self.name = name
        self.program = program
        self.suffix = suffix
        self.application_id = application_id
        self.head = head
        self.migrations = migrations
        self.manifest = manifest
        self.blank = blank
        self.costs = costs or {}
        self.refusals = tuple(refusals)

    @property
    def ordinal(self) -> int:
        """The `user_version` of a document at head."""
        return int(self.head)


def revision_of(ordinal: int) -> str:
    """Return the revision with a number, as it is written: `0004` for 4."""
    return f"{ordinal:04d}"
