"""Runs the program under strace: lists its system calls on a folder, and makes one of them fail."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.program import Program

CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")
CHANGING = (
    "?openat,?write,?writev,?pwrite64,?pwritev,?pwritev2,?ftruncate,?truncate,?fallocate,?fsync,"
    "?fdatasync,?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?unlink,"
    "?unlinkat,?mkdir,?mkdirat,?rmdir,?chmod,?fchmod,?fchmodat,?chown,?fchown,?lchown,"
    "?fchownat,?copy_file_range,?sendfile,?ioctl,?utimensat"
)
"""Calls that change the disk or sync it; a `?` marks calls that not every machine has."""

PATIENCE = 120.0
"""Seconds to wait for a process to stop or end."""


@dataclass(frozen=True)
class Point:
    """The `number`th call of a name in a run of the program, which touched the folder under test."""

    call: str
    number: int
    changing: bool
    text: str


def demand_strace() -> None:
    """Skip the test where this machine cannot trace a process."""
    if sys.platform != "linux" or not shutil.which("strace"):
        pytest.skip("needs strace (Linux)")
    allowed = subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if allowed.returncode:
        pytest.skip(f"needs strace, which may not trace here: {allowed.stderr.strip()}")


def points(
    program: Program, arguments: Sequence[str], log: Path, calls: str = CHANGING, about: str = ""
) -> tuple[subprocess.CompletedProcess[str], list[Point]]:
    """Run the program; return its result and its calls that have `about` in their arguments, in order."""
    done = traced(program, ["-f", "--seccomp-bpf", "-y", "-s", "0", "-e", f"trace={calls}"], log).run(
        *arguments
    )
    counted: dict[tuple[str, str], int] = defaultdict(int)
    matching = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := CALL.match(line):
            process, call, text = match.groups()
            counted[process, call] += 1
            if about in text:
                matching.append(Point(call, counted[process, call], _changes(call, text), text))
    return done, matching


def _changes(call: str, text: str) -> bool:
    if call == "openat":
        return "O_CREAT" in text or "O_TRUNC" in text
    if call == "ioctl":
        return "FICLONE" in text
    return call in CHANGING.replace("?", "").split(",")


def traced(program: Program, options: Sequence[str], log: Path) -> Program:
    """Return the same program, to be started under strace with its output in a file."""
    return replace(program, command=["strace", "-o", os.fspath(log), *options, *program.command])


def strike(
    program: Program, arguments: Sequence[str], point: Point, fault: str, log: Path, *, on: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run the program with a fault at one call, as strace names it: `signal=SIGKILL`, `error=EIO`.

    With `on`, every later call of that name has it too.
    """
    return traced(program, _fault(point, fault, on), log).run(*arguments)


def struck(log: Path) -> bool:
    """Return whether the run that wrote this log reached its fault."""
    text = log.read_text(encoding="utf-8", errors="replace")
    return "(INJECTED)" in text or "+++ killed by" in text or "--- SIG" in text


def _fault(point: Point, fault: str, on: bool = False) -> list[str]:
    count = f"{point.number}{'+' if on else ''}"
    # strace delivers no signal where it traces through seccomp
    fast = ["--seccomp-bpf"] if fault.startswith("error") else []
    return ["-f", *fast, "-e", f"trace={point.call}", "-e", f"inject={point.call}:{fault}:when={count}"]


class Running:
    """A program that was started and not waited for."""

    def __init__(self, program: Program, arguments: Sequence[str]) -> None:
        self._done: subprocess.CompletedProcess[str] | None = None
        self.process = subprocess.Popen(
            [*program.command, *arguments],
            cwd=program.home,
            env=program.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def finish(self, timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Return its result; it must end by itself within a time in seconds."""
        if self._done is None:
            output, errors = self.process.communicate(timeout=timeout)
            self._done = subprocess.CompletedProcess(
                self.process.args, self.process.returncode, output, errors
            )
        return self._done


@dataclass(frozen=True)
class Stopped:
    """The program, stopped right after one of its calls."""

    running: Running
    pid: int

    def go_on(self) -> subprocess.CompletedProcess[str]:
        """Let it go on, and return its result.

        Calls are counted for each thread: another one may reach the same number later, and stop it again.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.running.process.poll() is None:
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(self.pid, signal.SIGCONT)
            with suppress(subprocess.TimeoutExpired):
                return self.running.finish(timeout=0.1)
        return self.running.finish()

    def kill(self) -> None:
        """Kill it where it stands."""
        os.kill(self.pid, signal.SIGKILL)
        self.running.finish()


@contextmanager
def stopped(program: Program, arguments: Sequence[str], point: Point, log: Path) -> Iterator[Stopped]:
    """Give the program, stopped right after a call; at the end it is killed unless it has ended."""
    log.unlink(missing_ok=True)
    running = Running(traced(program, _fault(point, "signal=SIGSTOP"), log), arguments)
    pid = running.process.pid
    try:
        pid = _wait_for_stop(running, log)
        yield Stopped(running, pid)
    finally:
        if running.process.poll() is None:
            os.kill(pid, signal.SIGKILL)
        running.finish()


def _process_of(thread: int) -> int:
    """Return the process of a thread, which may end before it."""
    status = Path(f"/proc/{thread}/status").read_text(encoding="utf-8")
    return int(re.search(r"^Tgid:\s+(\d+)", status, re.MULTILINE).group(1))  # type: ignore[union-attr]


def _wait_for_stop(running: Running, log: Path) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.process.poll() is None:
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        if match := re.search(r"^(\d+) +--- stopped by SIGSTOP ---", text, re.MULTILINE):
            return _process_of(int(match.group(1)))
        time.sleep(0.01)
    raise AssertionError(f"the program did not stop: {running.process.poll()}")
