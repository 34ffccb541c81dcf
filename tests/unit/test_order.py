"""The order of revisions, by which documents are numbered: whatever their ids and their files' names."""

from __future__ import annotations

from pathlib import Path

import pytest

from myapp.errors import UsageError
from myapp.schema.manifest import Manifest, UnorderedRevision
from myapp.schema.order import revision_order
from tests import migration_folders
from tests.shelf import MIGRATIONS, ORDER, shelf_format


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory of the revisions f1, b2 and a3, each after the one before."""
    return migration_folders.write(tmp_path / "migrations", {"f1": "pass", "b2": "pass", "a3": "pass"})


def of(folder: Path) -> Manifest:
    return Manifest.of(folder, revision_order(folder), complete=False)


def test_the_order_is_that_of_the_graph_and_not_of_ids_or_of_files(folder: Path) -> None:
    assert revision_order(folder) == ["f1", "b2", "a3"]
    assert revision_order(MIGRATIONS) == list(ORDER)
    assert of(folder).head == "a3"


def test_the_kept_manifest_of_the_reading_list_is_what_would_be_written_now() -> None:
    assert of(MIGRATIONS).text() == (MIGRATIONS / "manifest.sha256").read_text(encoding="utf-8")
    shelf_format().manifest.check(MIGRATIONS)


def test_a_manifest_reads_what_it_has_written(folder: Path, tmp_path: Path) -> None:
    written = Manifest.of(folder, ["00", "f1", "b2", "a3"], complete=True, dropped={"00": "1.2-rc=1"})
    (tmp_path / "manifest").write_text(written.text(), encoding="utf-8")
    read = Manifest.read(tmp_path / "manifest")
    assert (read.order, read.dropped) == (("00", "f1", "b2", "a3"), {"00": "1.2-rc=1"})
    assert (read.digests, read.complete, read.released) == (written.digests, True, read.order)


@pytest.mark.parametrize("order", ["", "00 f1"])
def test_a_manifest_before_the_first_release_may_list_nothing(tmp_path: Path, order: str) -> None:
    (tmp_path / "manifest").write_text(f"# order {order}\n\n# complete no\n\n", encoding="utf-8")
    read = Manifest.read(tmp_path / "manifest")
    assert (read.order, read.released, read.digests) == (tuple(order.split()), (), {})


def test_a_directory_without_a_folder_of_revisions_has_a_manifest(tmp_path: Path) -> None:
    empty = migration_folders.write(tmp_path / "migrations", {})
    assert set(Manifest.of(empty, [], complete=True).digests) == {"env.py"}


def test_a_manifest_has_the_facts_of_its_build(folder: Path) -> None:
    made = Manifest.of(folder, revision_order(folder), complete=True, facts={"release": "1.2"})
    assert "# release 1.2\n" in made.text()


def test_what_an_editor_or_a_package_has_beside_the_revisions_is_none(folder: Path) -> None:
    for name in ("__init__.py", ".#a3_revision.py"):
        (folder / "versions" / name).touch()
    manifest = of(folder)
    manifest.check(folder)
    assert manifest.released == ("f1", "b2", "a3")


def test_released_revisions_keep_their_places_when_branches_are_joined(folder: Path) -> None:
    released = of(folder)
    migration_folders.add(folder, "00", "f1")  # of a branch that began before the release
    migration_folders.add(folder, "77", ("00", "a3"))
    assert revision_order(folder, released) == ["f1", "b2", "a3", "00", "77"]


def test_several_heads_are_refused_with_their_names_and_the_command(folder: Path) -> None:
    migration_folders.add(folder, "c4", "b2")
    with pytest.raises(UsageError, match=r"several heads \(a3, c4\).*alembic merge heads"):
        revision_order(folder)


@pytest.mark.parametrize("name", ["a b", "a/b", "damaged", "x" * 33, ".hidden", "a=b"])
def test_an_id_that_cannot_name_a_backup_is_refused(folder: Path, name: str) -> None:
    migration_folders.add(folder, "new", "a3")
    file = folder / "versions" / "new_revision.py"
    file.write_text(file.read_text(encoding="utf-8").replace("'new'", repr(name)), encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be the id of a document's revision"):
        revision_order(folder)


def test_a_revision_beside_the_order_is_named_with_the_command(folder: Path) -> None:
    manifest = of(folder)
    migration_folders.add(folder, "c4", "a3")
    with pytest.raises(UnorderedRevision, match=r"c4_revision\.py is not in the order.*manifest\.py --order"):
        manifest.check(folder)
    manifest = manifest.with_order(revision_order(folder, manifest))
    manifest.check(folder)
    assert (manifest.head, manifest.released) == ("c4", ("f1", "b2", "a3"))
    (folder / "versions" / "c4_revision.py").unlink()
    with pytest.raises(UnorderedRevision, match=r"revision c4 has no file.*manifest\.py --order"):
        manifest.check(folder)


def test_a_revision_whose_id_is_computed_is_named_too(folder: Path) -> None:
    manifest = of(folder)
    (folder / "versions" / "next.py").write_text(
        "revision = 'c' + '4'\ndown_revision = 'a3'\n", encoding="utf-8"
    )
    with pytest.raises(UnorderedRevision, match=r"next\.py"):
        manifest.with_order(["f1", "b2", "a3", "c4"]).check(folder)
