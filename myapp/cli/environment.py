"""Remembers the environment variables at the start, for the other programs that are run.

Modules of the standard library change it in a frozen program: `ssl` sets SSL_CERT_FILE, `zoneinfo` sets
PYTHONTZPATH.
"""

import os

at_start: dict[str, str] = {}
"""The environment variables when the program started."""


def remember() -> None:
    """Remember the variables; call it before anything that could change them."""
    at_start.clear()
    at_start.update(os.environ)
