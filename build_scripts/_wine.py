"""Runs Windows programs under Wine, in a prefix of this checkout, each within a time."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from _environment import BUILD, clean

PREFIX = BUILD / "windows" / "prefix"
DRIVE = PREFIX / "drive_c"

COMPILER = "x86_64-w64-mingw32-gcc"
PACKAGES = {"wine": "wine", "wineserver": "wine64", COMPILER: "gcc-mingw-w64-x86-64-win32"}
"""Programs of the system with their Debian packages: Wine, its 64-bit half, and a compiler for Windows."""

QUIET = {"WINEDEBUG": "-all", "DISPLAY": "", "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
WITHOUT_BROWSER = {"WINEDLLOVERRIDES": "mscoree,mshtml="}
"""Makes a prefix without asking for .NET and a browser."""

OVERRIDES = "HKCU\\Software\\Wine\\DllOverrides"
RUNTIME = ("concrt140", "msvcp140", "msvcp140_1", "msvcp140_2", "vcruntime140", "vcruntime140_1")
"""Libraries that Wine brings and a new Windows has not: here too every program must bring its own."""

BOOT_SECONDS = 180


class WineError(Exception):
    """A program under Wine failed or took too long; the message has its last lines."""


def missing() -> str:
    """Return why nothing can be run under Wine here; "" where it can."""
    tools = [tool for tool in PACKAGES if not shutil.which(tool)]
    return f"Wine cannot be had: there is no {' and no '.join(tools)}" if tools else ""


def install() -> None:
    """Install Wine and the compiler from Debian where that is allowed; `missing` tells whether it worked."""
    packages = [package for tool, package in PACKAGES.items() if not shutil.which(tool)]
    if packages and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        more = ["apt-get", "install", "-qy", "--no-install-recommends", *packages]
        for command in (["apt-get", "update", "-q"], more):
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def environment() -> dict[str, str]:
    """Return the variables of a program under Wine."""
    return clean() | QUIET | {"WINEPREFIX": os.fspath(PREFIX)}


def make_prefix() -> None:
    """Make an empty Windows 10, in place of the last one."""
    stop()
    shutil.rmtree(PREFIX, ignore_errors=True)
    PREFIX.mkdir(parents=True)
    own = [["wine", "reg", "add", OVERRIDES, "/v", name, "/d", "native", "/f"] for name in RUNTIME]
    for command in (["wineboot", "--init"], ["wine", "winecfg", "-v", "win10"], *own):
        # its services keep the output open for as long as they live: a pipe would never end
        subprocess.run(
            command,
            env=environment() | WITHOUT_BROWSER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=BOOT_SECONDS,
            check=True,
        )


def start() -> None:
    """Start Wine's services before a program whose output is a pipe, which they would keep open."""
    nothing = subprocess.DEVNULL
    subprocess.run(
        ["wine", "cmd", "/c", "exit"],
        env=environment(),
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        timeout=BOOT_SECONDS,
        check=True,
    )


def stop() -> None:
    """End all programs of the prefix."""
    if PREFIX.exists() and shutil.which("wineserver"):
        nothing = subprocess.DEVNULL
        for option in ("-k", "-w"):
            subprocess.run(["wineserver", option], env=environment(), stderr=nothing, timeout=60, check=False)


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    seconds: float,
    variables: Mapping[str, str] | None = None,
    show: bool = False,
) -> str:
    """Run a Windows program and return what it prints; raise WineError if it fails, or after `seconds`."""
    code, text = call(command, cwd=cwd, seconds=seconds, variables=variables, show=show)
    if code:
        tail = "\n".join(text.splitlines()[-25:])
        raise WineError(f"`{Path(command[0]).name} …` failed under Wine ({code}):\n{tail}")
    return text


def call(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    seconds: float,
    variables: Mapping[str, str] | None = None,
    show: bool = False,
) -> tuple[int, str]:
    """Run a Windows program; return its exit code and what it prints, which `show` prints at once too.

    After `seconds` all programs of the prefix are ended, and WineError is raised.
    """
    start()
    process = subprocess.Popen(
        ["wine", *(os.fspath(word) for word in command)],
        cwd=cwd,
        env=environment() | dict(variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # Wine 8 gives Python no stdout that is a plain file
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=_read, args=(process, lines, show), daemon=True)
    reader.start()
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        _end(process)
        tail = "".join(lines[-25:])
        raise WineError(f"it took longer than {seconds:.0f} seconds and was ended:\n{tail}") from error
    except BaseException:
        _end(process)
        raise
    reader.join(5)  # a service that was started meanwhile may hold the pipe open
    return code, "".join(lines)


def _read(process: subprocess.Popen[str], lines: list[str], show: bool) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if show:
            sys.stdout.write(line)
            sys.stdout.flush()


def _end(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    stop()
    process.wait()
