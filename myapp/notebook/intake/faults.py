"""Faults of a file, the rows and fields that cannot be read: they stop the import, or are left out."""

from collections.abc import Callable

from myapp.errors import BadData, StrPath

MOST_ROWS = 0.05
"""The part of a file's rows that may have faults and be left out; more are a file that is read wrongly."""


class Faults:
    """The faults of one file, of which `count` were left out, in `rows` rows.

    With `on_error` as `refuse` the first is raised. Else each is passed to `report`; none but the first is
    kept here, so that memory does not grow with a file that is wrong all over. Column 0 stands for the whole
    row.
    """

    def __init__(
        self, path: StrPath, on_error: str = "refuse", report: Callable[[BadData], None] | None = None
    ) -> None:
        self.path = path
        self._on_error = on_error
        self._report = report
        self._first: BadData | None = None
        self._last_line = 0
        self.count = 0
        self.rows = 0

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
        """Add a fault; raise it as BadData unless faults are left out, which is advised where nothing is."""
        if self._on_error == "refuse" and not setting:
            setting, values = "on_error", ("skip",)
            advice = advice or "{on_error} skip leaves out what cannot be read"
        fault = BadData(self.path, line, column, detail, setting=setting, values=values, advice=advice)
        if self._on_error == "refuse":
            raise fault
        self._first = self._first or fault
        self.count += 1
        self.rows += line != self._last_line
        self._last_line = line
        if self._report:
            self._report(fault)

    def check(self, rows: int) -> None:
        """Raise BadData where more of a file's rows have faults than `skip` leaves out."""
        first, rows = self._first, max(rows, self.rows)
        if first is None or self._on_error == "skip-all" or self.rows <= MOST_ROWS * rows:
            return
        part = f"{100 * self.rows / rows:.2g} %"
        fact = f"{self.rows} of {rows} rows ({part}) cannot be read whole, the first: {first.detail}"
        advice = "; ".join(filter(None, ["{on_error} skip-all leaves out so many too", first.advice]))
        raise BadData(
            self.path, first.line, first.column, fact, setting="on_error", values=("skip-all",), advice=advice
        )
