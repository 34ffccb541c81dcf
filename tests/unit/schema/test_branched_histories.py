"""Histories with branches: targets, dependencies, stamps and merges are those of Alembic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from myapp.errors import MyappError, NotFound, UsageError
from myapp.schema.connections import as_url
from myapp.schema.migrations import Migrations, Step
from tests.migration_folders import add, write


@pytest.fixture
def database(tmp_path: Path) -> URL:
    """An empty SQLite file: the graph of revisions does not depend on the database."""
    return as_url(tmp_path / "test.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two revisions, then the branches `left` of two and `right`; `apart` has a base of its own."""
    folder = write(tmp_path / "m", {"1000": "pass", "1001": "pass"})
    add(folder, "ab12", "1001", label="left")
    add(folder, "ab34", "ab12")
    add(folder, "cd56", "1001", label="right")
    add(folder, "ef78", None, label="apart")
    return folder


@pytest.fixture
def migrations(folder: Path, database: URL) -> Migrations:
    """Migrations of an empty database."""
    return Migrations(folder, database)


def names(steps: list[Step]) -> list[str]:
    """Return the revisions of steps."""
    return [step.revision.revision for step in steps]


def at(migrations: Migrations, *revisions: str) -> None:
    """Upgrade to each of these revisions."""
    for revision in revisions:
        migrations.upgrade(revision)


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ([], "ab34", ["1000", "1001", "ab12", "ab34"]),
        ([], "ab3", ["1000", "1001", "ab12", "ab34"]),
        ([], "left@head", ["1000", "1001", "ab12", "ab34"]),
        ([], "left@+1", ["1000"]),
        (["1001"], "left@+1", ["ab12"]),
        (["1001"], "left@+2", ["ab12", "ab34"]),
        (["1000"], "+1", ["1001"]),
        ([], "1000+1", ["1000", "1001"]),
        ([], "1001-1", ["1000"]),
        (["ab12"], "ab12+1", ["ab34"]),
        (["ab34"], "right@head", ["cd56"]),
        (["ab34"], "heads", ["cd56", "ef78"]),
        (["ab34"], "apart@head", ["ef78"]),
        (["ab34", "cd56", "ef78"], "heads", []),
        ([], "head", UsageError),
        ([], "ab", UsageError),
        ([], "9999", NotFound),
        ([], "nowhere@head", NotFound),
        (["1001"], "+1", UsageError),
        (["ab34", "cd56"], "+1", UsageError),
        (["ab34"], "left@+1", NotFound),
    ],
)
def test_an_upgrade_goes_where_alembic_goes(
    migrations: Migrations, start: list[str], target: str, expected: list[str] | type[MyappError]
) -> None:
    at(migrations, *start)
    before = migrations.current()
    if isinstance(expected, list):
        assert set(names(migrations.plan(target))) == set(expected)
        assert set(names(migrations.upgrade(target))) == set(expected)
        return
    for action in (migrations.plan, migrations.upgrade):
        with pytest.raises(expected) as caught:
            action(target)
        assert "\n" not in str(caught.value)
    assert migrations.current() == before


@pytest.mark.parametrize(
    ("start", "target", "left"),
    [
        (["ab34"], "-1", {"ab12"}),
        (["ab34"], "ab12", {"ab12"}),
        (["ab34"], "1001", {"1001"}),
        (["ab34", "cd56"], "left@-1", {"ab12", "cd56"}),
        (["ab34", "cd56"], "left@1001", {"cd56"}),
        (["ab34", "cd56"], "1001", {"1001"}),
        (["ab34", "cd56"], "right@base", {"ef78"}),
        (["ab34"], "ab34-2", {"1001"}),
        (["ab34"], "1000+1", {"1001"}),
        (["ab34", "ef78"], "apart@base", {"ab34"}),
        (["ab34"], "base", set()),
        (["ab34", "cd56"], "-1", UsageError),
        (["ab34"], "-9", NotFound),
        (["ab34"], "+1", NotFound),
        (["1001"], "ab34", UsageError),
        (["ab34"], "9999", NotFound),
    ],
)
def test_a_downgrade_goes_where_alembic_goes(
    migrations: Migrations, start: list[str], target: str, left: set[str] | type[MyappError]
) -> None:
    at(migrations, *start)
    before = migrations.current()
    if isinstance(left, set):
        migrations.downgrade(target)
        assert set(migrations.current()) == left - {"ef78" if "ef78" not in start else ""}
        return
    with pytest.raises(left) as caught:
        migrations.downgrade(target)
    assert "\n" not in str(caught.value)
    assert migrations.current() == before


