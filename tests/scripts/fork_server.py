"""Runs the program's command lines, each in a fork of this process, which has loaded all its modules.

Each line of stdin is a command line as JSON: arguments, environment, folder, and files for its streams.
Each line of stdout is the exit code of one. A fork skips only the interpreter's own start and end.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import sys
from typing import Any

import myapp
from myapp.__main__ import run


def load() -> None:
    """Import every module of the program but the window's, and so the libraries that they use."""
    for module in pkgutil.walk_packages(myapp.__path__, "myapp."):
        if not module.name.startswith("myapp.window"):
            importlib.import_module(module.name)
    gc.freeze()  # a collection in a fork would copy all pages


def become(job: dict[str, Any]) -> None:
    """Give this process the streams, folder, environment and arguments of a command line."""
    for number, name in enumerate(job["streams"]):
        stream = os.open(name, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.argv[1:] = job["arguments"]
    sys.orig_argv[:] = [*job["command"], *job["arguments"]]  # upgrade --jobs starts the same again


def run_and_exit() -> None:
    """Run the program, and end this process with its exit code."""
    code: object = 1
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


load()
jobs, codes = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
for line in jobs:
    child = os.fork()
    if child == 0:
        become(json.loads(line))
        run_and_exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=codes, flush=True)
