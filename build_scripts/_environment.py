"""Makes the build's virtual environments from the pinned constraints, with nothing but a bare Python.

It must parse on Python 3.7, so that a Python which is too old gets a sentence and no traceback.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CONSTRAINTS = ROOT / "build_scripts" / "constraints.txt"
BENCH_CONSTRAINTS = ROOT / "build_scripts" / "bench" / "constraints.txt"
MUTATION_CONSTRAINTS = ROOT / "build_scripts" / "mutation_constraints.txt"
VENV = BUILD / "venv"
BENCH_VENV = BUILD / "bench-venv"
MUTATION_VENV = BUILD / "mutation-venv"
WHEEL_VENV = BUILD / "wheel-venv"
MINIMUM = (3, 11)
LONGEST_WAIT = 86_400
"""Seconds to wait for another build's lock: a day, since a build that hangs can be ended by its user."""

WINDOWS = sys.platform == "win32"


def enter() -> None:
    """Run the rest of a script inside the development environment, made first where missing or stale.

    Inside it, this makes the repository's packages importable and returns. Outside, this process becomes
    the same script under the environment's Python.
    """
    if Path(sys.prefix).resolve() == VENV.resolve():
        sys.path.append(os.fspath(ROOT))
        sys.dont_write_bytecode = True  # nothing lands between the sources
        return
    become([os.fspath(development()), "-Es", str(Path(sys.argv[0]).resolve()), *sys.argv[1:]])


def development() -> Path:
    """Return the Python of build/venv, which holds everything the constraints name."""
    return _made(VENV, CONSTRAINTS.read_text(encoding="utf-8"))


def bench_environment() -> Path:
    """Return the Python of build/bench-venv, which holds the dependencies and the benchmark's peers."""
    return _made(BENCH_VENV, BENCH_CONSTRAINTS.read_text(encoding="utf-8"))


def mutation_environment() -> Path:
    """Return the Python of build/mutation-venv, which runs the tests and changes the sources for them."""
    return _made(MUTATION_VENV, MUTATION_CONSTRAINTS.read_text(encoding="utf-8"))


def wheel_environment(wheel: Path, requirements: str) -> Path:
    """Return the Python of build/wheel-venv, which holds these pinned requirements and this wheel alone."""
    python = _made(WHEEL_VENV, requirements)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    stamp = WHEEL_VENV / "wheel.stamp"
    with locked("wheel-venv"):
        if not same(stamp, digest):
            stamp.unlink(missing_ok=True)
            pip(python, "install", "--no-deps", "--force-reinstall", os.fspath(wheel), log="wheel-venv")
            stamp.write_text(digest, encoding="utf-8")
    return python


def pip(python: Path, *arguments: str, log: str) -> None:
    """Run pip in an environment, with its output in `build/<log>.log`."""
    logged([os.fspath(python), "-Im", "pip", "--disable-pip-version-check", "--no-input", *arguments], log)


def logged(
    command: Sequence[str], log: str, *, cwd: Path = ROOT, environment: dict[str, str] | None = None
) -> None:
    """Run a command with its output in `build/<log>.log`; exit with the log's last lines if it fails."""
    path = BUILD / f"{log}.log"
    with path.open("a", encoding="utf-8") as stream:
        print("$", *command, file=stream, flush=True)
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment or clean(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            check=False,
        )
    if done.returncode:
        tail = path.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
        raise SystemExit("\n".join([*tail, f"`{Path(command[0]).name} …` failed; the whole log: {path}"]))


def clean() -> dict[str, str]:
    """Return the environment without variables that lead Python or the loader to other files."""
    misleading = ("PYTHON", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_", "__PYVENV")
    return {key: value for key, value in os.environ.items() if not key.startswith(misleading)}


def become(command: Sequence[str]) -> None:
    """Replace this process by a command; on Windows, which has no exec, run it and exit with its code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if WINDOWS:
        sys.exit(subprocess.call(command))
    os.execv(command[0], list(command))


def say(text: str) -> None:
    """Print a message about progress on standard error; standard output is for results."""
    print(text, file=sys.stderr, flush=True)


def same(stamp: Path, text: str) -> bool:
    """Return whether a stamp file holds exactly this text."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == text


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold `build/<name>.lock`: an SQLite database, whose lock the system frees when this process dies."""
    import sqlite3

    BUILD.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(str(BUILD / f"{name}.lock"), timeout=LONGEST_WAIT)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield


def _made(venv: Path, requirements: str) -> Path:
    _demand_python()
    inputs = [sys.version, platform.machine(), str(venv), requirements]
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()
    stamp = venv / "environment.stamp"
    if not same(stamp, digest):
        with locked(venv.name):
            if not same(stamp, digest):
                _make(venv, requirements)
                stamp.write_text(digest, encoding="utf-8")
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _make(venv: Path, requirements: str) -> None:
    say(f"making the environment {venv} (once, about half a minute) …")
    logged([sys.executable, "-Im", "venv", "--clear", os.fspath(venv)], venv.name)
    file = venv / "requirements.txt"
    file.write_text(requirements, encoding="utf-8")
    python = venv / ("Scripts/python.exe" if WINDOWS else "bin/python")
    pip(python, "install", "--require-hashes", "-r", os.fspath(file), log=venv.name)


def _demand_python() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < MINIMUM:
        raise SystemExit(f"this needs Python 3.11 or newer, and {sys.executable} is {version}")
    missing = [name for name in ("venv", "ensurepip", "_sqlite3") if not importlib.util.find_spec(name)]
    if missing:
        raise SystemExit(
            f"{sys.executable} ({version}) lacks a part of the standard library, {' and '.join(missing)}: "
            "install it (on Debian and Ubuntu: apt install python3-venv)"
        )
