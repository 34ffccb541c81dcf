"""Writes output files: whole or not at all, and over an existing one only where the caller says so."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from typing import BinaryIO

from myapp.descriptors import Stream
from myapp.document import files
from myapp.document.classify import MAGIC
from myapp.document.locking import locked
from myapp.document.refusals import refused
from myapp.errors import SystemRefused, UsageError, shown
from myapp.progress import WAIT_SECONDS
from myapp.schema.windows import is_reserved


@contextmanager
def written(
    path: str, document: str = "", *, force: bool = False, wait: float = WAIT_SECONDS
) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file `path` at the end; an error leaves no file.

    A device or a pipe is written to directly. Others may do no more with a new file than with `document`,
    the one that the content is from. Raise UsageError for a file that exists unless `force`, and for the
    document itself, SystemRefused where it cannot be written, InUse for a database that another program uses
    for longer than `wait` seconds, and on Windows for any file that another program has open.
    """
    target = os.path.realpath(path)  # a link stays one
    _refuse(path, target, force, document)
    try:
        if _is_special(target):
            with open(target, "wb") as stream:
                yield stream
        else:
            yield from _replaced(path, target, document, force, wait)
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise
        raise refused(path, error) from error


def _refuse(path: str, target: str, force: bool, document: str) -> None:
    if os.path.isdir(target):
        raise UsageError(f"{shown(path)} is a folder: name a file in it")
    if os.path.exists(target) and os.path.exists(document) and os.path.samefile(target, document):
        raise UsageError(f"{shown(path)} is the document itself")
    if is_reserved(path) and not _is_special(target):
        raise UsageError(
            f"{shown(path)} is a name that Windows keeps for devices and streams: choose another"
        )
    if not force and os.path.lexists(target) and not _is_special(target):
        advice = "name another file, or replace it with {force}"
        raise UsageError(f"{shown(path)} exists", setting="force", advice=advice)


def _replaced(path: str, target: str, document: str, force: bool, wait: float) -> Iterator[BinaryIO]:
    files.sweep(target)
    temporary = files.temporary_name(target)
    try:
        with BufferedWriter(files.new_file(temporary)) as stream:
            yield stream
        _set_mode(temporary, target, document)
        if force:
            files.sync_file(temporary)
            with _unused(target, wait):
                files.replace(temporary, target)
            files.sync_folder(target)
        else:
            files.place_new(temporary, target)
    except FileExistsError as error:
        raise UsageError(f"{shown(path)} exists: another program was faster") from error
    finally:
        files.remove(temporary)


def _set_mode(temporary: str, target: str, document: str) -> None:
    """Give a file the mode of the one that it replaces, or no more than that of the document."""
    if os.path.exists(target):
        files.copy_attributes(target, temporary)
    else:
        files.set_mode(temporary, document if os.path.isfile(document) else "")


@contextmanager
def _unused(target: str, wait: float) -> Iterator[None]:
    """Lock a file that is a database while it is replaced: nobody may just be writing into it."""
    try:
        with Stream(target) as stream:
            database = stream.read(len(MAGIC)) == MAGIC
    except OSError:  # it is gone, or cannot be read
        database = False
    if not database:
        yield
        return
    with locked(target, wait):
        if files.sidecars(target):
            fact = "a program was stopped while it wrote this database"
            raise SystemRefused(target, fact, "remove it with the files of its name beside it")
        if files.REPLACES_OPEN_FILES:
            yield
    if not files.REPLACES_OPEN_FILES:
        yield


def _is_special(target: str) -> bool:
    return os.path.exists(target) and not stat.S_ISREG(os.stat(target).st_mode)
