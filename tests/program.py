"""How the suite starts the program from source, from an installed wheel, or frozen, for the same tests."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from myapp.product import NAME, PACKAGE

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = sys.platform == "win32"
EXE = ".exe" if WINDOWS else ""
BUNDLE = ROOT / "dist" / NAME
PROBE = ROOT / "build" / "probe" / NAME / f"{PACKAGE}_probe{EXE}"
UTF_8 = ["-X", "utf8"] if WINDOWS else []
"""Options of Python for scripts that print: the program itself needs none."""

WHEEL_TOOLS = ROOT / "build" / "wheel-venv" / ("Scripts" if WINDOWS else "bin")


@dataclass(frozen=True)
class Program:
    """The program under test as a person starts it: `command`, and `script` for a look inside."""

    target: str
    command: list[str]
    script_command: list[str]
    home: Path

    def run(self, *args: str | os.PathLike[str], **options: object) -> subprocess.CompletedProcess[str]:
        """Run the program with these arguments; see `_run` for the options."""
        return self._run(self.command, args, **options)

    def script(self, *args: str | os.PathLike[str], **options: object) -> subprocess.CompletedProcess[str]:
        """Run a Python script, the first argument, inside the target: its interpreter, its modules."""
        return self._run(self.script_command, args, **options)

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return a minimal environment, with its home and temporary folders away from the person's."""
        folders = {"HOME": "", "TMPDIR": "tmp", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data"}
        folders |= {"XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}
        if WINDOWS:
            folders |= {"USERPROFILE": "", "TEMP": "tmp", "APPDATA": "data", "LOCALAPPDATA": "local"}
        homes = {key: self.home / name for key, name in folders.items()}
        for folder in homes.values():
            folder.mkdir(parents=True, exist_ok=True)
        kept = {key: os.environ[key] for key in ("SYSTEMROOT", "WINDIR") if key in os.environ}
        paths = {key: os.fspath(folder) for key, folder in homes.items()}
        return {"PATH": os.defpath, "LANG": "C.UTF-8", **kept, **paths, **(extra or {})}

    def _run(
        self,
        command: Sequence[str],
        args: Sequence[str | os.PathLike[str]],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        input: str | None = None,  # noqa: A002  named as in subprocess.run
        check: bool = False,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory(dir=self.home, ignore_cleanup_errors=True) as empty:
            return subprocess.run(
                [*command, *map(os.fspath, args)],
                cwd=cwd or empty,
                env=self.environment(env),
                input=input,
                stdin=subprocess.DEVNULL if input is None else None,
                capture_output=True,
                encoding="utf-8",
                check=check,
                timeout=timeout,
            )


def start_commands(target: str) -> tuple[list[str], list[str]]:
    """Return what starts the program on a target, and what runs a script inside it."""
    return {"source": _source, "wheel": _wheel, "frozen": _frozen}[target]()


def tree_digest(folder: Path) -> str:
    """Return a digest of every name and byte in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        if file.is_file():
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _source() -> tuple[list[str], list[str]]:
    python = [sys.executable, "-I", "-X", f"pycache_prefix={ROOT / 'build' / 'pycache'}", "-c"]
    path = f"import sys; sys.path.insert(0, {os.fspath(ROOT)!r}); "
    script = "import runpy; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    program = [*python, f"{path}from {PACKAGE}.__main__ import run; run()"]
    return program, [*python[:-1], *UTF_8, "-c", path + script]


def _wheel() -> tuple[list[str], list[str]]:
    return [os.fspath(WHEEL_TOOLS / f"{NAME}{EXE}")], [os.fspath(WHEEL_TOOLS / f"python{EXE}"), "-I", *UTF_8]


def _frozen() -> tuple[list[str], list[str]]:
    return [os.fspath(BUNDLE / f"{NAME}{EXE}")], [os.fspath(PROBE)]
