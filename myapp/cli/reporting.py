"""Turns the end of every command into an exit code and, for an error, one line on stderr."""

from __future__ import annotations

from contextlib import contextmanager

from myapp.cli import output
from myapp.cli.streams import STANDARD_OUTPUT, finish_output
from myapp.errors import MyappError, NotFound, StrPath, SystemRefused, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INTERRUPTED = 130
BROKEN_PIPE = 141


def reported(work: Callable[[], int]) -> int:
    """Run a command, or a part of one, and return its exit code; every exception ends here."""
    code = _exit_code(work)
    error = finish_output()
    return code or (_report_output(error) if error else 0)


def _exit_code(work: Callable[[], int]) -> int:
    try:
        return work()
    except MyappError as error:
        return _report(error)
    except KeyboardInterrupt:
        output.remark("interrupted")
        return INTERRUPTED
    except SystemExit as stop:  # argparse, ours and Alembic's
        return 0 if stop.code is None else stop.code if isinstance(stop.code, int) else 2
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename == STANDARD_OUTPUT:
            return _report_output(error)
        # without a file's name it is no refusal of the system but a bug; of two, the second is the user's
        name = error.filename2 or error.filename
        return _report_bug(error) if name is None else _report(_refusal(name, error))
    except MemoryError as error:
        return _report(SystemRefused("the memory", str(error) or "there is not enough of it"))
    except Exception as error:
        return _report_bug(error)


def _report_output(error: OSError) -> int:
    """Report that stdout failed; a reader that goes away is nothing to speak of."""
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    reason = (error.strerror or str(error)).lower()
    return _report(
        SystemRefused(STANDARD_OUTPUT, reason, "what it shows is incomplete, what was done is done")
    )


@contextmanager
def file_errors(path: StrPath) -> Iterator[None]:
    """Turn the system's errors about a file into NotFound, SystemRefused and InUse."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(shown(path)) from error
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: StrPath, error: OSError) -> MyappError:
    from myapp.document.refusals import refused

    return refused(path, error)


def _report(error: MyappError) -> int:
    try:
        from myapp.cli.messages import message

        text = message(error)
    except OSError:  # nothing can be read any more, the program's own files neither
        text = str(error)
    output.remark(text)
    return error.exit_code


def _report_bug(error: Exception) -> int:
    fact = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    try:
        from myapp.crash import write_log

        evidence = str(write_log(error))
    except OSError:  # as above
        evidence = "this line"
    output.remark(f"this is a bug in the program ({fact}); please send {evidence} to its developers")
    return MyappError.exit_code
