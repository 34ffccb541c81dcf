"""Turns the system's refusals of a file into errors for the user."""

from __future__ import annotations

import os

from myapp.errors import MyappError, StrPath, SystemRefused


def refused(path: StrPath, error: OSError | ValueError, remedy: str = "") -> MyappError:
    """Return SystemRefused; InUse where Windows refuses a file since another program has it open.

    Of a folder Windows says no more than that permission is denied.
    """
    if isinstance(error, PermissionError) and os.name == "nt":
        if os.path.isdir(path):
            return SystemRefused(path, "is a directory", remedy)
        from myapp.schema.driver_errors import in_use
        from myapp.schema.windows import is_open

        if is_open(os.fspath(path)):
            return in_use(os.fspath(path))
    return SystemRefused(path, (getattr(error, "strerror", None) or str(error)).lower(), remedy)
