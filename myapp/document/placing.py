"""Places a new document under a free name, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from myapp.document import files
from myapp.document.refusals import refused
from myapp.errors import StrPath, SystemRefused, shown
from myapp.schema.windows import is_reserved


@contextmanager
def placed(path: StrPath, like: str = "") -> Iterator[str]:
    """Give a temporary name beside `path`; at the end the file of that name is synced and moved there.

    On any error nothing stays; after a kill, the next `placed` or opening removes the rest. Raise
    SystemRefused where the name is taken, before anything is done, or the place cannot be written. Others may
    do no more with it than with the file `like`, of which it is made.
    """
    target = os.path.abspath(path)
    demand_free(path)
    files.sweep(target)
    temporary = files.temporary_name(target)
    try:
        yield temporary
        files.set_mode(temporary, like)
        files.place_new(temporary, target)
    except BaseException as error:
        files.remove(temporary)
        if isinstance(error, FileExistsError):
            raise _name_taken(path) from error
        if isinstance(error, OSError):
            raise refused(path, error) from error
        raise


def demand_free(path: StrPath) -> None:
    """Raise SystemRefused where the name is taken, by a link that points nowhere too, or is Windows' own."""
    if is_reserved(path):
        raise SystemRefused(path, "Windows keeps such names for devices and streams", "choose another one")
    if os.path.lexists(path):
        raise _name_taken(path)
    for end in files.sidecars(os.fspath(path)):
        fact = f"{shown(path)}{end} is there, which SQLite would take for a part of it"
        raise SystemRefused(path, fact, "choose another name, or move that away")


def _name_taken(path: StrPath) -> SystemRefused:
    return SystemRefused(path, "there is a file of that name", "choose another one")
