"""Makes a repository of your own beside this one: its machinery under your name, your models and revisions.

What is about measurements is left out. The rest is copied with `myapp` replaced by your name, and otherwise
byte for byte. build_scripts/yours/ has what is written anew: constants, an example model, commands and tests.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from _environment import ROOT, clean, enter, say

OLD = "myapp"
COPIED = (
    *(".gitattributes", ".gitignore", "LICENSE", "pyproject.toml", "setup.py"),
    *("build_scripts", "freeze_hooks", "migrations", OLD),
    *("tests/__init__.py", "tests/conftest.py", "tests/forks.py", "tests/postgres.py", "tests/program.py"),
    "tests/scripts/fork_server.py",
)
LEFT_OUT = (
    *(f"{OLD}/{name}" for name in ("__init__.py", "library.py", "manifest.sha256", "notebook", "product.py")),
    *(f"{OLD}/cli/{name}" for name in ("README.md", "notebook", "programs.py")),
    f"{OLD}/window/notebook",
    *("migrations/env.py", "migrations/versions", "freeze_hooks/calamine.py", "freeze_hooks/ziaplot.py"),
    *("build_scripts/bench", "build_scripts/bench.py", "build_scripts/measure.py", "build_scripts/yours"),
    *("build_scripts/_large_document.py", "build_scripts/main_job.svg", "build_scripts/picture.py"),
    "build_scripts/_window_pictures.py",
    *("build_scripts/_guards.py", "build_scripts/_sweep.py", "build_scripts/_touching.py"),
    *("build_scripts/mutations.py", "build_scripts/mutation_constraints.txt"),
    "build_scripts/make_yours.py",
)
"""What is about measurements, and what measures this program against its peers."""


def main() -> int:
    """Make the repository, its first revision and its first kept document; print what to do next."""
    arguments = _parser().parse_args()
    enter()
    from _yours import Yours, YoursError

    started = time.monotonic()
    try:
        yours = Yours.of(arguments)
        copy_machinery(yours.target, yours.renamed)
        yours.write()
    except YoursError as error:
        print(f"not made: {error}", file=sys.stderr)
        return 2
    for script in [] if arguments.only_write else yours.scripts:
        say(f"{' '.join(script)} …")
        _run(yours.target, *script)
    _make_repository(yours.target)
    print(f"{yours.target} was made in {time.monotonic() - started:.0f} seconds. In it:\n{NEXT}")
    return 0


NEXT = """
  python3 build_scripts/run.py     freezes the program and shows it
  python3 build_scripts/test.py    checks, and the suite on source, wheel and executable
README.md says which files are yours."""


def copy_machinery(target: Path, renamed: dict[str, str]) -> None:
    """Copy what is not about measurements, with the names in it replaced."""
    for name in COPIED:
        source = ROOT / name
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        for file in files:
            relative = file.relative_to(ROOT).as_posix()
            if file.is_file() and _belongs(relative):
                _copy(file, target / replaced(relative, renamed), renamed)


def replaced(text: str, renamed: dict[str, str]) -> str:
    """Return a text with each name replaced."""
    for old, new in renamed.items():
        text = text.replace(old, new)
    return text


def _belongs(relative: str) -> bool:
    unwanted = any(relative == name or relative.startswith(f"{name}/") for name in LEFT_OUT)
    is_made = relative.endswith((f"blank.{OLD}", ".png"))  # by scripts: the pictures are those of this window
    return not unwanted and "__pycache__" not in relative and not is_made


def _copy(source: Path, target: Path, renamed: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".qm":  # names no product
        shutil.copyfile(source, target)
        return
    target.write_text(replaced(source.read_text(encoding="utf-8"), renamed), encoding="utf-8", newline="\n")
    shutil.copymode(source, target)


def _run(target: Path, script: str, *arguments: str) -> None:
    """Run a build script of the new repository, with the Python that started this one."""
    outside = getattr(sys, "_base_executable", sys.executable)
    command = [outside, os.fspath(target / "build_scripts" / script), *arguments]
    subprocess.run(command, cwd=target, env=clean(), stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)


def _make_repository(target: Path) -> None:
    """Make the folder a repository of git, where there is git; its files are committed by their owner."""
    if shutil.which("git"):
        subprocess.run(["git", "init", "--quiet", os.fspath(target)], check=True, stdin=subprocess.DEVNULL)
        subprocess.run(["git", "add", "--all"], cwd=target, check=True, stdin=subprocess.DEVNULL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="example: make_yours.py ../shelf --name shelf --from ../old --models shelf.models:Base "
        "--migrations alembic",
    )
    parser.add_argument("target", type=Path, help="the folder to make")
    parser.add_argument("--name", required=True, help="small letters, digits and _; it becomes the package")
    parser.add_argument(
        "--only-write", action="store_true", help="make no revision and no kept document, which take a minute"
    )
    old = parser.add_argument_group("an application that exists")
    old.add_argument("--from", dest="source", type=Path, metavar="DIR", help="its folder")
    old.add_argument("--models", metavar="MODULE:ATTRIBUTE", help="its MetaData, or the base of its models")
    old.add_argument("--migrations", metavar="DIR", help="its migrations directory, below that folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
