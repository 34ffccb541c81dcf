"""What a kind of document is: everything that this folder must know of the application it serves."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from myapp.document.estimate import Cost
from myapp.schema.manifest import Manifest


@dataclass(frozen=True)
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
    costs: Mapping[str, Cost] = field(default_factory=dict)
    """What revisions cost when they were measured; empty takes all for usual ones."""

    @property
    def ordinal(self) -> int:
        """The `user_version` of a document at head."""
        return int(self.head)


def revision_of(ordinal: int) -> str:
    """Return the revision with a number, as it is written: `0004` for 4."""
    return f"{ordinal:04d}"


def exists(path: str | os.PathLike[str]) -> bool:
    """Tell whether a name is taken, by a link that points nowhere too."""
    return os.path.lexists(path)
