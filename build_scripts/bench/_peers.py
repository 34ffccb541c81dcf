"""Freezes the benchmark's peers as people freeze a program: by cx_Freeze, with its default options."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from _environment import CONSTRAINTS, ROOT, locked, logged, same, say
from _freezing import SOURCES
from _measuring import PEERS

SCRIPTS = Path(__file__).with_name("peers")

NEEDS = {
    "hello": [],
    # modules that migrations/env.py imports, or SQLAlchemy and Alembic by name
    "naive": [
        f"--include-files={ROOT / 'migrations'}",
        "--packages=myapp.schema",
        "--includes=myapp.product,sqlite3,sqlalchemy.dialects.sqlite,logging.config",
    ],
}
"""The peers, each with the options without which it does not run."""


def frozen(name: str) -> Path:
    """Return the executable of a peer; freeze it first if a source or a pin changed."""
    folder = PEERS / f"cx_freeze-{name}"
    stamp = PEERS / f"cx_freeze-{name}.stamp"
    with locked("peers"):
        digest = source_digest(name)
        if not (same(stamp, digest) and folder.is_dir()):
            say(f"freezing the peer {name} by cx_Freeze (about ten seconds) …")
            stamp.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            _freeze(name, folder)
            stamp.write_text(digest, encoding="utf-8")
    return folder / file_name(name)


def file_name(program: str) -> str:
    """Return the file name of a program's executable on this system."""
    return f"{program}.exe" if sys.platform == "win32" else program


def source_digest(name: str) -> str:
    """Return a digest of a peer's sources: its script, the modules of ours that it includes, and the pins."""
    files = [SCRIPTS / f"{name}.py", CONSTRAINTS, Path(__file__)]
    if NEEDS[name]:
        files += [file for source in SOURCES for file in sorted((ROOT / source).rglob("*.py"))]
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _freeze(name: str, folder: Path) -> None:
    command = [sys.executable, "-sB", "-m", "cx_Freeze", "--script", os.fspath(SCRIPTS / f"{name}.py")]
    command += ["build_exe", "--build-exe", os.fspath(folder), f"--include-path={ROOT}", *NEEDS[name]]
    logged(command, "peers", cwd=PEERS)  # in the repository, setuptools would take that for the project
