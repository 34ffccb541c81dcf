"""The start without a console shows errors and texts in a dialog, and is quiet elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from myapp import without_console
from myapp.product import NAME, VERSION


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """What a dialog would show, and whether as an error; the streams are given back at the end."""
    texts: list[tuple[str, bool]] = []
    monkeypatch.setattr(without_console, "show", lambda text, *, failed: texts.append((text, failed)))
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)  # as Windows starts it
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return texts


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", [NAME, *arguments])
    with pytest.raises(SystemExit) as end:
        without_console.run()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_an_error_is_shown_in_its_one_line(
    shown: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = str(tmp_path / "nowhere.myapp")
    assert run(monkeypatch, missing) == 3
    assert shown == [(f"{NAME}: {missing} does not exist\n", True)]


def test_a_text_that_was_asked_for_is_shown_and_work_that_prints_nothing_shows_nothing(
    shown: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert (VERSION in shown[0][0], shown[0][1]) == (True, False)
    shown.clear()
    assert run(monkeypatch, "note", str(tmp_path / "nowhere.myapp")) != 0
    assert shown


def test_an_import_that_fails_is_shown_too(
    shown: list[tuple[str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "myapp.cli.main", None)
    assert run(monkeypatch) == 1
    assert "ModuleNotFoundError" in shown[0][0]


def test_the_module_is_a_script() -> None:
    done = subprocess.run(
        [sys.executable, "-m", without_console.__name__, "--nonsense"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
