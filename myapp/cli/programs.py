"""Runs another program for the user: looks for it, passes signals on, and returns its exit code."""

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from myapp.cli import environment, output
from myapp.descriptors import Stream
from myapp.errors import MyappError, shown

PLACE = "{}"
"""The placeholder of the path in the program's arguments."""

NOT_FOUND, NOT_RUNNABLE = 127, 126
"""The exit codes of shells, `env` and `timeout` for a program that cannot be run."""

INTERRUPTING = [getattr(signal, name) for name in ("SIGINT", "SIGBREAK") if hasattr(signal, name)]
"""Ctrl-C, and Ctrl-Break on Windows."""

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask a program to end, beside those."""

Handler = Callable[[int, FrameType | None], None]


def refusal(program: str) -> int:
    """Print why a program cannot be run and return the exit code for it; 0 where it may be possible."""
    if PLACE in program or shutil.which(program):
        return 0
    if os.path.dirname(program) and os.path.exists(program):
        output.remark(f"{shown(program)} cannot be run")
        return NOT_RUNNABLE
    output.remark(f"there is no program {shown(program)}")
    return NOT_FOUND


def run(words: Sequence[str], path: str) -> int:
    """Run a program and return its exit code, 128 + N where signal N has killed it.

    The path replaces each `{}` in the words; where there is none, it is added. No shell is involved.
    Signals that ask this program to end are passed on, and the program's end is waited for; the same
    signal a second time kills it.
    """
    command = [word.replace(PLACE, path) for word in words]
    command += [] if any(PLACE in word for word in words) else [path]
    if os.name == "nt":  # which itself looks for .exe files alone
        command[0] = shutil.which(command[0]) or command[0]
    sys.stdout.flush()
    with _PassedOn() as signals:
        try:
            child = subprocess.Popen(command, env=environment.at_start)
        except OSError as error:
            output.remark(f"{shown(command[0])} cannot be run: {(error.strerror or str(error)).lower()}")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        signals.pass_to(child)
        code = child.wait()
    return code if code >= 0 else 128 - code


def digest(path: str) -> bytes | None:
    """Return a digest of a file, None where it no longer exists or is no file."""
    try:
        with Stream(path) as stream:
            content = hashlib.file_digest(stream, "blake2b").digest()
    except OSError:
        return None
    # a program in WAL mode may leave its changes in a file beside it
    sizes = [os.path.getsize(path + end) for end in ("-wal", "-journal") if os.path.exists(path + end)]
    return content + bytes(bool(size) for size in sizes)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Raise SystemExit with 128 + N on signal N (SIGTERM, SIGHUP), so that temporary files are removed."""
    received: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        raise SystemExit(128 + number)

    with _handlers(dict.fromkeys(ENDING, end)):
        try:
            yield
        except MyappError as error:  # SQLite loses an exception in its callbacks, and the work is Cancelled
            if received:
                raise SystemExit(128 + received[0]) from error
            raise


class _PassedOn:
    """Passes signals on to a program; collects them before it has started, so that none is lost."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._received: list[int] = []
        self._handlers = _handlers(dict.fromkeys([*INTERRUPTING, *ENDING], self._receive))

    def __enter__(self) -> "_PassedOn":
        self._handlers.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._handlers.__exit__(None, None, None)

    def pass_to(self, child: "subprocess.Popen[bytes]") -> None:
        """Pass all signals on to a program, those received before too."""
        self._child = child
        for number in self._received:
            self._pass_on(number)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self._received.append(number)
        if self._child:
            self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self._child is None or (number in INTERRUPTING and _from_terminal()):
            return
        again = number in ENDING and self._received.count(number) > 1
        with contextlib.suppress(OSError):
            if again:
                self._child.kill()
            else:
                self._child.send_signal(number)


def _from_terminal() -> bool:
    """Whether Ctrl-C was typed on a terminal: then the system has sent it to the other program too."""
    if os.name != "posix":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


@contextmanager
def _handlers(handlers: Mapping[int, Handler]) -> Iterator[None]:
    """Handle signals within the block; those that are ignored (nohup) stay ignored."""
    before: dict[int, Any] = {}
    try:
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(ValueError):  # not in the main thread: the host program handles them
                    before[number] = signal.signal(number, handler)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
