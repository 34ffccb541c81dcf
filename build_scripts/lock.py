"""Pins the dependencies in pyproject.toml, and theirs, by version and hash in three files of constraints."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from _environment import BENCH_CONSTRAINTS, CONSTRAINTS, MUTATION_CONSTRAINTS, ROOT, clean

RESOLVER = "uv==0.13.9"
GROUPS = {
    CONSTRAINTS: ("build", "test", "check"),
    BENCH_CONSTRAINTS: ("bench",),
    MUTATION_CONSTRAINTS: ("test", "mutation"),
}


def main() -> int:
    """Resolve for all systems and Python versions at once; --upgrade takes newer releases."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        tools = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([tools / "python", "-Im", "pip", "install", "--quiet", RESOLVER], check=True)
        for written in GROUPS:
            command = [os.fspath(tools / "uv"), *_arguments(written), *sys.argv[1:]]
            subprocess.run(command, check=True, cwd=ROOT, env=clean())
    return 0


def _arguments(written: Path) -> list[str]:
    groups = [argument for group in GROUPS[written] for argument in ("--group", group)]
    # one version in all environments, so that the peers run on the same libraries as the program
    same = () if written == CONSTRAINTS else ("--constraints", os.fspath(CONSTRAINTS))
    return [
        *("pip", "compile", "pyproject.toml", *groups, *same, "--output-file", os.fspath(written)),
        # one file for all systems, without the addresses of this system's package index
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-config"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet"),
        *("--custom-compile-command", "python3 build_scripts/lock.py"),
    ]


if __name__ == "__main__":
    sys.exit(main())
