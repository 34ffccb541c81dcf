"""What of a file cannot be read: it stops the import, or is left out, counted and reported."""

from collections.abc import Callable
from dataclasses import dataclass

from myapp.errors import BadData, StrPath


@dataclass(frozen=True)
class Fault:
    """One thing that was left out, and why; lines and columns count from 1, column 0 is the whole row."""

    line: int
    column: int
    reason: str


class Faults:
    """The faults of one file; `count` of them were left out.

    Without `skip` the first is raised as BadData. With it each goes to `report`; none is kept here,
    so that memory does not grow with a file that is wrong all over.
    """

    def __init__(
        self, path: StrPath, *, skip: bool = False, report: Callable[[Fault], None] | None = None
    ) -> None:
        self.path = path
        self.skip = skip
        self.count = 0
        self._report = report

    def add(self, line: int, column: int, reason: str) -> None:
        """Take one; raise BadData unless faults are left out."""
        if not self.skip:
            raise BadData(self.path, line, column, reason)
        self.count += 1
        if self._report:
            self._report(Fault(line, column, reason))
