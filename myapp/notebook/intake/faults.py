"""Faults of a file, the rows and fields that cannot be read: they stop the import, or are left out."""

from collections.abc import Callable

from myapp.errors import BadData, StrPath


class Faults:
    """The faults of one file, of which `count` were left out.

    Without `skip` the first is raised. With it each is passed to `report`; none is kept here, so that
    memory does not grow with a file that is wrong all over. Column 0 stands for the whole row.
    """

    def __init__(
        self, path: StrPath, *, skip: bool = False, report: Callable[[BadData], None] | None = None
    ) -> None:
        self.path = path
        self._skip = skip
        self._report = report
        self.count = 0

    def add(
        self,
        line: int,
        column: int,
        detail: str,
        *,
        setting: str = "",
        values: tuple[str, ...] = (),
        advice: str = "",
    ) -> None:
        """Add a fault; raise it as BadData unless faults are left out."""
        fault = BadData(self.path, line, column, detail, setting=setting, values=values, advice=advice)
        if not self._skip:
            raise fault
        self.count += 1
        if self._report:
            self._report(fault)
