"""Runs the program in forks of one process that has loaded all its modules: the same, but for the start."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from tests.program import ROOT, Program

SCRIPT = ROOT / "tests" / "scripts" / "fork_server.py"


@dataclass(frozen=True)
class ForkedProgram(Program):
    """The program, its plain command lines run in forks, each with an exit code and streams of its own.

    A command line with an environment, a folder or an input of its own is a start as with `Program`;
    so is one of a changed `command`.
    """

    server: ForkServer

    def run(
        self,
        *args: str | os.PathLike[str],
        check: bool = False,
        timeout: float = 120,
        **options: object,
    ) -> subprocess.CompletedProcess[str]:
        """Run the program with these arguments."""
        if options or self.command != self.server.program.command:
            return super().run(*args, check=check, timeout=timeout, **options)
        done = self.server.run([os.fspath(arg) for arg in args], timeout)
        if check:
            done.check_returncode()
        return done


class ForkServer:
    """The process that forks; it starts with the first command line, and again after one that hung."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = Lock()

    def forked_program(self) -> ForkedProgram:
        """Return the program that runs here."""
        own = self.program
        return ForkedProgram(own.target, own.command, own.script_command, own.home, self)

    def run(
        self, arguments: list[str], timeout: float = 120, place: Path | None = None, output: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command line in a fork; `place` is its folder, `output` a device for its stdout."""
        with tempfile.TemporaryDirectory(dir=self.program.home, ignore_cleanup_errors=True) as folder:
            out, err, cwd = (Path(folder, name) for name in ("out", "err", "cwd"))
            cwd.mkdir()
            job = {
                "command": self.program.command,
                "arguments": arguments,
                "environment": self.program.environment(),
                "folder": f"{place or cwd}",
                "streams": [os.devnull, output or f"{out}", f"{err}"],
            }
            out.touch()
            code = self._exit_code(job, timeout)
            texts = [path.read_text(encoding="utf-8") for path in (out, err)]
        return subprocess.CompletedProcess([*self.program.command, *arguments], code, *texts)

    def stop(self) -> None:
        """Kill the process, with the fork that may still run."""
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None

    def _exit_code(self, job: Mapping[str, object], timeout: float) -> int:
        with self._one_at_a_time:
            self._process = process = self._process or self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(job).encode() + b"\n")
            if not select.select([process.stdout], [], [], timeout)[0]:
                self.stop()
                raise subprocess.TimeoutExpired(str(job["arguments"]), timeout)
            code = process.stdout.readline()
            if not code:
                self.stop()
                raise EOFError(f"the process that forks has ended: {job}")
            return int(code)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.program.script_command, os.fspath(SCRIPT)],
            cwd=self.program.home,
            env=self.program.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
