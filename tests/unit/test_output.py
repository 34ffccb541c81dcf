"""What a terminal's encoding cannot print is printed with escapes: no command fails of a name or a title."""

from __future__ import annotations

import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from myapp.cli.main import main

TITLE = "Wärme ☃ 数"


class Stream(io.TextIOWrapper):
    """A stream, strict as Python's are outside of the C locale, that says whether it is a terminal."""

    def __init__(self, encoding: str, terminal: bool) -> None:
        self.content = io.BytesIO()
        self.terminal = terminal
        super().__init__(self.content, encoding=encoding, errors="strict")

    def isatty(self) -> bool:
        """Whether this is a terminal."""
        return self.terminal

    def text(self) -> str:
        """Return what was written to it."""
        self.flush()
        return self.content.getvalue().decode(self.encoding)


def run(encoding: str, *words: str, terminal: bool = False) -> tuple[int, str, str]:
    """Run a command; return its exit code and what it wrote to its two streams of an encoding."""
    out, err = Stream(encoding, terminal), Stream(encoding, terminal)
    with redirect_stdout(out), redirect_stderr(err):
        exit_code = main([*words])
    return exit_code, out.text(), err.text()


@pytest.fixture
def document(documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A document whose name and first title have signs that few encodings have."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    path = f"{shutil.copy(documents / '0007.myapp', tmp_path / f'{TITLE}.myapp')}"
    assert run("utf-8", "rename", path, "1", TITLE) == (0, "", "")
    return path


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_result_with_signs_that_the_encoding_lacks_is_printed_with_escapes(
    document: str, encoding: str, terminal: bool
) -> None:
    for words in (("runs", document), ("show", document, "1"), ("info", document)):
        exit_code, out, err = run(encoding, *words, terminal=terminal)
        assert (exit_code, "\\u2603" in out) == (0, True), f"{words}: {out}{err}"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_message_about_a_name_that_the_encoding_lacks_is_one_line_with_escapes(
    tmp_path: Path, encoding: str
) -> None:
    exit_code, out, err = run(encoding, "info", f"{tmp_path}/{TITLE}")
    assert (exit_code, out, err.count("\n")) == (3, "", 1), err
    assert "\\u2603" in err


def test_a_plot_is_not_drawn_where_the_encoding_has_no_signs_for_it(document: str) -> None:
    exit_code, out, err = run("cp1252", "show", document, "1", terminal=True)
    assert (exit_code, "\\u28" in out) == (0, False)
    assert "this terminal's locale has no signs to draw with" in err
