"""Everything that is printed: results to stdout, remarks and progress to stderr.

Tables are drawn by rich on a terminal and are tab-separated in a pipe; JSON is for programs.
"""

from __future__ import annotations

import sys
import time

from myapp import progress
from myapp.errors import without_passwords
from myapp.product import NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TextIO

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

BAR_AFTER_SECONDS = 0.5
"""Work that ends sooner shows no bar, and rich is not even imported."""


def prepare() -> None:
    """Make stdout and stderr take any file name, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def say(line: str = "") -> None:
    """Print a line of the result."""
    print(line)


def remark(line: str) -> None:
    """Print a line that is not the result, to stderr."""
    sys.stderr.write(remark_line(line))


def remark_line(line: str) -> str:
    """Return a remark as it is printed."""
    return f"{NAME}: {plain(without_passwords(line))}\n"


def json(value: Any) -> None:
    """Print a value as JSON, in letters that every terminal and locale can show."""
    from json import dumps

    print(dumps(value, indent=2, ensure_ascii=True))


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Print name and value pairs, a line each."""
    width = max(len(name) for name, _value in pairs)
    for name, value in pairs:
        print(f"{name:<{width}}  {plain(value)}")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their column names; numbers stand to the right."""
    if sys.stdout.isatty():
        _draw(columns, rows)
        return
    for row in [columns, *rows]:
        print("\t".join(plain(value) for value in row))


def width() -> int:
    """Return how many letters a line may have: the terminal's, 80 in a pipe, 200 at most."""
    from shutil import get_terminal_size

    return max(20, min(get_terminal_size((80, 24)).columns, 200)) if sys.stdout.isatty() else 80


def when(microseconds: int | None) -> str:
    """Return a UTC time as a person reads it, `2024-05-31 23:59:59`, with decimals where it has any."""
    if microseconds is None:
        return ""
    from datetime import UTC, datetime, timedelta

    try:
        found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return f"{microseconds} µs"
    text = found.replace(tzinfo=None).isoformat(" ")
    return text.rstrip("0") if "." in text else text


class Progress(progress.Progress):
    """A bar on stderr for work that takes long, on a terminal only; use it as a context manager.

    `waits_for` is what another program may hold, and `seconds` how long that is waited for: this is
    said without a terminal too.
    """

    def __init__(self, title: str, waits_for: str = "", seconds: float = 0) -> None:
        from contextlib import ExitStack

        self._title = title
        self._waits_for = waits_for
        self._seconds = seconds
        self._words = title
        self._amounts: dict[str, float | None] = {}
        self._started = time.monotonic()
        self._stack = ExitStack()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def step(self, description: str) -> None:
        """Show what is being done now."""
        self._words = f"{self._title}: {description}"
        self._update()

    def amount(self, done: int, total: int) -> None:
        """Say how many bytes are done, of `total` or, where that is 0, of nobody knows how many."""
        self._amounts = {"completed": done, "total": total or None}
        self._update()

    def waiting(self) -> None:
        """Say that another program is waited for."""
        remark(f"{self._waits_for} is in use by another program: waiting up to {self._seconds:g} s")

    def _update(self) -> None:
        if self._bar is None and not self._due():
            return
        if self._bar is None or self._task is None:
            self._bar = self._stack.enter_context(_bar(sys.stderr))
            self._task = self._bar.add_task(self._words, total=None)
        self._bar.update(self._task, description=self._words, **self._amounts)  # type: ignore[arg-type]

    def _due(self) -> bool:
        return sys.stderr.isatty() and time.monotonic() - self._started > BAR_AFTER_SECONDS


def _bar(stream: TextIO) -> Bar:
    """Return a bar with the bytes done and a guess of the time left; any title is taken as it is."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    words = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, ratio=1))
    # the percents are left out where the whole is not known
    columns = (words, BarColumn(20), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(file=stream), transient=True, expand=True)


def _draw(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD)
    for index, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        drawn.add_column(name, justify="right" if numbers else "left", no_wrap=name.endswith("(UTC)"))
    for row in rows:
        drawn.add_row(*(Text(plain(value)) for value in row))
    Console().print(drawn)


def plain(value: object) -> str:
    """Return a value as one printable line."""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return "".join(c if c.isprintable() else " " for c in text)
