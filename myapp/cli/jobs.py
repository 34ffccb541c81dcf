"""Upgrades several documents at a time, by processes of this program that are told which, one after another.

Processes, since Alembic's context is a module global; of the program itself, since only POSIX can fork, and
macOS not safely. Names and what came of them go through pipes, a line of JSON each.
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

Work = Callable[[str], int]
"""Takes the name of a document and returns an exit code; what it says goes to stdout and stderr."""

Answer = tuple[int, str, str]
"""What came of a document: the exit code, what was said, and what was remarked."""

_NEW_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def can_start(command: str) -> bool:
    """Tell whether this process is the program as a person starts it, and not another one that calls it."""
    return sys.argv[1:2] == [command]


def outcomes(files: Sequence[str], number: int, words: Sequence[str]) -> Iterator[int]:
    """Yield the exit code for each file in order, having printed what its process said.

    `words` start this program as one that serves. At the end, Ctrl-C included, no process is left.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()

    def ask(file: str) -> Answer:
        worker = idle.get()
        try:
            return worker.ask(file)
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(number) as threads, ExitStack() as stack:
        for _ in range(number):
            idle.put(stack.enter_context(_started(words)))
        answers = stack.enter_context(closing(cast("Generator[Answer]", threads.map(ask, files))))
        for code, said, remarked in answers:
            sys.stdout.write(said)
            sys.stdout.flush()
            sys.stderr.write(remarked)
            yield code


def serve(work: Work) -> int:
    """Do the work for each name that comes from stdin, and answer with its code and what it said."""
    with suppress(KeyboardInterrupt):
        for line in sys.stdin:
            said, remarked = io.StringIO(), io.StringIO()
            with redirect_stdout(said), redirect_stderr(remarked):
                code = work(json.loads(line))
            print(json.dumps([code, said.getvalue(), remarked.getvalue()]), flush=True)
            if code == INTERRUPTED:
                break
    return 0


class _Worker:
    """One process, which does one document at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, file: str) -> Answer:
        """Return what came of a document."""
        assert self._process.stdin
        assert self._process.stdout
        line = ""
        with suppress(BrokenPipeError):
            print(json.dumps(file), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        if not line:
            lost = SystemRefused(file, "the process that upgraded it was stopped", "upgrade it again")
            return lost.exit_code, "", output.remark_line(str(lost))
        code, said, remarked = json.loads(line)
        return code, said, remarked


@contextmanager
def _started(words: Sequence[str]) -> Iterator[_Worker]:
    """Give a worker, which ends with the block: at once where that ends early, by one Ctrl-C of its own."""
    process = subprocess.Popen(
        [*_own_start(), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=os.name == "posix",
        creationflags=_NEW_GROUP,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield _Worker(process)
    except BaseException:
        if os.name == "posix":  # elsewhere it ends its document first
            process.send_signal(signal.SIGINT)
        raise
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
        process.stdout.close()


def _own_start() -> list[str]:
    """Return what starts this program: the interpreter's options as they were, without the arguments."""
    if paths.target() == "frozen":  # where sys.executable is what the variable PYTHONEXECUTABLE says
        return [os.path.join(paths.bundle_dir(), NAME + (".exe" if os.name == "nt" else ""))]
    return [sys.executable, *sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]]