@pytest.mark.parametrize("number", [1, -1, 1000])
@pytest.mark.parametrize("action", ["upgrade", "downgrade", "stamp", "plan"])
def test_a_number_is_no_name_of_a_revision(migrations: Migrations, action: str, number: int) -> None:
    with pytest.raises(UsageError, match="text"):
        getattr(migrations, action)(number)


@pytest.mark.parametrize(
    ("target", "word"),
    [
        ("head", "multiple heads (ab34, cd56, ef78)"),
        ("ab", "start with 'ab': 'ab12', 'ab34'"),
        ("+1", "name one by its id"),
    ],
)
def test_what_is_ambiguous_is_called_that_and_not_missing(
    migrations: Migrations, target: str, word: str
) -> None:
    at(migrations, "1001")
    with pytest.raises(UsageError) as caught:
        migrations.upgrade(target)
    assert word in str(caught.value)
    assert "does not exist" not in str(caught.value)


def test_a_dependency_is_upgraded_first_and_downgraded_last(folder: Path, database: URL) -> None:
    add(folder, "dd99", "cd56")
    path = folder / "versions" / "dd99_revision.py"
    path.write_text(path.read_text(encoding="utf-8").replace("'cd56', None, None", "'cd56', None, 'ef78'"))
    migrations = Migrations(folder, database)
    steps = names(migrations.upgrade("right@head"))
    assert set(steps) == {"1000", "1001", "cd56", "ef78", "dd99"}
    assert steps[-1] == "dd99"
    assert migrations.current() == ("dd99",)
    assert names(migrations.downgrade("right@-1")) == ["dd99"]
    assert set(migrations.current()) == {"cd56", "ef78"}


# Stamps


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ([], "1001", {"1001"}),
        ([], "heads", {"ab34", "cd56", "ef78"}),
        ([], ["ab34", "ef78"], {"ab34", "ef78"}),
        ([], "left@head", {"ab34"}),
        (["ab34"], "1001", {"1001"}),
        (["1001"], "ab34", {"ab34"}),
        (["ab34", "ef78"], "cd56", {"ab34", "cd56", "ef78"}),
        (["ab34", "ef78"], "base", set()),
        (["ab34", "ef78"], "apart@base", {"ab34"}),
        ([], "head", UsageError),
        ([], "9999", NotFound),
    ],
)
def test_a_stamp_writes_what_alembic_writes(
    migrations: Migrations,
    start: list[str],
    target: str | list[str],
    expected: set[str] | type[MyappError],
) -> None:
    if start:
        migrations.stamp(start)
    if isinstance(expected, set):
        migrations.stamp(target)
        assert set(migrations.current()) == expected
        return
    with pytest.raises(expected):
        migrations.stamp(target)


def test_a_purging_stamp_forgets_revisions_that_no_longer_exist(folder: Path, database: URL) -> None:
    migrations = Migrations(folder, database)
    migrations.stamp("ef78")
    (folder / "versions" / "ef78_revision.py").unlink()
    migrations = Migrations(folder, database)
    with pytest.raises(NotFound, match="ef78"):
        migrations.stamp("1001")
    migrations.stamp("1001", purge=True)
    assert migrations.current() == ("1001",)


# Merges


@pytest.fixture
def merged(folder: Path, database: URL) -> Migrations:
    """A database at a revision that merges two branches."""
    migrations = Migrations(folder, database)
    with_template(folder)
    migrations.merge("together", ["ab34", "cd56"], rev_id="aa00")
    migrations.upgrade("aa00")
    return migrations


def with_template(folder: Path) -> None:
    """Give a directory the template that revisions are written from."""
    import alembic

    template = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
    (folder / "script.py.mako").write_text(template.read_text(encoding="utf-8"), encoding="utf-8")


