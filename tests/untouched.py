"""Checks that a refusal is one line and leaves a file untouched; takes root's privileges from the program."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.program import ROOT, Program

LARGE = 1 << 28
"""Bytes from which a file is not read: its size, its time and the space it takes must do."""

POSIX = os.name == "posix"
AS_ROOT = POSIX and os.geteuid() == 0

Done = dict[str, list[dict[str, object]]]


def photograph(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return every name in a folder with its file's type, mode, size, time of writing and digest."""
    return {file.name: _state(file) for file in sorted(folder.iterdir())}


def demand_refusal(
    program: Program,
    path: Path | str,
    code: int,
    *words: str,
    command: Sequence[str] = ("runs",),
) -> str:
    """Demand that a command on a file ends with a code and one line that has all words; return the line."""
    refused = program.run(command[0], path, *command[1:], timeout=60)
    message = refused.stderr
    assert (refused.returncode, refused.stdout, message.count("\n")) == (code, "", 1), message
    assert [word for word in words if word not in message] == [], message
    return message


def run_many(program: Program, cases: Mapping[Path, Sequence[Sequence[str]]]) -> Done:
    """Run commands on each document, up to the first that fails, all in one process of the target."""
    listed = [(os.fspath(path), [list(each) for each in commands]) for path, commands in cases.items()]
    script = ROOT / "tests" / "scripts" / "many_commands.py"
    ran = program.script(script, input=json.dumps(listed), timeout=60 * (1 + len(listed)))
    last = ran.stdout.splitlines()[-1] if ran.stdout else "nothing"
    assert ran.returncode == 0, f"ended after {last}: {ran.stderr}"
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return {name: done for name, done in lines if done != "begins"}


def problems(done: Sequence[Mapping[str, object]], codes: frozenset[int]) -> list[str]:
    """Return the broken promises of the commands on one document.

    They are: an exit code among these; one line where a command failed; an untouched file where it was
    refused; nothing beside the document but backups.
    """
    broken = []
    for each in done:
        code, before, after = each["code"], _listed(each["before"]), _listed(each["after"])
        stray = [name for name in after[2] if name not in before[2] and ".backup-" not in name]
        wrong = {
            "code": code not in codes,
            "lines": bool(code) and str(each["err"]).count("\n") != 1,
            "bytes changed": bool(code) and before[0] != after[0],
            # a long upgrade that fails is rolled back in the file; a refusal does not even touch it
            "written": code not in (0, 7) and before[1] != after[1],
            f"left {stray}": bool(stray),
        }
        names = [name for name, is_broken in wrong.items() if is_broken]
        broken += [f"{each['command']} {code} {name}: {each['err']}" for name in names]
    return broken


def ordinary(program: Program) -> Program:
    """Return the program without root's power to ignore the permissions of files."""
    if not AS_ROOT:
        return program
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv (Linux) to take root's power over files away")
    dropped = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
    return replace(program, command=[*dropped, *program.command])


@contextmanager
def read_only_medium(folder: Path) -> Iterator[None]:
    """Mount a folder read-only on itself, so that root cannot write it either."""
    if sys.platform != "linux" or not AS_ROOT:
        pytest.skip("needs Linux and root for a read-only mount")
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def _state(file: Path) -> tuple[object, ...]:
    status = file.lstat()
    facts = (status.st_mode, status.st_size, status.st_mtime_ns)
    if not stat.S_ISREG(status.st_mode):
        return facts
    if status.st_size >= LARGE:
        return (*facts, getattr(status, "st_blocks", 0))
    return (*facts, hashlib.sha256(file.read_bytes()).hexdigest())


def _listed(state: object) -> list[list[str]]:
    assert isinstance(state, list)
    return state
