"""Removes each check of a module, in a copy of the sources, and prints those that no test misses."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

from _environment import BUILD, ROOT, clean, mutation_environment

TREE = BUILD / "mutations" / "tree"
FOLDERS = ("myapp/schema", "myapp/document", "myapp/notebook")
MOST_SECONDS = 15


def main() -> int:
    """Sweep the modules that are named, or all that read and write; the sources stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="its path in the repository (all)")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="try N mutations of each module, always the same (all)"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=MOST_SECONDS,
        help="how long the tests of one mutation may take together (%(default)s)",
    )
    options = parser.parse_args()
    modules = options.modules or [each for folder in FOLDERS for each in _modules(folder)]
    if unknown := [each for each in modules if not (ROOT / each).is_file()]:
        parser.error(f"there is no {unknown[0]}")
    python = mutation_environment()
    _copy_tree()
    command = [os.fspath(python), "-sB", os.fspath(ROOT / "build_scripts" / "_sweep.py"), *modules]
    command += [f"--seconds={options.seconds}", *([f"--sample={options.sample}"] if options.sample else [])]
    return subprocess.run(command, cwd=TREE, env=clean(), check=False).returncode


def _modules(folder: str) -> list[str]:
    return sorted(each.relative_to(ROOT).as_posix() for each in (ROOT / folder).rglob("*.py"))


def _copy_tree() -> None:
    """Copy what the next commit would have, since the mutations are written into the files."""
    shutil.rmtree(TREE, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TREE / name)


if __name__ == "__main__":
    sys.exit(main())
