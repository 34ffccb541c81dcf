"""The window starts, with a console and without one, and takes over the files of a second start."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.program import BUNDLE, Program

PATIENCE_SECONDS = 20
STARTS = 4
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "my trip ü.myapp"))


def demand_taken_over(program: Program, command: list[str], document: Path) -> None:
    """Demand that a second start ends at once: the first one's window has the file."""
    second = [*command, f"{document}"]
    for _start in range(STARTS):
        try:
            done = subprocess.run(
                second, env=program.environment(OFFSCREEN), timeout=PATIENCE_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            continue  # the first one did not listen yet
        assert done.returncode == 0
        return
    pytest.fail("no window took over the file")


@pytest.mark.parametrize("executable", ["myapp.exe", "myapp_window.exe"])
def test_a_window_opens_and_takes_over_the_files_of_a_second_start(
    program: Program, document: Path, executable: str
) -> None:
    if program.target != "frozen" and executable != "myapp.exe":
        pytest.skip("about the bundle")
    command = [f"{BUNDLE / executable}"] if program.target == "frozen" else program.command
    with subprocess.Popen(
        [*command, f"{document}"], env=program.environment(OFFSCREEN), stderr=subprocess.PIPE
    ) as window:
        try:
            time.sleep(2)
            demand_taken_over(program, command, document)
            assert window.poll() is None
        finally:
            window.kill()
        assert window.stderr
        assert window.stderr.read() == b""
    shown = program.run("runs", document)
    assert shown.returncode == 0
