"""Keeps off the screen what libraries and Python itself write to stderr: a command's error is one line.

Drivers log that a connection was lost, with a traceback, beside the exception that they raise for it, and
logging without a handler prints to stderr. `python -X dev -m myapp` shows it all.
"""

from __future__ import annotations

import sys

from myapp.schema import libraries


def keep_quiet() -> None:
    """Discard such messages in this process, which must be the program's own."""
    if sys.flags.dev_mode:
        return
    sys.unraisablehook = _discard
    libraries.at_first_use(_silence)


def _silence() -> None:
    import logging  # here, since a start does not need them
    import threading
    import warnings

    logging.lastResort = logging.NullHandler()
    threading.excepthook = _discard
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _discard(_details: object) -> None:
    """Take the place of Python's hooks for exceptions that nobody can catch."""
