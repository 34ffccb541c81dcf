"""Saves a copy of a document with this or an older release's schema; the document itself stays as it is."""

import os
from collections.abc import Collection
from contextlib import closing

from myapp.document.classify import Header, classify
from myapp.document.connect import connect
from myapp.document.context import Context
from myapp.document.format import DocumentFormat
from myapp.document.lost_header import recognise
from myapp.document.placing import placed
from myapp.document.recovery import copy_document
from myapp.document.trust import check_document, check_head, is_whole
from myapp.errors import Damaged, NotFound, StrPath
from myapp.schema.driver_errors import translated


def save_as(
    path: StrPath,
    target: StrPath,
    context: Context,
    *,
    revision: str | None = None,
    lose: Collection[str] = (),
) -> str:
    """Copy a document to a new name, at head or at `revision`, and return that name made absolute.

    The copy is whole or not made at all, and nothing is written where the document lies. Where the way
    down to an older revision would lose information, raise WouldLose, which has the numbers, unless each
    revision that loses some is named in `lose`. Raise SystemRefused where the new name is taken or cannot
    be made, NotFound for an unknown or dropped revision, and the errors of `classify` and `upgrade`.
    """
    wanted = _writable(revision or context.format.head, context.format)
    header = recognise(path, context)
    with placed(target, header.path) as temporary:
        copy_document(header, temporary, context)
        _bring_to(wanted, header, temporary, context, lose)
        _check(header, temporary, context)
    return os.path.abspath(target)


def _writable(revision: str, format: DocumentFormat) -> str:
    """Return a revision of which documents can be made; raise NotFound for another."""
    release = format.manifest.dropped.get(revision)
    if release:
        raise NotFound(f"a way to revision {revision}", f"release {release} is the last that has it")
    format.ordinal_of(revision)
    return revision


def _bring_to(wanted: str, header: Header, copy: str, context: Context, lose: Collection[str]) -> None:
    format = context.format
    ordinal = classify(copy, format).ordinal  # after a recovery, which may have undone an upgrade
    if ordinal == format.ordinal_of(wanted):
        return
    from myapp.document import changes, upgrade  # the one place that needs Alembic

    revision = format.revision_of(ordinal)
    if ordinal < format.ordinal_of(wanted):
        change = changes.up_to(wanted, since=revision)
    else:
        change = changes.down_to(wanted, since=revision, subject=header.path, lose=lose)
    upgrade.migrate_copy(copy, header.path, change, context)


def _check(header: Header, copy: str, context: Context) -> None:
    """Raise Damaged, by the original's name, unless a copy is a whole document of the revision it has."""
    format = context.format
    try:
        # The schema first: checking rows would run the SQL of a foreign one.
        if classify(copy, format).ordinal == format.ordinal:
            with translated(header.path), closing(connect(copy, "ro", context)) as connection:
                check_head(connection, header.path, format)
        else:
            check_document(copy, context)
    except Damaged as error:
        raise Damaged(header.path, error.detail) from error
    if not is_whole(copy, context):
        raise Damaged(header.path, "its check failed")
