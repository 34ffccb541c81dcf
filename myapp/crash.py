"""Writes the log of a bug, the traceback and the versions, into the user's folder of logs."""

import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

import platformdirs

from myapp.errors import without_passwords
from myapp.product import NAME, VERSION


def write_log(error: BaseException) -> Path:
    """Write the log, and return its path."""
    name = f"{NAME}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    text = without_passwords("".join(traceback.format_exception(error)))
    head = f"{NAME} {VERSION}, Python {platform.python_version()}, {sys.platform}\n"
    for place in (log_folder, _temporary_folder):
        try:
            folder = place()
            folder.mkdir(parents=True, exist_ok=True)
            # A private file, since a traceback may quote a document.
            log = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(log, "w", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(head + text)
        except OSError:
            continue
        return folder / name
    return Path(os.devnull)


def newest_log() -> Path | None:
    """Return the log that was written last; None where there is none."""
    folder = log_folder()
    logs = folder.glob(f"{NAME}-*.log") if folder.is_dir() else ()
    return max(logs, default=None, key=lambda log: log.stat().st_mtime)


def log_folder() -> Path:
    """Return the user's folder of logs, which the first log makes."""
    return platformdirs.user_log_path(NAME, appauthor=False)


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir())  # FileNotFoundError where no folder takes a file
