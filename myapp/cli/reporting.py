"""Turns every outcome of a piece of work into one line and an exit code."""

from __future__ import annotations

import os
import sys

from myapp.cli import output
from myapp.errors import MyappError, SystemRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
BROKEN_PIPE = 141


def reported(work: Callable[[], int]) -> int:
    """Do a command, or a part of one, and return its exit code; nothing that it raises gets further."""
    try:
        code = work()
        sys.stdout.flush()
        return code
    except MyappError as error:
        from myapp.cli.messages import message

        output.remark(message(error))
        return error.exit_code
    except KeyboardInterrupt:
        output.remark("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return BROKEN_PIPE
    except SystemExit as stop:  # argparse, ours and Alembic's
        return stop.code if isinstance(stop.code, int) else 2
    except OSError as error:
        return _report_refusal(error)
    except Exception as error:
        return _report_bug(error)


def _silence() -> None:
    """Let Python's own flush at exit write into nothing instead of the closed pipe."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())


def _report_refusal(error: OSError) -> int:
    """Tell what the system refused: with a file's name it is that, without one it is a bug of ours."""
    if error.filename is None:
        return _report_bug(error)
    refused = SystemRefused(error.filename, (error.strerror or str(error)).lower())
    output.remark(str(refused))
    return refused.exit_code


def _report_bug(error: Exception) -> int:
    from myapp.cli.crash import write_log

    log = write_log(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    output.remark(f"this is a bug in the program ({what}); please send {log} to its developers")
    return MyappError.exit_code
