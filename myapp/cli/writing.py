"""Writes a command's output: to stdout, or to a file, over an existing one only with `--force`."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from myapp.document import writing

STDOUT = "-"


@contextmanager
def written(path: str, arguments: Namespace) -> Iterator[BinaryIO]:
    """Give a stream whose content becomes the file `path`, or goes to stdout for `-`.

    The errors are those of `document.writing.written`.
    """
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with writing.written(path, arguments.file, force=arguments.force, wait=arguments.wait) as stream:
        yield stream