def test_a_merge_makes_one_head_of_two(merged: Migrations) -> None:
    assert merged.current() == ("aa00",)
    assert merged.revision("aa00").down_revisions == ("ab34", "cd56")
    assert set(merged.heads()) == {"aa00", "ef78"}


@pytest.mark.parametrize(
    ("target", "done", "left"),
    [
        ("ab34", ["aa00"], {"ab34", "cd56"}),
        ("cd56", ["aa00"], {"ab34", "cd56"}),
        ("1001", ["aa00", "ab34", "ab12", "cd56"], {"1001"}),
        ("base", ["aa00", "ab34", "ab12", "cd56", "1001", "1000"], set()),
    ],
)
def test_a_downgrade_from_a_merge_leaves_the_branches(
    merged: Migrations, target: str, done: list[str], left: set[str]
) -> None:
    assert set(names(merged.downgrade(target))) == set(done)
    assert set(merged.current()) == left
    merged.upgrade("aa00")
    assert merged.current() == ("aa00",)


@pytest.mark.parametrize("target", ["-1", "left@-1", "aa00-1"])
def test_one_step_down_from_a_merge_is_ambiguous_and_says_so(merged: Migrations, target: str) -> None:
    with pytest.raises(UsageError, match=r"ambiguous.*name one by its id"):
        merged.downgrade(target)
    assert merged.current() == ("aa00",)


# Branches, listed


def test_heads_bases_and_branches_are_listed(migrations: Migrations) -> None:
    assert set(migrations.heads()) == {"ab34", "cd56", "ef78"}
    assert set(migrations.bases()) == {"1000", "ef78"}
    assert [each.revision for each in migrations.branches()] == ["1001"]
    assert migrations.revision("left@head").revision == "ab34"
    assert migrations.revision("ab12").branch_labels == ("left",)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("base", "current", {"1000", "1001", "ab12"}),
        ("current", "left@head", {"ab12", "ab34"}),
        ("-1", "current", {"1001", "ab12"}),
        ("-9", "current", {"1000", "1001", "ab12"}),
        ("current", "+1", {"ab12", "ab34"}),
        ("1000", "current", {"1000", "1001", "ab12"}),
        ("current", "current", {"ab12"}),
        ("1001", "ab34", {"1001", "ab12", "ab34"}),
    ],
)
def test_a_range_of_the_history_may_name_the_current_revision(
    migrations: Migrations, start: str, end: str, expected: set[str]
) -> None:
    at(migrations, "ab12")
    assert {each.revision for each in migrations.history(start, end)} == expected
    assert migrations.revision("current").revision == "ab12"


def test_the_history_of_an_empty_database_is_empty_up_to_current_and_whole_from_there(
    migrations: Migrations,
) -> None:
    assert migrations.history("base", "current") == []
    assert len(migrations.history("current")) == 6
    with pytest.raises(NotFound, match="the database has none"):
        migrations.revision("current")


def test_a_server_goes_the_same_ways(folder: Path, postgres: Callable[[], str]) -> None:
    with_template(folder)
    migrations = Migrations(folder, postgres())
    at(migrations, "left@head", "right@head", "apart@+1")
    migrations.merge("together", ["ab34", "cd56"], rev_id="aa00")
    assert names(migrations.upgrade("heads")) == ["aa00"]
    assert set(migrations.current()) == {"aa00", "ef78"}
    assert names(migrations.downgrade("ab34")) == ["aa00"]
    migrations.stamp(["ab12", "ef78"], purge=True)
    assert set(migrations.current()) == {"ab12", "ef78"}


def test_a_stamp_that_is_unknown_is_named(folder: Path, database: URL) -> None:
    Migrations(folder, database).stamp("ef78")
    (folder / "versions" / "ef78_revision.py").unlink()
    migrations = Migrations(folder, database)
    assert migrations.current() == ("ef78",)
    actions: list[Callable[[], object]] = [
        lambda: migrations.upgrade("ab34"),
        lambda: migrations.plan("ab34"),
        lambda: migrations.history("base", "current"),
        lambda: migrations.downgrade("base"),
    ]
    for action in actions:
        with pytest.raises(MyappError, match="ef78"):
            action()
