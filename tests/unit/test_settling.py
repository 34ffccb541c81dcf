"""Two faults that long runs revealed: a journal that vanishes while it is read, Ctrl-C in the last checks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from myapp.application import context, document_format
from myapp.document import open as opening
from myapp.document import recovery
from myapp.document.classify import Header, classify
from myapp.document.recovery import recover
from myapp.document.upgrade import verify
from myapp.errors import Cancelled, InUse
from tests.program import ROOT


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document at head."""
    return Path(shutil.copy(ROOT / "tests" / "documents" / "0007.myapp", tmp_path))


def as_if_hot(document: Path) -> Header:
    """Return what was found while another program's journal was there, which is gone by now."""
    found = vars(classify(document, document_format()))
    return Header(**(found | {"hot": True, "sidecars": ("-journal",)}))


def test_a_journal_that_vanishes_is_another_programs_at_work(document: Path) -> None:
    with pytest.raises(InUse):
        recover(as_if_hot(document), context(0))
    assert list(document.parent.iterdir()) == [document]


def test_a_document_whose_journal_vanishes_opens(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([as_if_hot(document)])
    monkeypatch.setattr(opening, "classify", lambda path, format: next(found, None) or classify(path, format))
    with opening.open_document(document, context()) as opened, opened.driver_reading() as connection:
        assert connection.execute("SELECT count(*) FROM runs").fetchone()[0] > 0


def test_a_document_that_is_in_use_all_the_time_is_so_in_the_end(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (opening, recovery):
        monkeypatch.setattr(module, "classify", lambda _path, _format: as_if_hot(document))
    with pytest.raises(InUse), opening.open_document(document, context(0.25)):
        pass


def test_ctrl_c_while_an_upgrade_is_verified_is_cancelled_and_no_failed_check(document: Path) -> None:
    engine = create_engine(f"sqlite:///{document}", poolclass=NullPool)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw
        raw.set_progress_handler(lambda: 1, 100)
        with pytest.raises(Cancelled):
            verify(connection, f"{document}", document_format())
