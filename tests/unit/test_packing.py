"""An upgraded document has no more free pages than a new one; packing is skipped where it is impossible."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from myapp.application import context
from myapp.document import estimate, files
from myapp.document.classify import MOST_UNCUT
from myapp.document.meter import Meter
from myapp.document.open import open_document
from myapp.document.packing import pack
from myapp.document.save_as import save_as
from myapp.document.upgrade import upgrade, upgrade_copy
from myapp.progress import Progress
from tests.faults.scenes import digest
from tests.program import ROOT

OLD = ROOT / "tests" / "documents" / "0003.myapp"

MULTIPLY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
    INSERT INTO readings (run_id, channel_id, time, value)
    SELECT run_id, channel_id, time + i * 7, value FROM readings, n
"""

USED = "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A document of revision 0003, large enough to be packed after its upgrade."""
    path = Path(shutil.copy(OLD, tmp_path / "large.myapp"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(MULTIPLY)
    return path


@pytest.fixture
def unpacked(large: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same document upgraded where there was no room to pack it."""
    with monkeypatch.context() as here:
        here.setattr(estimate, "can_pack", lambda _path, _content: False)
        upgrade(str(large), context())
    return large


def fresh(path: Path) -> Path:
    """Return a new file with the content of a document."""
    made = path.with_name("fresh.myapp")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(made),))
    return made


def free_pages(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def demand_packed(path: Path) -> None:
    assert free_pages(path) == 0
    assert path.stat().st_size <= 1.1 * fresh(path).stat().st_size


def test_an_upgraded_document_is_as_small_as_a_new_one_with_its_content(large: Path) -> None:
    before = large.stat().st_size
    upgrade(str(large), context())
    demand_packed(large)
    assert large.stat().st_size < before


def test_an_upgraded_copy_that_is_kept_is_packed_too(large: Path) -> None:
    kept = large.with_name("kept.myapp")
    save_as(large, kept, context())
    demand_packed(kept)


def test_a_copy_that_passes_is_not_packed(large: Path) -> None:
    copy = Path(shutil.copy(large, large.with_name("copy.myapp")))
    upgrade_copy(str(copy), str(large), context())
    assert free_pages(copy) > 0


def test_packing_keeps_all_rows_the_schema_and_the_header(unpacked: Path) -> None:
    before, size = digest(unpacked), unpacked.stat().st_size
    pack(str(unpacked), meter(), context())
    assert digest(unpacked) == before
    assert unpacked.stat().st_size < size / 2
    assert list(unpacked.parent.glob("*-journal")) == []


def test_a_document_whose_free_pages_were_not_cut_off_in_time_opens(unpacked: Path) -> None:
    """SQLite commits first, and cuts the file only then."""
    end = unpacked.read_bytes()[-40 * 4096 :]
    pack(str(unpacked), meter(), context())
    before = digest(unpacked)
    with unpacked.open("ab") as stream:
        stream.write(end)
    with open_document(unpacked, context()) as document, document.writing() as connection:
        connection.exec_driver_sql("INSERT INTO tags (name) VALUES ('written afterwards')")
        connection.exec_driver_sql("DELETE FROM tags WHERE name = 'written afterwards'")
    assert digest(unpacked) == before


def test_a_document_that_is_nearly_empty_is_not_packed(unpacked: Path) -> None:
    """A stop before SQLite has cut it off could not be told from a file that something was added to."""
    with closing(sqlite3.connect(unpacked, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE filling (content BLOB)")
        connection.execute("DELETE FROM readings")
        (used,) = connection.execute(USED).fetchone()
        connection.execute("INSERT INTO filling VALUES (zeroblob(?))", (4096 * used * MOST_UNCUT,))
        connection.execute("DROP TABLE filling")
    before = free_pages(unpacked)
    pack(str(unpacked), meter(), context())
    assert free_pages(unpacked) == before


def test_a_document_without_room_to_pack_it_is_upgraded(unpacked: Path) -> None:
    assert free_pages(unpacked) > 0


def test_a_document_that_another_program_reads_is_not_packed(unpacked: Path) -> None:
    before = unpacked.read_bytes()
    with closing(sqlite3.connect(unpacked, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM runs").fetchone()
        pack(str(unpacked), meter(), context())
    assert unpacked.read_bytes() == before
    assert list(unpacked.parent.glob("*-journal")) == []


def test_a_document_that_was_taken_away_is_not_made_again(unpacked: Path) -> None:
    unpacked.unlink()
    pack(str(unpacked), meter(), context())
    assert not unpacked.exists()


def interrupt() -> None:
    raise KeyboardInterrupt


def test_ctrl_c_while_a_document_is_packed_stops_the_program_and_keeps_it(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(unpacked)
    monkeypatch.setattr("myapp.document.packing.INSTRUCTIONS", 100)
    with pytest.raises(KeyboardInterrupt):
        pack(str(unpacked), meter(tick=interrupt), context())
    assert digest(unpacked) == before


@pytest.mark.parametrize("here", [0, 2])
def test_packing_needs_room_for_a_copy_where_sqlite_sorts_and_for_a_journal(
    unpacked: Path, monkeypatch: pytest.MonkeyPatch, here: int
) -> None:
    content = 10_000_000
    monkeypatch.setattr(estimate, "sorting_folder", lambda: str(unpacked.parent))
    monkeypatch.setattr(files, "free_bytes", lambda _path: here * (content + 1_000_000))
    assert estimate.can_pack(str(unpacked), content) is (here == 2)


def test_only_tables_whose_rowid_nobody_uses_have_no_integer_primary_key(unpacked: Path) -> None:
    """VACUUM may number the rows of such tables anew."""
    unnumbered = """
        SELECT t.name FROM pragma_table_list AS t
        WHERE t.schema = 'main' AND t.type IN ('table', 'shadow') AND NOT t.wr AND t.name NOT LIKE 'sqlite%'
        AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) AS c WHERE c.pk = 1 AND c.type = 'INTEGER')
        ORDER BY t.name
    """
    with closing(sqlite3.connect(unpacked)) as connection:
        assert connection.execute(unnumbered).fetchall() == [("alembic_version",)]


def meter(tick: Callable[[], None] | None = None) -> Meter:
    made = Meter(Progress(), 0, {})
    if tick:
        made.tick = tick  # type: ignore[method-assign]
    return made
