"""Changes to runs: valid ones are kept, others are refused, and a deleted run leaves nothing behind."""

import pytest
from sqlalchemy import func, insert, select

from myapp.errors import NotFound, UsageError
from myapp.notebook import editing, queries
from myapp.notebook.lookup import find_run
from myapp.notebook.models import metadata
from myapp.notebook.overview import keeping
from myapp.notebook.selection import Selection, resolve

TABLES = metadata.tables


@pytest.fixture
def connection(shared_engine):
    """A connection to a notebook of three runs, rolled back at the end."""
    with shared_engine.connect() as connection:
        runs = [{"id": i, "title": f"run {i}", "started_at": i} for i in (1, 2, 3)]
        connection.execute(insert(TABLES["runs"]), runs)
        connection.execute(insert(TABLES["channels"]), [{"id": 1, "name": "a", "unit": ""}])
        rows = [{"run_id": r, "channel_id": 1, "time": t, "value": 0.5} for r in (1, 2) for t in range(5)]
        connection.execute(insert(TABLES["readings"]), rows)
        file = {"run_id": 1, "sha256": "", "size": 0}
        connection.execute(insert(TABLES["sources"]), [{**file, "file_name": "f", "imported_at": 0}])
        connection.execute(
            insert(TABLES["attachments"]), [{**file, "name": "f", "added_at": 0, "content": b""}]
        )
        yield connection


def _found(connection, words):
    return [row.id for row in queries.runs(connection, resolve(connection, Selection(text=words)))]


def _count(connection, name):
    return connection.execute(select(func.count()).select_from(TABLES[name])).scalar_one()


def test_a_run_is_found_by_its_new_tags_and_no_more_by_those_it_lost(connection):
    """Tags are kept once, however often they are given, and the search knows them at once."""
    assert editing.tag(connection, "run 1", ["wet", "cold", "wet"]) == ("cold", "wet")
    assert editing.tag(connection, 1, [" wet "]) == ("cold", "wet")
    assert editing.tag(connection, 2, ["wet"]) == ("wet",)
    assert _found(connection, "wet") == [1, 2]
    assert editing.untag(connection, 1, ["wet"]) == ("cold",)
    assert _found(connection, "wet") == [2]
    assert editing.untag(connection, 2, ["wet"]) == ()
    assert list(connection.execute(select(TABLES["tags"].c.name)).scalars()) == ["cold"]


@pytest.mark.parametrize("name", ["", " ", "a\x07b", "caf\udce9", "a\0"])
def test_what_cannot_be_a_name_is_refused(connection, name):
    """Neither as a tag nor as a title."""
    with pytest.raises(UsageError):
        editing.tag(connection, 1, [name])
    with pytest.raises(UsageError):
        editing.rename(connection, 1, name)


def test_a_tag_that_the_run_has_not_cannot_be_taken(connection):
    """Whether others have it or nobody."""
    editing.tag(connection, 2, ["wet"])
    for name in ("wet", "never"):
        with pytest.raises(NotFound):
            editing.untag(connection, 1, [name])


def test_a_note_is_set_appended_to_and_cleared(connection):
    """It may have several lines, and the search knows it."""
    assert editing.note(connection, 1) is None
    editing.set_note(connection, 1, "first line\n")
    editing.set_note(connection, "run 1", "söcond 'line'", append=True)
    assert editing.note(connection, 1) == "first line\nsöcond 'line'"
    assert _found(connection, "söcond first") == [1]
    editing.set_note(connection, 1, "other")
    assert (editing.note(connection, 1), _found(connection, "first")) == ("other", [])
    editing.set_note(connection, 1, None)
    assert editing.note(connection, 1) is None
    editing.set_note(connection, 1, "begun", append=True)
    assert editing.note(connection, 1) == "begun"
    with pytest.raises(UsageError):
        editing.set_note(connection, 1, "caf\udce9")


def test_a_renamed_run_is_found_by_its_new_title_only(connection):
    """Spaces around and doubled ones are no part of a title."""
    assert editing.rename(connection, "run 1", " north  face ") == "north face"
    assert queries.show(connection, "north face").run.id == 1
    assert (_found(connection, "north"), _found(connection, "1")) == ([1], [])


def test_a_name_finds_what_was_called_so_however_it_is_typed(connection):
    """A name is stored with composed letters and single spaces, and typed in other ways."""
    typed = "cafe\u0301  noir "
    editing.rename(connection, 1, typed)
    editing.tag(connection, 2, [typed])
    assert find_run(connection, typed) == 1
    assert [row.id for row in queries.runs(connection, resolve(connection, Selection(tags=(typed,))))] == [2]
    assert editing.untag(connection, 2, [typed]) == ()


def test_a_deleted_run_takes_all_that_is_its_own(connection):
    """Readings, sources, attachments and tags that nobody else has; other runs and channels stay."""
    editing.tag(connection, 1, ["mine", "ours"])
    editing.tag(connection, 3, ["ours"])
    found = editing.removal(connection, [1, "run 3", "1"])
    assert found == editing.Removal((1, 3), ("run 1", "run 3"), 5, 1)
    editing.delete_runs(connection, found.run_ids)
    assert [row.id for row in queries.runs(connection)] == [2]
    names = TABLES.keys() - {"document", *keeping.TABLES}
    assert {name: _count(connection, name) for name in names} == {
        "runs": 1, "channels": 1, "readings": 5, "tags": 0, "run_tags": 0, "sources": 0, "attachments": 0,
    }  # fmt: skip
    assert _found(connection, "mine") == []


def test_of_several_runs_all_must_be_there(connection):
    """A slip deletes nothing, nor does another program that was faster."""
    with pytest.raises(NotFound):
        editing.removal(connection, [1, "none"])
    with pytest.raises(NotFound):
        editing.delete_runs(connection, [1, 77])
