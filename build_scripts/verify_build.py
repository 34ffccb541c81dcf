"""Verifies that builds are reproducible: builds the last commit twice, differently, and compares bytes."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _environment import ROOT, clean, enter, say

HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}
ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "USER": "somebody", "LOGNAME": "somebody"}
HOST = "elsewhere.example"


def main() -> int:
    """Print the digests of the packages, or the names of the files that differ and diffoscope's report."""
    arguments = _parser().parse_args()
    enter()
    with tempfile.TemporaryDirectory(prefix="verify-build-") as work:
        place = Path(work) / "one"
        first = _built(ROOT, place, HERE, 0o022)
        time.sleep(1.1)  # so that the times of files differ
        # of the first one's commit, whatever has been committed since
        second = _built(place, Path(work) / "another place of a longer name", ELSEWHERE, 0o077)
        different = _different(first, second)
        for name in different:
            print(f"differs: {name}")
        if different:
            _explain(first / different[0], second / different[0], arguments.report)
            return 1
        print((first / "packages" / "SHA256SUMS").read_text(encoding="utf-8"), end="")
    print("two builds, in other folders, at other times, under another host name and locale, are the same")
    return 0


def _built(repository: Path, place: Path, variables: dict[str, str], umask: int) -> Path:
    """Return the `dist` folder that a clone of a repository's last commit makes of itself."""
    say(f"building in {place} …")
    subprocess.run(["git", "clone", "--quiet", os.fspath(repository), os.fspath(place)], check=True)
    outside = getattr(sys, "_base_executable", sys.executable)  # the clone makes an environment of its own
    command = [outside, os.fspath(place / "build_scripts" / "package.py")]
    if variables is ELSEWHERE:
        command = _under_another_name(command)
    environment = clean() | variables
    subprocess.run(command, cwd=place, env=environment, umask=umask, check=True, stdin=subprocess.DEVNULL)
    return place / "dist"


def _under_another_name(command: list[str]) -> list[str]:
    """Return the command under another host name, if this system can change it for one process."""
    if sys.platform != "linux" or not shutil.which("unshare"):
        say("the host name stays the same: this system cannot change it for one process")
        return command
    user = [] if os.geteuid() == 0 else ["-r"]
    return ["unshare", *user, "--uts", "sh", "-c", f'hostname {HOST} && exec "$@"', "sh", *command]


def _different(first: Path, second: Path) -> list[str]:
    """Return the names of the files that differ in content or mode, or exist in one folder only."""
    states = [
        {path.relative_to(place): _state(path) for path in place.rglob("*")} for place in (first, second)
    ]
    names = sorted({*states[0], *states[1]})
    return [os.fspath(name) for name in names if states[0].get(name) != states[1].get(name)]


def _state(path: Path) -> tuple[object, ...]:
    if path.is_symlink():
        return ("link", os.fspath(path.readlink()))
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return digest, path.stat().st_mode


def _explain(first: Path, second: Path, report: Path | None) -> None:
    """Print diffoscope's report, if it is installed."""
    tool = shutil.which("diffoscope")
    if tool is None:
        print("install diffoscope to see the differences in it")
        return
    more = ["--html", os.fspath(report)] if report else []
    subprocess.run([tool, *more, os.fspath(first), os.fspath(second)], check=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, metavar="FILE", help="write diffoscope's report as HTML")
    return parser


if __name__ == "__main__":
    sys.exit(main())
