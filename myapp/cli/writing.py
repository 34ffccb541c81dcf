"""Writes output files: whole or not at all, and over an existing one only with `--force`."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from myapp.document import files
from myapp.errors import SystemRefused, UsageError, shown

STDOUT = "-"


@contextmanager
def written(path: str, *, force: bool, document: str) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file `path` at the end; an error leaves no file.

    `-` is stdout; a device or a pipe is written to directly. Raise UsageError for a file that exists
    unless `force`, and for the document itself, SystemRefused where it cannot be written.
    """
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = os.path.realpath(path)  # a link stays one
    _refuse(path, target, force, document)
    try:
        if _is_special(target):
            with open(target, "wb") as stream:
                yield stream
        else:
            yield from _replaced(path, target, force)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error


def _refuse(path: str, target: str, force: bool, document: str) -> None:
    if os.path.isdir(target):
        raise UsageError(f"{shown(path)} is a folder: name a file in it")
    if os.path.exists(target) and os.path.exists(document) and os.path.samefile(target, document):
        raise UsageError(f"{shown(path)} is the document itself")
    if not force and os.path.lexists(target) and not _is_special(target):
        raise UsageError(f"{shown(path)} exists: name another file, or replace it with --force")


def _replaced(path: str, target: str, force: bool) -> Iterator[BinaryIO]:
    temporary = files.temporary_name(target)
    try:
        with open(temporary, "xb") as stream:
            yield stream
        if force:
            files.sync_file(temporary)
            os.replace(temporary, target)
            files.sync_folder(target)
        else:
            files.place_new(temporary, target)
    except FileExistsError as error:
        raise UsageError(f"{shown(path)} exists: another program was faster") from error
    finally:
        files.remove(temporary)


def _is_special(target: str) -> bool:
    return os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode)
