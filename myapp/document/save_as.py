"""Keeps a copy of a document, upgraded, where it can be written; the document itself stays as it is."""

import os
from contextlib import closing

from myapp.document import files
from myapp.document.classify import Header, State, classify
from myapp.document.connect import connect
from myapp.document.format import Format
from myapp.document.progress import Progress
from myapp.document.recovery import copy_document
from myapp.document.trust import check_head, is_whole
from myapp.errors import Damaged, SystemRefused
from myapp.schema.driver_errors import WAIT_SECONDS, translated


def save_as(
    path: str | os.PathLike[str],
    target: str | os.PathLike[str],
    kind: Format,
    progress: Progress | None = None,
    wait: float = WAIT_SECONDS,
) -> str:
    """Copy a document to a new name, upgraded, whole or not at all, and return that name made absolute.

    Nothing is written where the document lies. Raise SystemRefused where the new name is taken or
    cannot be made, and what `classify` and `upgrade` raise.
    """
    header = classify(path, kind)
    made = os.path.abspath(target)
    if os.path.lexists(made):
        raise _taken(target)
    files.sweep(made)
    temporary = files.temporary_name(made)
    try:
        copy_document(header, temporary, kind, wait, progress.waiting if progress else None)
        _upgrade(header, temporary, kind, progress, wait)
        files.place_new(temporary, made)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError as error:
        raise SystemRefused(target, (error.strerror or str(error)).lower()) from error
    finally:
        files.remove(temporary)
    return made


def _upgrade(header: Header, copy: str, kind: Format, progress: Progress | None, wait: float) -> None:
    if classify(copy, kind).state is State.OLDER:
        from myapp.document.upgrade import upgrade_copy  # the one place that needs Alembic

        upgrade_copy(copy, header.path, kind, progress, wait)
        return
    # The schema first: checking rows would run what a foreign one computes.
    with translated(header.path, wait), closing(connect(copy)) as connection:
        check_head(connection, header.path, kind)
    if not is_whole(copy):
        raise Damaged(header.path, "its check failed")


def _taken(target: str | os.PathLike[str]) -> SystemRefused:
    return SystemRefused(target, "there is a file of that name", "choose another one")
