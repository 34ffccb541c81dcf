"""The environment as the person has it, for the programs that are run for them.

What the freezer adds to modules of the standard library changes it when they are loaded: `ssl` sets
SSL_CERT_FILE, `zoneinfo` sets PYTHONTZPATH.
"""

import os

found: dict[str, str] = {}
"""The variables as they were when the program started."""


def remember() -> None:
    """Take the environment as it is now for the person's; called before anything that could change it."""
    found.clear()
    found.update(os.environ)
