"""python-calamine: the library that reads workbooks."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return the library, without what unwinds the stack after a Rust panic: as in ziaplot.py."""
    return Needs(
        packages=["python_calamine"],
        includes=["python_calamine"],
        aborting_libraries=[("_python_calamine*", "libgcc_s.so.1")],
    )
