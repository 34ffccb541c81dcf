"""What became of several files: one that fails is reported and does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from myapp.cli import output
from myapp.cli.messages import message
from myapp.errors import BadData, MyappError, NotFound, SystemRefused, UsageError, shown


class Outcomes:
    """The results of files as values for JSON, and the files that failed.

    The error of a single file is raised as it is, and so is one of the document, the report or the machine,
    which would meet the next file too.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self.results: list[dict[str, Any]] = []
        self._count = len(paths)
        self._failed: list[str] = []

    @contextmanager
    def of(self, path: str) -> Iterator[None]:
        """Do what follows for a file; report its error where there are other files."""
        try:
            yield
        except MyappError as error:
            if self._count == 1 or not _is_of_file(error, path):
                raise
            self._failed.append(path)
            self.results.append({"file": shown(path), "error": message(error)})
            output.remark(message(error))

    def finish(self, verb: str) -> int:
        """Print which of several files failed; return the exit code, that of bad data if any did."""
        if not self._failed:
            return 0
        names = ", ".join(map(shown, self._failed))
        count = self._count - len(self._failed)
        output.remark(f"{count} of {self._count} files were {verb}, {len(self._failed)} not: {names}")
        return BadData.exit_code


def _is_of_file(error: MyappError, path: str) -> bool:
    """Whether an error is of one file: its content, options that do not fit it, a file that is not there."""
    of_file = isinstance(error, SystemRefused) and error.path == path
    return of_file or isinstance(error, BadData | UsageError | NotFound)
