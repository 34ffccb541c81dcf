"""Freezes the program and any script with PyInstaller, and keeps the result between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import _freezing
from _environment import BENCH_CONSTRAINTS, ROOT, bench_environment, clean, locked, logged, same, say
from _measuring import PEERS
from myapp.product import NAME, PACKAGE

OPTIONS = (
    # modules and files that its analysis does not see: commands, drivers and the font
    *("--collect-submodules", NAME, "--collect-data", "alembic", "--collect-data", "tzdata"),
    *("--collect-data", "ziafont", "--hidden-import", "psycopg_binary"),
    *("--hidden-import", "sqlalchemy.dialects.postgresql.psycopg"),
)


def pyinstaller_bundle() -> Path:
    """Return the folder of this program as PyInstaller freezes it: same start, commands and data files."""
    sources = [ROOT / "myapp", ROOT / "migrations"]
    return frozen_by_pyinstaller(ROOT / "myapp" / "__main__.py", NAME, OPTIONS, program_data(), sources)


def program_data() -> dict[Path, str]:
    """Return the program's data files, which our bundle has too, each with its folder."""
    ours = _freezing.ensure_bundle()
    made = {ours / "lib" / PACKAGE / name: f"lib/{PACKAGE}" for name in ("manifest.sha256", "blank.myapp")}
    return {**made, ours / "migrations": "migrations"}


def frozen_by_pyinstaller(
    script: Path,
    name: str,
    options: Sequence[str] = (),
    data: Mapping[Path, str] | None = None,
    sources: Iterable[Path] = (),
) -> Path:
    """Return the folder `name`, with the executable `name`, that PyInstaller makes of a script.

    `options` are PyInstaller's; `data` are files and folders to ship, each with its folder in the bundle.
    It is made again if the script, the data, or a file of `sources` has changed.
    """
    place, data = PEERS / "pyinstaller" / name, data or {}
    digest = _digest([script, *data, *sources], [*options, BENCH_CONSTRAINTS.read_text(encoding="utf-8")])
    stamp = place / "made.stamp"
    with locked(f"pyinstaller-{name}"):
        if not same(stamp, digest):
            say(f"PyInstaller freezes {name} (about a minute) …")
            shutil.rmtree(place, ignore_errors=True)
            freeze(script, name, place, options, data)
            stamp.write_text(digest, encoding="utf-8")
    return place / name


def freeze(
    script: Path, name: str, place: Path, options: Sequence[str] = (), data: Mapping[Path, str] | None = None
) -> None:
    """Freeze a script by PyInstaller into the folder `place`/`name`, with an empty cache."""
    python = bench_environment()
    place.mkdir(parents=True, exist_ok=True)
    added = [item for path, target in (data or {}).items() for item in ("--add-data", f"{path}:{target}")]
    folders = {"--distpath": place, "--workpath": place / "work", "--specpath": place / "work"}
    command: list[str | Path] = [python, "-m", "PyInstaller", "--noconfirm", "--clean", "--onedir"]
    command += ["--name", name]
    command += [*(item for pair in folders.items() for item in pair), *options, *added, script]
    # --collect-submodules needs the packages of the repository, which is not installed there
    environment = clean() | {"PYTHONPATH": os.fspath(ROOT)}
    logged([os.fspath(part) for part in command], f"pyinstaller-{name}", cwd=place, environment=environment)


def _digest(paths: Iterable[Path], texts: Iterable[str]) -> str:
    digest = hashlib.sha256("\0".join(texts).encode())
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
