"""Errors about documents that say more than their bases in myapp/errors.py."""

from __future__ import annotations

from myapp.errors import Damaged, MyappError, NotADocument, StrPath, SystemRefused, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class NotRecognised(NotADocument):
    """A SQLite database has tables of this program, and the schema of none of its revisions.

    `revision` is the nearest, and `differences` are lines about what differs from it.
    """

    def __init__(self, path: StrPath, revision: str, differences: Sequence[str]) -> None:
        more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
        lines = "; ".join(shown(line[:100]) for line in differences[:5])
        super().__init__(path, f"a SQLite database nearest to revision {revision}, but {lines}{more}")
        self.revision = revision
        self.differences = list(differences)


class TooOldDocument(MyappError):
    """This program has dropped the document's revision; `release` is the last one that can upgrade it."""

    exit_code = 7

    def __init__(self, path: StrPath, revision: str, release: str) -> None:
        self.path = path
        self.revision = revision
        self.release = release

    def __str__(self) -> str:
        fact = f"{shown(self.path)} has revision {self.revision}, which is too old for this program"
        return f"{fact}: open it once with release {self.release}"


class EmptyDatabase(NotADocument):
    """The database on a server is empty: a new document can be made in it."""

    def __init__(self, path: StrPath) -> None:
        super().__init__(path, "an empty database")


class AdditionalObjects(Damaged):
    """The document is whole but for objects that are not this program's and run nothing: it can be read.

    `names` are these: `index mine`.
    """

    def __init__(self, path: StrPath, names: Sequence[str]) -> None:
        super().__init__(path, "", "remove them")
        self.names = list(names)

    def __str__(self) -> str:
        more = f" and {len(self.names) - 3} more" if len(self.names) > 3 else ""
        names = ", ".join(shown(name[:100]) for name in self.names[:3])
        return f"{shown(self.path)} has {names}{more}, which is not this program's, and can only be read"


class LostRevision(Damaged):
    """The document's header has no revision."""

    def __init__(self, path: StrPath) -> None:
        super().__init__(path, "it has no revision")


class ReadOnlyDocument(SystemRefused):
    """The document, or its folder, cannot be written."""

    def __init__(self, path: StrPath) -> None:
        super().__init__(path, "it cannot be written")


class RoleRefused(SystemRefused):
    """A role of a server has no right on the document; its owner can grant that."""

    def __init__(self, path: StrPath, role: str, action: str) -> None:
        super().__init__(path, f"the role {role} may not {action}", "its owner allows that")
        self.role = role
