"""The blank document of a checkout is made once for each user."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from myapp.application import document_format
from myapp.document.create import blank_document


@pytest.mark.skipif(sys.platform != "linux", reason="sets the cache folder by Linux's environment variable")
def test_what_a_killed_start_left_of_it_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path))
    blank = Path(blank_document(document_format()))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = blank.with_name(f".{blank.name}.0123abcd.{ended.pid}.tmp")
    blank.rename(left)
    assert Path(blank_document(document_format())) == blank
    assert list(blank.parent.iterdir()) == [blank]
