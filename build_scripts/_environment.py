"""The build's environments, made from the pinned constraints with nothing but a bare Python.

Parses on Python 3.7 and later, so that one which is too old is told so in a sentence.
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
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CONSTRAINTS = ROOT / "build_scripts" / "constraints.txt"
BENCH_CONSTRAINTS = ROOT / "build_scripts" / "bench" / "constraints.txt"
VENV = BUILD / "venv"
BENCH_VENV = BUILD / "bench-venv"
WHEEL_VENV = BUILD / "wheel-venv"
MINIMUM = (3, 11)
WINDOWS = sys.platform == "win32"


def enter() -> None:
    """Go on inside the development environment, made first where it is missing or stale.

    Returns there, with the repository's packages importable. Elsewhere this process becomes the same
    script under the environment's Python.
    """
    if Path(sys.prefix).resolve() == VENV.resolve():
        sys.path.append(os.fspath(ROOT))
        sys.dont_write_bytecode = True  # nothing lands between the sources
        return
    become([os.fspath(development()), "-Es", str(Path(sys.argv[0]).resolve()), *sys.argv[1:]])


def development() -> Path:
    """Return the Python of the environment that holds everything the constraints name."""
    return _made(VENV, CONSTRAINTS.read_text(encoding="utf-8"))


def bench_environment() -> Path:
    """Return the Python of the environment that holds the benchmark's peers beside the dependencies."""
    return _made(BENCH_VENV, BENCH_CONSTRAINTS.read_text(encoding="utf-8"))


def wheel_environment(wheel: Path, requirements: str) -> Path:
    """Return the Python of an environment that holds these pinned requirements and this wheel alone."""
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
    """Run pip in an environment, its chatter in `build/<log>.log`."""
    logged([os.fspath(python), "-Im", "pip", "--disable-pip-version-check", "--no-input", *arguments], log)


def logged(
    command: Sequence[str], log: str, *, cwd: Path = ROOT, environment: dict[str, str] | None = None
) -> None:
    """Run a command with its output appended to `build/<log>.log`; where it fails, show the end of it."""
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
    """Return the environment without what would lead a build's Python or loader elsewhere."""
    misleading = ("PYTHON", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_", "__PYVENV")
    return {key: value for key, value in os.environ.items() if not key.startswith(misleading)}


def become(command: Sequence[str]) -> None:
    """Replace this process by a command; where the system has no such thing, run it and exit as it did."""
    sys.stdout.flush()
    sys.stderr.flush()
    if WINDOWS:
        sys.exit(subprocess.call(command))
    os.execv(command[0], list(command))


def say(text: str) -> None:
    """Tell the person at the terminal what takes its time; never on standard output."""
    print(text, file=sys.stderr, flush=True)


def same(stamp: Path, text: str) -> bool:
    """Tell whether a stamp file holds exactly this text."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == text


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold `build/<name>.lock`, which the system lets go of even when this process is killed."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / f"{name}.lock").open("a+b") as stream:
        _wait_for(stream)
        yield


def _made(venv: Path, requirements: str) -> Path:
    _demand_python()
    facts = [sys.version, platform.machine(), str(venv), requirements]
    wanted = hashlib.sha256("\0".join(facts).encode()).hexdigest()
    stamp = venv / "environment.stamp"
    if not same(stamp, wanted):
        with locked(venv.name):
            if not same(stamp, wanted):
                _make(venv, requirements)
                stamp.write_text(wanted, encoding="utf-8")
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def _make(venv: Path, requirements: str) -> None:
    say(f"making the environment {venv} (once, about half a minute) …")
    logged([sys.executable, "-Im", "venv", "--clear", os.fspath(venv)], venv.name)
    pinned = venv / "requirements.txt"
    pinned.write_text(requirements, encoding="utf-8")
    python = venv / ("Scripts/python.exe" if WINDOWS else "bin/python")
    pip(python, "install", "--require-hashes", "-r", os.fspath(pinned), log=venv.name)


def _demand_python() -> None:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < MINIMUM:
        raise SystemExit(f"this needs Python 3.11 or newer, and {sys.executable} is {found}")
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        raise SystemExit(
            f"{sys.executable} ({found}) lacks the standard venv and ensurepip modules: "
            "install them (on Debian and Ubuntu: apt install python3-venv)"
        )


def _wait_for(stream: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        while True:  # LK_LOCK itself gives up after ten tries, a second apart
            with contextlib.suppress(OSError):
                msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)
                return
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX)
