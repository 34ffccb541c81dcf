"""Tells URLs from names of files; imports nothing, since every start asks."""

import re

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""How a URL begins; one letter alone is a drive of Windows."""


def is_url(name: object) -> bool:
    """Tell whether what somebody names is a URL and no file."""
    return isinstance(name, str) and _URL.match(name) is not None
