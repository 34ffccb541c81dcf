"""Private folders are removed when their program ends; those of a killed program by the next one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from myapp.application import document_format
from myapp.cli.messages import message
from myapp.document.private import private_folder, sweep
from myapp.errors import Damaged, NotFound, UpgradeNeeded, WouldLose
from tests.program import ROOT, WINDOWS

KILLED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from myapp.application import document_format
from myapp.document.private import private_folder
with private_folder(document_format()) as folder:
    print(folder, flush=True)
    open(os.path.join(folder, "part.myapp"), "w").close()
    os.kill(os.getpid(), 9)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_folder_is_closed_to_others_and_removed_with_all_that_is_in_it(place: Path) -> None:
    with private_folder(document_format()) as folder:
        assert Path(folder).parent == place
        assert WINDOWS or Path(folder).stat().st_mode & 0o777 == 0o700
        (Path(folder) / "deep").mkdir()
        (Path(folder) / "deep" / "file").touch()
    assert list(place.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_what_a_killed_program_left_is_removed_and_what_a_living_one_holds_is_not(place: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, ROOT], capture_output=True, text=True, check=False)
    left = Path(killed.stdout.strip())
    assert (killed.returncode, sorted(file.name for file in left.iterdir())) == (-9, ["lock", "part.myapp"])
    with private_folder(document_format()) as living:
        assert list(place.iterdir()) == [Path(living)]
        sweep(document_format())
        assert list(place.iterdir()) == [Path(living)]


def test_what_only_looks_like_one_is_left_alone(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "lock").touch()
    mine = [
        place / name for name in ("myapp-private-mine", "myapp-private-12345678", "myapp-private-abcdefgh")
    ]
    for folder in mine[:2]:
        folder.mkdir()
        (folder / "precious").touch()
    if not WINDOWS:  # which gives links to few
        mine[2].symlink_to(elsewhere)
    (place / "myapp-private-00000000").mkdir()  # of one that was killed before it made its lock
    sweep(document_format())
    assert sorted(place.iterdir()) == [folder for folder in sorted(mine) if os.path.lexists(folder)]
    assert (elsewhere / "lock").exists()


def test_errors_name_no_command_and_the_command_line_adds_what_to_type() -> None:
    lost = {"0005": {"sources": 3}, "0003": {"notes": 1, "tags": 2}}
    for error, remedy in [
        (Damaged("a", "torn"), ", see `myapp backups` and `myapp rescue`"),
        (UpgradeNeeded("a", "0003", "0007"), ": leave out --no-upgrade to do that after a backup"),
        (WouldLose("a", "0002", lost), ": allow that with --lose 0005 --lose 0003"),
        (NotFound("a"), ""),
    ]:
        assert "myapp" not in str(error)
        assert "--" not in str(error)
        assert message(error) == f"{error}{remedy}"
