"""Shows the progress of long work as a bar on the terminal."""

from __future__ import annotations

import sys
import time

from myapp.cli import output
from myapp.progress import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

BAR_AFTER_SECONDS = 0.5
"""Work that ends sooner shows no bar, and rich is not even imported."""


class ProgressBar(Progress):
    """A bar on stderr, on a terminal only; use it as a context manager.

    Without a terminal too it prints that `name`, the document or database, is in use, and that the work waits
    up to `seconds` for it.
    """

    def __init__(self, title: str, name: str = "", seconds: float = 0) -> None:
        self._title = self._description = title
        self._name = name
        self._seconds = seconds
        self._amounts: dict[str, float | None] = {}
        self._started = time.monotonic()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._failed = False

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_error: Any) -> None:
        if self._bar:
            self._bar.stop()

    def step(self, description: str) -> None:
        """Show the step beside the title."""
        self._description = f"{self._title}: {description}"
        self._update()

    def amount(self, done: int, total: int) -> None:
        """Show the bytes that are done, and the percentage where the total is known."""
        self._amounts = {"completed": done, "total": total or None}
        self._update()

    def waiting(self) -> None:
        """Print what is waited for, and who holds it as far as that is known."""
        from myapp.schema.driver_errors import in_use

        output.remark(f"{in_use(self._name).fact}: waiting up to {self._seconds:g} s")

    def _update(self) -> None:
        if self._failed or (self._bar is None and not self._due()):
            return
        try:
            self._show()
        except Exception:  # such as no thread for it: the work goes on without
            self._failed = True

    def _show(self) -> None:
        if self._bar is None or self._task is None:
            self._bar = _new_bar()
            self._task = self._bar.add_task(self._description, total=None)
            self._bar.start()
        self._bar.update(self._task, description=self._description, **self._amounts)  # type: ignore[arg-type]

    def _due(self) -> bool:
        return sys.stderr.isatty() and time.monotonic() - self._started > BAR_AFTER_SECONDS


def _new_bar() -> Bar:
    """Return a bar with title, percentage, bytes and an estimate of the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    # a title is no markup: a file's name may hold brackets
    title = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1))
    columns = (title, BarColumn(20), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(file=sys.stderr), transient=True, expand=True)
