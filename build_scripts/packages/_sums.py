"""Writes and compares SHA256SUMS, by which a download is checked: `sha256sum --check SHA256SUMS`."""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = "SHA256SUMS"


def write(folder: Path) -> Path:
    """Write the digests of all files in a folder, and return their file."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != NAME)
    target = folder / NAME
    target.write_text(
        "".join(f"{_digest(file)}  {file.name}\n" for file in files), encoding="utf-8", newline="\n"
    )
    return target


def differing(sums: Path) -> list[str]:
    """Return the names of files that are not there any more, or not as they were."""
    lines = (line.split("  ", 1) for line in sums.read_text(encoding="utf-8").splitlines())
    files = {sums.with_name(name): digest for digest, name in lines}
    return [file.name for file, digest in files.items() if not file.is_file() or _digest(file) != digest]


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
