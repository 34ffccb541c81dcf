"""Ctrl-C while SQLite asks the authorizer whether a statement of a revision may run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from myapp.application import context
from myapp.document import trust
from myapp.document.upgrade import upgrade
from myapp.errors import Cancelled
from myapp.schema import sealed


@pytest.mark.parametrize("number", [0, 1, 40, 400, 900])
def test_ctrl_c_in_a_question_of_the_authorizer_is_no_failed_upgrade(
    tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    document = Path(shutil.copy(documents / "0003.myapp", tmp_path / "trip.myapp"))
    before, requests, authorize = document.read_bytes(), iter(range(number + 1)), sealed._authorize

    def interrupted(*request: object) -> int:
        if next(requests, None) == number:
            raise KeyboardInterrupt
        return authorize(*request)  # type: ignore[arg-type]

    monkeypatch.setattr(sealed, "_authorize", interrupted)
    trust._made_schema.cache_clear()  # its revisions are authorized too
    with pytest.raises(Cancelled):
        upgrade(str(document), context())
    assert document.read_bytes() == before
