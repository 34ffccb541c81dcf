"""Packs the bundle for Linux into a tar.gz, with the files for a desktop and a script that installs these."""

from __future__ import annotations

import platform
import shutil
import tempfile
from pathlib import Path

import _archive
import _desktop_files
from myapp.product import NAME, VERSION

SCRIPT = Path(__file__).with_name("desktop.sh")


def build(bundle: Path, folder: Path, time: int, level: int = _archive.LEVEL) -> Path:
    """Write the archive into a folder, and return it: `myapp-0.7.0-linux-x86_64.tar.gz`."""
    system = f"{platform.system()}-{platform.machine()}".lower()
    with tempfile.TemporaryDirectory() as work:
        copy = Path(shutil.copytree(bundle, Path(work) / NAME, symlinks=True))
        _desktop_files.write(copy / "share", time)
        script = Path(shutil.copyfile(SCRIPT, copy / "desktop.sh"))
        script.chmod(0o755)
        _archive.normalize(copy, time)
        target = folder / f"{NAME}-{VERSION}-{system}.tar.gz"
        _archive.pack(copy, target, time, level)
    return target
