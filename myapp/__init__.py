"""Keeps measurements in documents: SQLite files that every later release opens with nothing lost.

Other programs use the names of `__all__` (see myapp/library.py). These are imported on first use: the
command line imports this package too, and must not wait for SQLAlchemy.
"""

from __future__ import annotations

from myapp import product

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from myapp import errors
    from myapp.document.rescue.report import Rescued
    from myapp.library import (
        Notebook,
        create,
        open,  # noqa: A004
        rescue,
        temporary_part,
    )
    from myapp.notebook.import_formats import load as load_format
    from myapp.notebook.import_formats import names as format_names
    from myapp.notebook.import_formats import save as save_format
    from myapp.notebook.intake.options import ImportOptions
    from myapp.notebook.selection import Selection
    from myapp.progress import Progress, StopToken

__all__ = [
    "ImportOptions",
    "Notebook",
    "Progress",
    "Rescued",
    "Selection",
    "StopToken",
    "create",
    "errors",
    "format_names",
    "load_format",
    "open",
    "rescue",
    "save_format",
    "temporary_part",
]
_ELSEWHERE = {
    "ImportOptions": "myapp.notebook.intake.options:ImportOptions",
    "Rescued": "myapp.document.rescue.report:Rescued",
    "format_names": "myapp.notebook.import_formats:names",
    "load_format": "myapp.notebook.import_formats:load",
    "save_format": "myapp.notebook.import_formats:save",
}
"""The names that are not the library's own, so that a list of runs does not wait for what imports need."""

__version__ = product.VERSION


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "errors":
        return import_module("myapp.errors")
    module, _, attribute = _ELSEWHERE.get(name, f"myapp.library:{name}").partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
