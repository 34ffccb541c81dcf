"""Keeps a copy of a document at this or an older release's schema; the document itself stays as it is."""

import os
from collections.abc import Collection
from contextlib import closing

from myapp.document.classify import Header, classify
from myapp.document.connect import connect
from myapp.document.format import Format, revision_of
from myapp.document.placing import placed
from myapp.document.progress import Progress
from myapp.document.recovery import copy_document
from myapp.document.trust import check_document, check_head, is_whole
from myapp.errors import Damaged, StrPath
from myapp.schema.driver_errors import WAIT_SECONDS, translated


def save_as(
    path: StrPath,
    target: StrPath,
    kind: Format,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
    *,
    revision: str | None = None,
    lose: Collection[str] = (),
) -> str:
    """Copy a document to a new name, at head or at `revision`, and return that name made absolute.

    The copy is whole or not made at all, and nothing is written where the document lies. Where the way
    down to an older revision would lose information, raise WouldLose, which has the numbers, unless each
    revision that loses some is named in `lose`. Raise SystemRefused where the new name is taken or cannot
    be made, and what `classify` and `upgrade` raise.
    """
    header = classify(path, kind)
    wanted = int(revision or kind.head)
    with placed(target) as temporary:
        copy_document(header, temporary, kind, wait, progress.waiting if progress else None)
        _bring_to(wanted, header, temporary, kind, progress, wait, lose)
        _check(header, temporary, kind, wait)
    return os.path.abspath(target)


def _bring_to(
    wanted: int,
    header: Header,
    copy: str,
    kind: Format,
    progress: Progress | None,
    wait: float,
    lose: Collection[str],
) -> None:
    found = classify(copy, kind).ordinal  # after a recovery, which may have undone an upgrade
    if found == wanted:
        return
    from myapp.document import upgrade  # the one place that needs Alembic

    if found < wanted:
        change = upgrade.up_to(revision_of(wanted))
    else:
        change = upgrade.down_to(revision_of(wanted), header.path, lose)
    upgrade.migrate_copy(copy, header.path, kind, change, progress, wait)


def _check(header: Header, copy: str, kind: Format, wait: float) -> None:
    """Raise Damaged, by the original's name, unless a copy is a whole document of the revision it has."""
    try:
        # The schema first: checking rows would run what a foreign one computes.
        if classify(copy, kind).ordinal == kind.ordinal:
            with translated(header.path, wait), closing(connect(copy)) as connection:
                check_head(connection, header.path, kind)
        else:
            check_document(copy, kind, wait)
    except Damaged as error:
        raise Damaged(header.path, error.detail) from error
    if not is_whole(copy):
        raise Damaged(header.path, "its check failed")
