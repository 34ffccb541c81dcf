"""The bundle runs where there is nothing but it and the C library."""

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests import contents
from tests.frozen.bare_root import C_LIBRARY, BareRoot, bare_root, c_library, give, ways
from tests.program import BUNDLE, tree_digest
from tests.workbooks import workbook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a bare root is made with Linux namespaces")

DOCUMENTS = sorted((Path(__file__).parent.parent / "documents").glob("*.myapp"))
HEAD = int(DOCUMENTS[-1].stem)


@pytest.fixture(scope="module", params=ways())
def root(request: pytest.FixtureRequest) -> Iterator[BareRoot]:
    """A bare root, made by an ordinary user and, where the suite runs as root, by root too."""
    with bare_root(BUNDLE, request.param) as made:
        yield made


def test_the_command_line_takes_only_the_c_library_from_the_system() -> None:
    """Every other library that any file of the bundle but the window's is linked to is in the bundle."""
    foreign = [str(path) for path in c_library(BUNDLE) if not C_LIBRARY.match(path.name)]
    assert foreign == []


def test_root_holds_no_python(root: BareRoot) -> None:
    """The proof is worth something: beside the bundle there are only the C library's files."""
    assert [name for name in root.files() if not C_LIBRARY.match(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_main_job_keeps_every_reading(root: BareRoot, document: Path) -> None:
    """A document of each release is upgraded and listed; every run and reading is in it afterwards."""
    copy = give(root, document)

    listed = root.run("runs", f"/home/{document.name}")
    info = root.run("info", f"/home/{document.name}")

    assert (listed.returncode, info.returncode) == (0, 0), listed.stderr + info.stderr
    assert f"{HEAD:04}" in info.stdout
    assert contents.revision(copy) == HEAD
    assert contents.readings(copy) == contents.moved_apart(contents.readings(document))
    assert contents.runs(copy).keys() == contents.runs(document).keys()
    backups = [file for file in root.work.iterdir() if file.name.startswith(document.stem) and file != copy]
    assert bool(backups) == (contents.revision(document) < HEAD)


def test_new_document_is_made_and_filled(root: BareRoot, tmp_path: Path) -> None:
    """The blank document comes from the bundle, not from a folder of the user."""
    csv = tmp_path / "lab.csv"
    csv.write_text("time,temperature\n2026-01-01 00:00:00,1.5\n2026-01-01 00:01:00,2.5\n", encoding="utf-8")
    give(root, csv)

    made = root.run("new", "/home/new.myapp")
    imported = root.run("import", "/home/new.myapp", "/home/lab.csv")

    assert (made.returncode, imported.returncode) == (0, 0), made.stderr + imported.stderr
    assert [value for *_, value in contents.readings(root.work / "new.myapp")] == [1.5, 2.5]


def test_a_workbook_is_imported(root: BareRoot, tmp_path: Path) -> None:
    """The library that reads workbooks needs nothing of the system but the C library."""
    lab = tmp_path / "lab.xlsx"
    rows = [["time", "temperature"], *([datetime(2026, 1, day, 6, 30), day / 2] for day in (1, 2))]  # noqa: DTZ001
    lab.write_bytes(workbook({"Data": rows}))
    copy = give(root, DOCUMENTS[-1])
    before = len(contents.readings(copy))
    give(root, lab)
    imported = root.run("import", f"/home/{copy.name}", "/home/lab.xlsx")
    assert imported.returncode == 0, imported.stderr
    assert len(contents.readings(copy)) == before + 2


def test_picture_is_drawn(root: BareRoot) -> None:
    """The library that draws PNG needs nothing of the system but the C library."""
    copy = give(root, DOCUMENTS[-1])
    drawn = root.run("plot", f"/home/{copy.name}", "1", "-o", "/home/run.png")
    assert drawn.returncode == 0, drawn.stderr
    assert (root.work / "run.png").read_bytes().startswith(b"\x89PNG")


def test_read_only_bundle_stays_as_it_was(root: BareRoot) -> None:
    """Nothing is written into the bundle, and nothing is missed there."""
    assert root.run("--version").returncode == 0
    assert tree_digest(root.bundle) == tree_digest(BUNDLE)


def test_damaged_copy_of_the_root_is_noticed(root: BareRoot) -> None:
    """Without the C library nothing runs: the root does not borrow the machine's."""
    shutil.move(root.folder / "lib64", root.folder / "hidden")
    try:
        assert root.run("--version").returncode != 0
    finally:
        shutil.move(root.folder / "hidden", root.folder / "lib64")
