"""Attachments come out byte for byte as they went in, in bounded memory, and under harmless names only."""

import hashlib
import io
import os
import tracemalloc

import pytest
from sqlalchemy import func, insert, select, text, update

from myapp.errors import BadData, Cancelled, Damaged, NotFound, UsageError
from myapp.notebook import attachments, queries
from myapp.notebook.models import metadata
from myapp.progress import Progress
from tests.unit.notebook.conftest import Amounts, CancelAt

RUNS, KEPT = metadata.tables["runs"], metadata.tables["attachments"]
MIB = 1 << 20


@pytest.fixture
def connection(shared_engine):
    """A connection to a notebook of two runs, rolled back at the end."""
    with shared_engine.connect() as connection:
        connection.execute(insert(RUNS), [{"id": i, "title": f"run {i}", "started_at": 0} for i in (1, 2)])
        yield connection


def _file(folder, content, name="photo.jpg"):
    path = folder / name
    path.write_bytes(content)
    return path


def _out(connection, run, name):
    stream = io.BytesIO()
    attachments.write_content(connection, attachments.find_attachment(connection, run, name), stream)
    return stream.getvalue()


@pytest.mark.parametrize("size", [0, 1, MIB, MIB + 1, 9 * MIB])
def test_what_goes_in_comes_out(connection, tmp_path, size):
    """Whether it is nothing, a piece, or many; progress ends at the whole."""
    content = os.urandom(size)
    progress = Amounts()
    path = _file(tmp_path, content)
    kept = attachments.attach(connection, 1, path, progress=progress, now_us=7)
    assert _out(connection, "run 1", "photo.jpg") == content
    assert progress.all[-1:] == ([(size, size)] if size else [])
    expected = queries.AttachmentRow("photo.jpg", hashlib.sha256(content).hexdigest(), size, 7)
    assert queries.show(connection, 1).attachments == (expected,)
    assert (kept.sha256, kept.size) == (expected.sha256, size)


def test_a_name_is_kept_once_a_run_and_its_content_goes_with_it(connection, tmp_path):
    """Another run may have the same; what is removed is not there any more."""
    path = _file(tmp_path, b"one")
    attachments.attach(connection, 1, path)
    attachments.attach(connection, 2, _file(tmp_path, b"two"))
    with pytest.raises(UsageError, match="already"):
        attachments.attach(connection, 1, path)
    assert (_out(connection, 1, "photo.jpg"), _out(connection, 2, "photo.jpg")) == (b"one", b"two")
    attachments.remove(connection, attachments.find_attachment(connection, 1, "photo.jpg"))
    with pytest.raises(NotFound):
        attachments.find_attachment(connection, 1, "photo.jpg")
    assert _out(connection, 2, "photo.jpg") == b"two"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(connection, tmp_path):
    """A file of nothing but a hole costs no disk, and is too large all the same."""
    path = tmp_path / "large.bin"
    with path.open("wb") as stream:
        stream.truncate(attachments.SIZE_LIMIT + 1)
    with pytest.raises(UsageError, match="500000000"):
        attachments.attach(connection, 1, path)


def test_what_is_no_file_is_refused(connection, tmp_path):
    """A folder, and what is not there."""
    with pytest.raises(UsageError):
        attachments.attach(connection, 1, tmp_path)
    with pytest.raises(FileNotFoundError):
        attachments.attach(connection, 1, tmp_path / "none")


@pytest.mark.parametrize("by", [-5, 5])
def test_a_file_that_changes_while_it_is_read_is_refused(connection, tmp_path, by):
    """Shorter or longer than it was: what would be kept is no state it ever had."""
    path = _file(tmp_path, bytes(2 * MIB))

    class Change(Progress):
        def amount(self, done, total):
            os.truncate(path, 2 * MIB + by)

    with pytest.raises(BadData, match="changed"):
        attachments.attach(connection, 1, path, progress=Change())


def test_attaching_and_writing_out_may_be_cancelled(shared_engine, tmp_path):
    """At any piece: a rollback leaves nothing, or the attachment as it was."""
    path = _file(tmp_path, os.urandom(9 * MIB))
    with shared_engine.connect() as connection:
        connection.execute(insert(RUNS).values(id=1, title="run 1", started_at=0))
        for number in (1, 5, 9):
            with connection.begin_nested() as attaching:
                with pytest.raises(Cancelled):
                    attachments.attach(connection, 1, path, progress=CancelAt(number))
                attaching.rollback()
            assert connection.execute(select(func.count()).select_from(KEPT)).scalar_one() == 0
        attachment = attachments.attach(connection, 1, path)
        for number in (1, 2):
            with pytest.raises(Cancelled):
                attachments.write_content(connection, attachment, io.BytesIO(), progress=CancelAt(number))
        assert _out(connection, 1, "photo.jpg") == path.read_bytes()


@pytest.mark.parametrize("content", [b"bytE", b"byte!", b""])
def test_content_that_is_not_what_was_kept_is_damage(connection, tmp_path, content):
    """The digest and the size are verified on the way out."""
    attachments.attach(connection, 1, _file(tmp_path, b"byte"))
    connection.execute(update(KEPT).values(content=content))
    with pytest.raises(Damaged, match=r"photo\.jpg"):
        _out(connection, 1, "photo.jpg")


def test_memory_does_not_grow_with_an_attachment(connection, tmp_path):
    """Ten times the size of what is held at once goes in and out."""
    path = _file(tmp_path, bytes(60 * MIB))
    tracemalloc.start()
    attachments.attach(connection, 1, path)
    with (tmp_path / "out").open("wb") as stream:
        attachments.write_content(connection, attachments.find_attachment(connection, 1, "photo.jpg"), stream)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30 * MIB
    assert (tmp_path / "out").stat().st_size == 60 * MIB


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "a\\b", "/etc/passwd", "C:x", "x:stream", "a\nb", "a\x00"),
        *("con", "NUL.txt", "com1.tar.gz", " x", "x ", "x.", "what?", "a*", "ö" * 128),
    ],
)
def test_a_name_that_means_more_than_a_file_somewhere_is_not_plain(name):
    """On any system: a document may have been written by anybody."""
    assert not attachments.is_plain_name(name)


@pytest.mark.parametrize("name", ["photo.jpg", ".hidden", "a b.tar.gz", "日本.txt", "console.txt", "ö" * 127])
def test_usual_names_are_plain(name):
    """Letters of all scripts, spaces inside, several dots."""
    assert attachments.is_plain_name(name)


@pytest.mark.skipif(os.name != "posix", reason="needs names that Windows has not")
@pytest.mark.parametrize("name", ["a\nb", "con", "x:y"])
def test_a_file_with_a_name_that_is_none_elsewhere_is_refused(connection, tmp_path, name):
    """It could not be written on another system."""
    with pytest.raises(UsageError, match="rename"):
        attachments.attach(connection, 1, _file(tmp_path, b"", name))


def test_the_server_keeps_no_pieces(connection, tmp_path):
    """What PostgreSQL puts an attachment together from is gone at once."""
    attachments.attach(connection, 1, _file(tmp_path, b"x"))
    tables = {
        "sqlite": "SELECT count(*) FROM sqlite_temp_master",
        "postgresql": "SELECT count(*) FROM pg_class WHERE relname = 'attached_pieces'",
    }
    assert connection.execute(text(tables[connection.dialect.name])).scalar() == 0
