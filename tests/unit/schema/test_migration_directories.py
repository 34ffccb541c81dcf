"""Where revisions may lie: in several folders, in packages, compiled; and where they may not."""

from __future__ import annotations

import compileall
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from myapp.errors import BrokenInstallation, NotFound, UsageError
from myapp.schema import stock
from myapp.schema.connections import as_url
from myapp.schema.directory import RevisionDirectory
from myapp.schema.migrations import Migrations
from myapp.schema.recipes import run_migrations
from tests.migration_folders import ENV, FOUR, TABLE, add, write


@pytest.fixture
def database(tmp_path: Path) -> URL:
    """An empty SQLite file: folders do not depend on the database."""
    return as_url(tmp_path / "test.db")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An importable package with the directory `migrations`."""
    folder = tmp_path / "site" / "a_shelf"
    write(folder / "migrations", FOUR)
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield "a_shelf"
    sys.modules.pop("a_shelf", None)


def spread(tmp_path: Path) -> list[Path]:
    """Write two folders of revisions, one branch each, and return them."""
    folders = [tmp_path / "core" / "versions", tmp_path / "a plug:in" / "versions"]
    add(folders[0].parent, "0001", None, TABLE)
    add(folders[0].parent, "0002", "0001")
    add(folders[1].parent, "aaaa", None, 'op.execute("CREATE TABLE plugged (id INTEGER)")', label="plugin")
    return folders


def test_revisions_lie_in_several_folders(tmp_path: Path, database: URL) -> None:
    folders = spread(tmp_path)
    home = write(tmp_path / "home", {})
    migrations = Migrations(home, database, settings={"version_locations": folders})
    assert set(migrations.heads()) == {"0002", "aaaa"}
    assert len(migrations.upgrade("heads")) == 3
    assert set(migrations.current()) == {"0002", "aaaa"}
    assert {Path(each.path).parent for each in migrations.history()} == set(folders)


def test_revisions_lie_directly_in_a_folder_beside_that_of_env_py(tmp_path: Path, database: URL) -> None:
    flat = spread(tmp_path)[0]
    home = write(tmp_path / "home", {})
    assert len(Migrations(home, database, settings={"version_locations": [flat]}).upgrade()) == 2
    assert len(Migrations(home, database, settings={"version_locations": str(flat)}).history()) == 2


def test_an_env_py_among_the_revisions_would_be_run_as_one_and_is_refused(
    tmp_path: Path, database: URL
) -> None:
    flat = spread(tmp_path)[0]
    (flat / "env.py").write_text(ENV, encoding="utf-8")
    with pytest.raises(UsageError, match=r"env\.py lies among the revisions"):
        Migrations(flat, database, settings={"version_locations": [flat]})


def test_a_location_is_named_within_a_package(package: str, database: URL) -> None:
    location = f"{package}:migrations"
    assert len(run_migrations(location, database)) == 4
    migrations = Migrations(location, database)
    assert migrations.current() == ("0004",)
    assert Path(migrations.script_location).parts[-2:] == ("a_shelf", "migrations")
    versions = {"version_locations": [f"{package}:migrations/versions"]}
    assert len(Migrations(location, database, settings=versions).history()) == 4


@pytest.mark.parametrize("location", ["no_such_package:migrations", "sys:migrations", "a:b:c"])
def test_a_package_that_is_not_there_is_a_broken_installation(database: URL, location: str) -> None:
    with pytest.raises(BrokenInstallation, match=location):
        Migrations(location, database)


def test_a_folder_whose_name_has_a_colon_is_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "plug:in", FOUR)
    assert Path(RevisionDirectory("plug:in").script_location) == tmp_path / "plug:in"


def test_folders_below_are_read_where_that_is_set(tmp_path: Path, database: URL) -> None:
    folder = write(tmp_path / "m", {"0001": TABLE})
    below = tmp_path / "m" / "versions" / "2026" / "11"
    add(tmp_path / "other", "0002", "0001")
    below.mkdir(parents=True)
    (tmp_path / "other" / "versions" / "0002_revision.py").rename(below / "0002_revision.py")
    assert Migrations(folder, database).heads() == ("0001",)
    assert Migrations(folder, database, settings={"recursive_version_locations": True}).heads() == ("0002",)


@pytest.mark.parametrize("place", ["beside", "in __pycache__"])
def test_compiled_revisions_need_no_source(tmp_path: Path, database: URL, place: str) -> None:
    folder = write(tmp_path / "m", FOUR)
    compileall.compile_dir(folder, quiet=2, legacy=place == "beside")
    for file in folder.rglob("*.py"):
        file.unlink()
    migrations = Migrations(folder, database, settings={"sourceless": True})
    assert len(migrations.upgrade()) == 4
    with pytest.raises(BrokenInstallation, match="no revisions"):
        Migrations(folder, database).upgrade()


@pytest.mark.parametrize("missing", ["folder", "env.py", "versions", "revisions"])
def test_what_is_missing_of_a_directory_is_named(tmp_path: Path, database: URL, missing: str) -> None:
    folder = write(tmp_path / "m", {"0001": TABLE})
    if missing == "folder":
        folder = tmp_path / "elsewhere"
    elif missing == "env.py":
        (folder / "env.py").unlink()
    else:
        (folder / "versions" / "0001_revision.py").unlink()
        if missing == "versions":
            (folder / "versions").rmdir()
    with pytest.raises(BrokenInstallation, match=f"{folder}"):
        Migrations(folder, database).upgrade()
    with pytest.raises(BrokenInstallation, match=f"{folder}"):
        stock.main(["upgrade", "head"], folder, url=database)


def test_an_empty_location_of_several_is_no_error_and_all_empty_are_one(
    tmp_path: Path, database: URL
) -> None:
    folders = [*spread(tmp_path)[:1], tmp_path / "empty"]
    home = write(tmp_path / "home", {})
    assert len(Migrations(home, database, settings={"version_locations": folders}).upgrade()) == 2
    with pytest.raises(BrokenInstallation, match="empty"):
        Migrations(home, database, settings={"version_locations": folders[1:]}).heads()


def test_a_relative_location_is_that_of_the_moment(
    tmp_path: Path, database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "m", FOUR)
    monkeypatch.chdir(tmp_path)
    migrations = Migrations("m", database)
    monkeypatch.chdir("/")
    assert len(migrations.upgrade()) == 4


def test_base_is_no_revision(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="base is before the first one"):
        RevisionDirectory(write(tmp_path / "m", FOUR)).revision("base")


def test_what_lies_before_a_merge_is_to_be_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "m", FOUR)
    add(folder, "beside", "0001")
    add(folder, "merged", ("0004", "beside"))
    directory = RevisionDirectory(folder)
    assert (directory.before("0004", 2), directory.before("0004", 9)) == ("0002", "base")
    with pytest.raises(UsageError, match=r"ambiguous.*\(0004, beside\): name one by its id"):
        directory.before("merged", 1)


@pytest.mark.parametrize("target", [[1], [None, "head"], [], 1, None])
def test_a_target_that_is_no_text_is_refused_with_what_to_write(
    tmp_path: Path, database: URL, target: Any
) -> None:
    with pytest.raises(UsageError, match=r"names no revision: write a text"):
        Migrations(write(tmp_path / "m", FOUR), database).upgrade(target)


def test_a_revision_has_the_words_of_its_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "m", {"0001": "pass", "0002": "pass"})
    first, second = sorted((folder / "versions").iterdir())
    text = first.read_text(encoding="utf-8")
    first.write_text(text.replace("revision 0001", "A title\n\nand more.\n"), encoding="utf-8")
    second.write_text("revision, down_revision = '0002', '0001'\n", encoding="utf-8")
    words = [(each.message, each.docstring) for each in RevisionDirectory(folder).history()]
    assert words == [("A title", "A title\n\nand more."), ("", "")]


def test_an_unknown_revision_is_not_found_in_any_of_them(tmp_path: Path, database: URL) -> None:
    settings = {"version_locations": spread(tmp_path)}
    with pytest.raises(NotFound, match="9999"):
        Migrations(write(tmp_path / "home", {}), database, settings=settings).upgrade("9999")
