"""The list of runs is there before anything heavy is imported."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.program import ROOT

HEAVY = ("sqlalchemy", "alembic", "myapp.window.notebook.plot", "myapp.notebook.intake", "rich", "ziaplot")

LISTED = """
import sys, time
from PySide6.QtWidgets import QApplication
from myapp.window.desktop import Desktop
from myapp.window.notebook.runs_model import RunsModel
seen = []
replace = RunsModel.replace
def note(self, rows):
    replace(self, rows)
    seen.extend(name for name in sys.argv[2:] if name in sys.modules and not seen)
    seen.append("listed")
RunsModel.replace = note
application = QApplication([])
desktop = Desktop()
desktop.open([sys.argv[1]])
until = time.monotonic() + 60
while not seen:
    assert time.monotonic() < until
    application.processEvents()
print(*seen)
desktop.close()
"""


def test_a_document_at_head_is_listed_without_what_only_other_work_needs(
    document: Callable[[str], Path], tmp_path: Path
) -> None:
    script = tmp_path / "listed.py"
    script.write_text(LISTED, encoding="utf-8")
    path = document("0007")
    environment = {**os.environ, "PYTHONPATH": os.fspath(ROOT)}
    command = [sys.executable, "-B", os.fspath(script), os.fspath(path), *HEAVY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split()[0] == "listed"
