"""Estimates of an upgrade: its space, and its time from the measured cost of each revision.

Another machine, or a document of few readings and many attachments, may differ by several times. Imports
nothing that costs time.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from myapp.document import files
from myapp.document.format import Cost

SPACE_FACTOR = 3
"""Free space for an upgrade, in sizes of the document: the backup, and the journal with a rebuilt
copy of the largest table. Measured: 1 for the backup and 1.4 to 1.6 for the other two."""

SORTING_FACTOR = 1.5
"""Space for SQLite's temporary files while it sorts. Measured: 0.5 to 1.3 sizes of the document."""

MEGABYTE = 1_000_000


USUAL = Cost(0.05, 1.5)
"""For a revision that nobody has measured: between the ones that were."""

VERIFYING = Cost(0.008, 1.0)
"""The checks before the commit."""

PACKING = Cost(0.01, 0.15)
"""Giving back the free pages after it, of content; see packing.py."""

MINIMUM = Cost(0.02, 0.1)
"""The cost of a step without any data."""


def amounts(revisions: Sequence[str], costs: Mapping[str, Cost], size: int) -> list[Cost]:
    """Return the costs of steps, of the checks and of the packing, for a document of `size` bytes."""
    steps = []
    megabytes = size / MEGABYTE
    for cost in [*(costs.get(revision, USUAL) for revision in revisions), VERIFYING, PACKING]:
        seconds = MINIMUM.seconds + cost.seconds * megabytes
        steps.append(Cost(seconds, MINIMUM.instructions + cost.instructions * megabytes))
        megabytes *= cost.leaves
    return steps


def space_needed(path: str, size: int) -> int:
    """Return how many bytes must be free where a document lies, for its upgrade."""
    factor: float = SPACE_FACTOR
    sorting = sorting_folder()
    if sorting and os.stat(path).st_dev == os.stat(sorting).st_dev:
        factor += SORTING_FACTOR
    return int(factor * size) + (1 << 20)


def too_little(needed: int, free: int) -> str:
    """Return the sentence that says so, of bytes."""
    return f"an upgrade needs about {needed / 1e6:.1f} MB of free space, and {free / 1e6:.1f} MB are free"


def sorting_lacks(path: str, size: int) -> tuple[str, int, int] | None:
    """Return (folder, needed, free) if SQLite's temporary folder is too small, else None.

    None too where it is on the document's disk, which `space_needed` counts.
    """
    folder = sorting_folder()
    if folder is None or os.stat(path).st_dev == os.stat(folder).st_dev:
        return None
    needed, free = int(SORTING_FACTOR * size), files.free_bytes(os.path.join(folder, ""))
    return (folder, needed, free) if free < needed else None


def can_pack(path: str, content: int) -> bool:
    """Tell whether there is room for packing: measured, a copy where SQLite sorts and as large a journal."""
    folder = sorting_folder()
    if folder is None:  # SQLite would make the copy in memory
        return False
    needed = content + MEGABYTE
    if os.stat(path).st_dev == os.stat(folder).st_dev:
        return files.free_bytes(path) >= 2 * needed
    return min(files.free_bytes(path), files.free_bytes(os.path.join(folder, ""))) >= needed


def sorting_folder() -> str | None:
    """Return where SQLite puts its temporary files (https://www.sqlite.org/tempfiles.html), if anywhere."""
    if sys.platform == "win32":
        import tempfile

        return tempfile.gettempdir()
    named = (os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR"))
    for folder in (*named, "/var/tmp", "/usr/tmp", "/tmp"):
        if folder and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None
