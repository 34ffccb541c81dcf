"""Runs another program for a person: finds it, hands signals on, and makes an exit code of its end."""

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
from myapp.errors import MyappError, shown

PLACE = "{}"
"""What a part's path is put for."""

NOT_FOUND, NOT_RUNNABLE = 127, 126
"""The codes of shells, `env`, `timeout` and others that pass a program's own code on."""

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""What asks a program to end, beside Ctrl-C."""


Handler = Callable[[int, FrameType | None], None]


def refusal(program: str) -> int:
    """Say why a program cannot be run and return the exit code for that; 0 where it may be possible."""
    if PLACE in program or shutil.which(program):
        return 0
    if os.path.dirname(program) and os.path.exists(program):
        output.remark(f"{shown(program)} cannot be run")
        return NOT_RUNNABLE
    output.remark(f"there is no program {shown(program)}")
    return NOT_FOUND


def run(words: Sequence[str], path: str) -> int:
    """Run a program and return its exit code, 128 + N where signal N has killed it.

    Each `{}` in its words becomes the path; where there is none, the path is added. No shell sees them.
    Signals that ask this program to end go on to that one, whose end is waited for; the second of a
    kind kills it.
    """
    named = [word.replace(PLACE, path) for word in words]
    named += [] if any(PLACE in word for word in words) else [path]
    sys.stdout.flush()
    with _Handed() as handed:
        try:
            child = subprocess.Popen(named, env=environment.found)
        except OSError as error:
            output.remark(f"{shown(named[0])} cannot be run: {(error.strerror or str(error)).lower()}")
            return NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_RUNNABLE
        handed.to(child)
        code = child.wait()
    return code if code >= 0 else 128 - code


def digest(path: str) -> bytes | None:
    """Return a digest of a file, None where it is gone or no file any more."""
    try:
        with open(path, "rb") as stream:
            found = hashlib.file_digest(stream, "blake2b").digest()
    except OSError:
        return None
    # what a program in WAL mode has left unfinished beside it
    left = [os.path.getsize(path + end) for end in ("-wal", "-journal") if os.path.exists(path + end)]
    return found + bytes(bool(size) for size in left)


@contextmanager
def orderly_end() -> Iterator[None]:
    """End in order where the system asks for it (SIGTERM, SIGHUP), as Ctrl-C does: what is temporary goes.

    Raise SystemExit with 128 + the signal's number then.
    """
    asked: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        raise SystemExit(128 + number)

    with _handlers(dict.fromkeys(ENDING, end)):
        try:
            yield
        except MyappError as error:  # within SQLite the exception is lost, and the work called cancelled
            if asked:
                raise SystemExit(128 + asked[0]) from error
            raise


class _Handed:
    """Hands signals on to a program, from before it starts, so that none is lost."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._got: list[int] = []
        self._handlers = _handlers(dict.fromkeys([signal.SIGINT, *ENDING], self._take))

    def __enter__(self) -> "_Handed":
        self._handlers.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._handlers.__exit__(None, None, None)

    def to(self, child: "subprocess.Popen[bytes]") -> None:
        """Name the program, which gets what has come until now."""
        self._child = child
        for number in self._got:
            self._hand_on(number)

    def _take(self, number: int, _frame: FrameType | None) -> None:
        self._got.append(number)
        if self._child:
            self._hand_on(number)

    def _hand_on(self, number: int) -> None:
        if self._child is None or (number == signal.SIGINT and _from_terminal()):
            return
        again = number in ENDING and self._got.count(number) > 1
        with contextlib.suppress(OSError):
            if again:
                self._child.kill()
            else:
                self._child.send_signal(number)


def _from_terminal() -> bool:
    """Tell whether Ctrl-C was typed: then the system has sent it to the other program too."""
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
    """Take signals for a while; those that somebody has us ignore (nohup) stay ignored."""
    before: dict[int, Any] = {}
    try:
        for number, handler in handlers.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                with contextlib.suppress(ValueError):  # not in the main thread: the host program's affair
                    before[number] = signal.signal(number, handler)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
