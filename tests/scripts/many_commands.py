"""Runs many commands in one process: a JSON list of cases from stdin, a JSON line for each to stdout.

A case is a document and commands for it, which end with the first that fails. A command that takes more
than SECONDS ends the process with a traceback.
"""

from __future__ import annotations

import contextlib
import faulthandler
import hashlib
import io
import json
import os
import sys
from pathlib import Path

from myapp.cli.main import main

SECONDS = 60


def state(document: Path) -> list[object]:
    """Return digest and last write of a document, and the names beside it: no refusal may change them."""
    content, written_at = document.read_bytes(), document.stat().st_mtime_ns
    return [
        hashlib.sha256(content).hexdigest(),
        written_at,
        sorted(file.name for file in document.parent.iterdir()),
    ]


def run(document: Path, command: list[str]) -> dict[str, object]:
    """Run one command; return its exit code, its message, and the states before and after."""
    before = state(document)
    out, err = io.StringIO(), io.StringIO()
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([command[0], os.fspath(document), *command[1:]])
    faulthandler.cancel_dump_traceback_later()
    return {
        "command": command,
        "code": code,
        "err": err.getvalue(),
        "before": before,
        "after": state(document),
    }


def run_case(document: Path, commands: list[list[str]]) -> list[dict[str, object]]:
    """Run a document's commands up to the first that fails."""
    done = []
    for command in commands:
        done.append(run(document, command))
        if done[-1]["code"]:
            break
    return done


for name, commands in json.load(sys.stdin):
    print(json.dumps([name, "begins"]), flush=True)  # the last such line names a document that hangs
    print(json.dumps([name, run_case(Path(name), commands)]), flush=True)
