"""Puts the revisions of a migrations directory into one order, by which documents are numbered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from myapp.errors import StrPath, UsageError, shown
from myapp.schema.directory import RevisionDirectory
from myapp.schema.manifest import Manifest

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_ID = re.compile(r"\w[\w.]{0,31}")
"""The id of a revision: backups are named by it (NAME.backup-0001), and Alembic stores 32 letters."""

_RESERVED = ("damaged", "original")
"""In the names of the backups of files that are no documents, these have the revision's place."""


def revision_order(folder: StrPath, manifest: Manifest | None = None) -> list[str]:
    """Return the revisions of a directory, oldest first: each after those that it follows.

    Those that releases had, by their `manifest`, come first and keep their places: documents have their
    numbers. Raise UsageError where the revisions have several heads, or one has an id that cannot be used.
    """
    return ordered(RevisionDirectory(folder).script, manifest)


def ordered(script: ScriptDirectory, manifest: Manifest | None = None) -> list[str]:
    """Return the order as `revision_order` does, from Alembic's own object."""
    heads = script.get_heads()
    if len(heads) > 1:
        fact = f"the revisions in {shown(script.dir)} have several heads ({', '.join(sorted(heads))})"
        raise UsageError(f"{fact}, and documents need one: join them with `alembic merge heads`")
    revisions = [each.revision for each in script.walk_revisions()]
    for revision in revisions:
        if not _ID.fullmatch(revision) or revision in _RESERVED:
            raise UsageError(
                f"{shown(revision)} cannot be the id of a document's revision: use letters and digits"
            )
    released = manifest.released if manifest else ()
    return [*released, *(each for each in reversed(revisions) if each not in released)]
