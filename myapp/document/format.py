"""What a kind of document is: everything that this folder must know of the application it serves."""

from __future__ import annotations

import os

from myapp.errors import StrPath
from myapp.records import record
from myapp.schema.manifest import Manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@record(frozen=True, eq=False)
class Cost:
    """What a step takes for each megabyte of document: seconds, and millions of SQLite's instructions.

    `leaves` is how large its content is afterwards, in sizes before.
    """

    seconds: float
    instructions: float
    leaves: float = 1.0


@record(frozen=True, eq=False)
class Format:
    """One application's kind of document.

    Its first revision makes a table `document` (id, created_by, written_by) of at most one row; its
    revisions are numbered `0001`, `0002`, …, and its env.py keeps `application_id` and `user_version`.
    """

    name: str
    """The application's name, as folders and messages have it."""
    program: str
    """The program and its version, as written into documents: `myapp 0.6.0`."""
    suffix: str
    application_id: int
    head: str
    migrations: str
    manifest: Manifest
    blank: str | None
    """A document without content that was shipped with the program; None to make one at first use."""
    costs: Mapping[str, Cost] = {}
    """What revisions cost when they were measured; empty takes all for usual ones."""

    @property
    def ordinal(self) -> int:
        """The `user_version` of a document at head."""
        return int(self.head)


def revision_of(ordinal: int) -> str:
    """Return the revision with a number, as it is written: `0004` for 4."""
    return f"{ordinal:04d}"


def exists(path: StrPath) -> bool:
    """Tell whether a name is taken, by a link that points nowhere too."""
    return os.path.lexists(path)
