"""Upgrades documents in parallel: worker processes take file names from a queue.

Processes, since Alembic's context is a module global; of the program itself, since only POSIX can fork, and
macOS not safely. A file's name and its result go through pipes, a line of JSON each.
"""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, redirect_stderr, redirect_stdout, suppress
from queue import SimpleQueue
from typing import cast

from myapp import paths
from myapp.cli import output
from myapp.cli.reporting import INTERRUPTED
from myapp.errors import SystemRefused
from myapp.product import NAME

Result = tuple[int, str, str]
"""The exit code for a document, and what was printed to stdout and stderr."""

_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_INTERRUPT = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT)
"""The interruption of a process in a group of its own, which Ctrl-C does not reach."""


def can_start(command: str) -> bool:
    """Whether this process is the program as a user starts it, and not another program that calls it."""
    return sys.argv[1:2] == [command]


def exit_codes(files: Sequence[str], number: int, command: Sequence[str]) -> Iterator[int]:
    """Yield the exit code for each file in order, having printed what its worker printed.

    `command` starts this program as a worker. At the end, Ctrl-C included, no worker is left.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def upgrade(file: str) -> Result:
        worker = idle.get()
        try:
            return worker.upgrade(file)
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(number) as threads, ExitStack() as stack:
        for _ in range(number):
            idle.put(stack.enter_context(_worker(command)))
        try:
            answers = threads.map(upgrade, files)
        except RuntimeError as error:  # "can't start new thread"
            raise _too_many("thread") from error
        results = stack.enter_context(closing(cast("Generator[Result]", answers)))
        for code, out, err in results:
            sys.stdout.write(out)
            sys.stdout.flush()
            sys.stderr.write(err)
            yield code


def serve(upgrade: Callable[[str], int]) -> int:
    """Be a worker: upgrade each file named on stdin, and answer with its exit code and its output."""
    with suppress(KeyboardInterrupt):
        for line in sys.stdin:
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                code = upgrade(json.loads(line))
            print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
            if code == INTERRUPTED:
                break
    return 0


class _Worker:
    """A process that upgrades one document at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def upgrade(self, file: str) -> Result:
        """Return the result for a document."""
        assert self._process.stdin
        assert self._process.stdout
        line = ""
        with suppress(OSError):  # BrokenPipeError, but for Windows
            print(json.dumps(file), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        if not line:
            stopped = SystemRefused(file, "the process that upgraded it was stopped", "upgrade it again")
            return stopped.exit_code, "", output.remark_line(str(stopped))
        code, out, err = json.loads(line)
        return code, out, err


@contextmanager
def _worker(command: Sequence[str]) -> Iterator[_Worker]:
    """Give a worker that ends with the block; an exception there interrupts it."""
    process = _started([*_this_program(), *command])
    assert process.stdin
    assert process.stdout
    try:
        yield _Worker(process)
    except BaseException:
        with suppress(OSError, SystemError):  # without a console it finishes its document first
            process.send_signal(_INTERRUPT)
        raise
    finally:
        with suppress(OSError):
            process.stdin.close()
        process.wait()
        process.stdout.close()


def _started(command: Sequence[str]) -> "subprocess.Popen[str]":
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=os.name == "posix",
            creationflags=_NEW_GROUP,
        )
    except BlockingIOError as error:  # EAGAIN
        raise _too_many("process") from error


def _too_many(what: str) -> SystemRefused:
    return SystemRefused("upgrade", f"the system starts no further {what}", "use fewer --jobs")


def _this_program() -> list[str]:
    """Return the command that starts this program, with the interpreter's own options."""
    if paths.target() == "frozen":  # the variable PYTHONEXECUTABLE may change sys.executable
        return [os.path.join(paths.bundle_dir(), NAME + (".exe" if os.name == "nt" else ""))]
    return [sys.executable, *sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]]
