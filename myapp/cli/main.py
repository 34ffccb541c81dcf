"""The command line's frame: parse, run one command, turn every outcome into an exit code."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enums of it, which cost a start 2 ms
import os
import sys

from myapp.application import document_format
from myapp.cli import environment, output
from myapp.errors import MyappError, SystemRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERRUPTED = 130
BROKEN_PIPE = 141


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; nothing else ends the process."""
    environment.remember()
    output.prepare()
    _take_signals()
    try:
        code = _run(argv)
        sys.stdout.flush()
        return code
    except MyappError as error:
        from myapp.cli.remedies import told

        output.remark(told(error))
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


def _run(argv: list[str]) -> int:
    document_format()  # an installation that is not whole starts nothing
    if argv[:1] == ["alembic"]:
        from myapp.cli.schema import alembic

        return alembic(argv[1:])
    if argv == ["--version"]:
        from myapp.cli.versions import show

        show()
        return 0
    result: int = (arguments := _parsed(argv)).command(arguments)
    return result


def _parsed(argv: list[str]) -> Any:
    from myapp.cli import plain

    found = plain.read(argv)
    if found is None:
        from myapp.cli.parser import parse

        return parse(argv)
    return found


def _take_signals() -> None:
    # Frozen, Python leaves all as the system has them: Ctrl-C, a closed pipe and a file that grows
    # beyond what the user may write would kill at once.
    try:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(_signal, name):
                _signal.signal(getattr(_signal, name), _signal.SIG_IGN)
    except ValueError:  # not in the main thread: the host program's affair
        pass


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
