"""Runs the program's main job: a document of the oldest release is upgraded, read and checked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from _environment import ROOT, clean
from myapp.product import MAIN_JOB, RELEASES, SUFFIX, VERSION

USER_VERSION = slice(60, 64)
"""Where a SQLite file has the number of its revision (https://www.sqlite.org/fileformat2.html)."""


class Failed(Exception):
    """The installed program did not do its job; the message has its output."""


@dataclass(frozen=True)
class Command:
    """What starts an installed program, with variables of the environment, and how a path is named to it."""

    words: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    def run(self, *arguments: str) -> str:
        """Return the output of a command of the program; raise Failed where it fails or warns."""
        done = subprocess.run(
            [*self.words, *arguments],
            env=clean() | dict(self.variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise Failed(f"`{' '.join(arguments)}` ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def run(program: Command, folder: Path) -> Path:
    """Do the main job on copies of the kept documents in a folder; return the oldest one, upgraded.

    Raise Failed where it is not at the newest revision afterwards, has no backup, or is found damaged.
    """
    folder.mkdir(parents=True)
    kept = [ROOT / "tests" / "documents" / f"{revision}{SUFFIX}" for revision in RELEASES.values()]
    oldest = next(each for each in kept if each.exists())
    document = Path(shutil.copyfile(oldest, folder / f"oldest ü{SUFFIX}"))
    if VERSION not in program.run("--version").split():
        raise Failed(f"it is not {VERSION}")
    name = f"{program.prefix}{document}"
    for command in (*MAIN_JOB, "check"):
        if not program.run(command, name).strip():
            raise Failed(f"`{command}` printed nothing")
    if int.from_bytes(document.read_bytes()[USER_VERSION], "big") != len(RELEASES):
        raise Failed(f"{document.name} was not upgraded")
    if len(RELEASES) > 1 and len(list(folder.glob("*backup*"))) != 1:
        raise Failed(f"{document.name} has no backup")
    return document
