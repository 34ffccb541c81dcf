"""The import of several files in the document's thread, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from myapp.document.context import Context
from myapp.document.protocol import Document
from myapp.errors import BadData, MyappError
from myapp.library import Notebook
from myapp.notebook.importing import ImportResult
from myapp.notebook.intake.options import ImportOptions

KEPT_FAULTS = 100_000
"""How many of a file's rows and fields that were left out are kept; memory must not grow with a file."""


@dataclass(frozen=True)
class Request:
    """What is imported, and how; a title is for one file."""

    paths: Sequence[str]
    options: ImportOptions
    title: str | None = None
    again: bool = False


@dataclass
class Imported:
    """What a file has become, and what of it was left out."""

    path: str
    result: ImportResult
    faults: list[BadData]
    repeated: str


@dataclass
class Outcome:
    """The files that are imported, and those that are not, each with the reason."""

    imported: list[Imported] = field(default_factory=list)
    refused: list[tuple[str, MyappError | OSError]] = field(default_factory=list)


def run_import(document: Document, request: Request, context: Context) -> Outcome:
    """Import the files one after another; what a stop ends is refused, with all files behind it."""
    notebook, outcome = Notebook(document.with_context(context)), Outcome()
    for path in request.paths:
        try:
            context.progress.step(path)
            outcome.imported.append(_import(notebook, path, request, context))
        except (MyappError, OSError) as error:
            outcome.refused.append((path, error))
    return outcome


def _import(notebook: Notebook, path: str, request: Request, context: Context) -> Imported:
    faults: list[BadData] = []
    result = notebook.import_csv(
        path,
        options=request.options,
        title=request.title,
        again=request.again,
        progress=context.progress,
        report=_bounded(faults),
    )
    return Imported(path, result, faults, request.options.repeated)


def _bounded(faults: list[BadData]) -> Callable[[BadData], None]:
    def add(fault: BadData) -> None:
        if len(faults) < KEPT_FAULTS:
            faults.append(fault)

    return add
