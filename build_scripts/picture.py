"""Draws main_job.svg for the README, a terminal in which the frozen program does its main job; with --window
pictures of the window."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from _environment import ROOT, enter

PICTURE = ROOT / "build_scripts" / "main_job.svg"
WIDTH = 118
COMMANDS = (["runs"], ["info"], ["show", "3"])
ERASED = re.compile(r"[^\n]*\n[^\n]*\x1b\[1A\x1b\[2K")
"""A progress bar that the program erased again: its line, and the cursor's move back to it."""


def main() -> int:
    """Run the program in a terminal (POSIX only) and draw the output, or show documents in the window."""
    enter()
    if sys.argv[1:] == ["--window"]:
        import _window_pictures

        print(*_window_pictures.take(), sep="\n")
        return 0
    from rich.console import Console
    from rich.text import Text

    import _freezing
    from myapp.product import NAME, SUFFIX

    program = _freezing.ensure_bundle() / NAME
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder).resolve() / f"trip{SUFFIX}"
        shutil.copyfile(ROOT / "tests" / "documents" / f"0001{SUFFIX}", document)
        for command, *rest in COMMANDS:
            console.print(Text(f"$ {NAME} {' '.join([command, document.name, *rest])}", style="bold"))
            shown = on_terminal([os.fspath(program), command, document.name, *rest], document.parent)
            console.print(Text.from_ansi(shown.replace(f"{document.parent}/", "").rstrip()), soft_wrap=True)
    drawn = console.export_svg(title="a document of the oldest release")
    # The pictured font comes from the network as rich writes it; the reader's own will do.
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\n", "", drawn, flags=re.DOTALL), encoding="utf-8")
    print(PICTURE)
    return 0


def on_terminal(command: list[str], folder: Path) -> str:
    """Run a command in a folder, on a new terminal, and return its output."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(command[0], command, {"TERM": "xterm", "COLUMNS": str(WIDTH - 2), "LANG": "C.UTF-8"})
    shown = b""
    while block := _read(terminal):
        shown += block
    os.close(terminal)
    os.waitpid(pid, 0)
    return ERASED.sub("", shown.decode().replace("\r\n", "\n"))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say that the other end is closed
        return b""


if __name__ == "__main__":
    sys.exit(main())
