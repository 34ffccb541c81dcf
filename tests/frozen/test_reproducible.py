"""Two builds of the same sources are the same bytes, wherever, whenever and by whomever they are made."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.frozen.test_freezing import repository as repository  # a fixture
from tests.program import BUNDLE, ROOT

ARCHIVE = """
import sys; sys.path += sys.argv[1:3]
import _archive
from pathlib import Path
_archive.pack(Path(sys.argv[3]), Path(sys.argv[4]), 1_700_000_000)
"""


def test_a_build_elsewhere_under_another_name_locale_and_umask_is_the_same(repository: Path) -> None:
    """The suite's bundle is one build, the other is made here; the time of the commit is not compared."""
    command = [sys.executable, "-sB", os.fspath(repository / "build_scripts" / "freeze.py")]
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("unshare"):
        rename = 'hostname elsewhere.example && exec "$@"'
        command = ["unshare", "--uts", "sh", "-c", rename, "sh", *command]
    environment = dict(os.environ) | {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "USER": "somebody"}
    environment["SSL_CERT_FILE"] = os.fspath(repository / "LICENSE")  # the freezer would ship what it names
    done = subprocess.run(
        command, env=environment, umask=0o077, capture_output=True, encoding="utf-8", check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert _states(repository / "dist" / "myapp") == _states(BUNDLE)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no modes to compare")
def test_an_archive_depends_on_nothing_but_the_content(tmp_path: Path) -> None:
    """Order of creation, owner, times and the archive's own name leave no trace."""
    digests = set()
    for number, names in enumerate((["a", "b/c", "ü"], ["ü", "b/c", "a"])):
        folder = tmp_path / f"{number}" / "bundle"
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name, encoding="utf-8")
        target = tmp_path / f"{number}.tar.gz"
        command = [sys.executable, "-sB", "-c", ARCHIVE, os.fspath(ROOT), os.fspath(ROOT / "build_scripts")]
        subprocess.run([*command, os.fspath(folder), os.fspath(target)], check=True)
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def _states(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(folder).as_posix(): (_digest(path), path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def _digest(path: Path) -> str:
    if path.is_symlink():
        return os.fspath(path.readlink())
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
