"""An X server without a screen, for the frozen window and for the benchmark."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

SCREEN = "1280x800x24"


@contextmanager
def running_display() -> Iterator[str]:
    """Start Xvfb and give the name of its display; raise FileNotFoundError where it is not installed."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    command += ["-noreset"]  # else it starts anew when the last window is closed
    server = subprocess.Popen(
        command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with os.fdopen(reader) as stream:
        number = stream.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()
