"""Release scripts: from a changed model to a released revision, in a copy of the checkout."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from build_scripts._guard_rails import findings
from myapp.schema.manifest import Manifest
from tests import contents
from tests.program import ROOT, Program

Start = Callable[..., subprocess.CompletedProcess[str]]

PLACE = """
Table("places", metadata, Column("id", Integer, primary_key=True), Column("name", Text, nullable=False))
"""
KEEPS = '= {"runs": ("SELECT count(*) FROM runs", "SELECT count(*) FROM runs")}'

NEXT = """
revision, down_revision = "d00d", "0007"
keeps = drops = loses = {}


def upgrade():
    pass
"""

FROM_HERE = """
from alembic import op

revision, down_revision = "0002", None
keeps = drops = loses = {{}}


def upgrade():
    for statement in {}:
        op.execute(statement)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout that has the same environment."""
    ignored = shutil.ignore_patterns(".git", "build", "dist", "__pycache__", "faults")
    copy = Path(shutil.copytree(ROOT, tmp_path / "a checkout", ignore=ignored))
    (copy / "build").mkdir()
    (copy / "build" / "venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    return copy


@pytest.fixture
def start(checkout: Path, program: Program) -> Start:
    """Run one of the copy's build scripts."""

    def start(name: str, *args: str) -> subprocess.CompletedProcess[str]:
        script = [sys.executable, "-EsB", os.fspath(checkout / "build_scripts" / name)]
        return subprocess.run(
            [*script, *args],
            env=program.environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    return start


def test_a_changed_model_becomes_a_revision_a_release_and_a_kept_document(
    checkout: Path, start: Start
) -> None:
    _edit(checkout / "myapp" / "notebook" / "models.py", "", PLACE)
    made = start("new_revision.py", "places of runs")
    assert (made.returncode, made.stderr) == (0, "")
    assert "Before it is released" in made.stdout
    assert "0008_places_of_runs.py:1: its `keeps` is empty" in made.stdout
    revision = checkout / "migrations" / "versions" / "0008_places_of_runs.py"
    assert 'op.create_table(\n        "places"' in revision.read_text(encoding="utf-8")
    assert _manifest(checkout).order[-2:] == ("0007", "0008")
    assert _manifest(checkout).released[-1] == "0007"

    _edit(revision, ": dict[str, tuple[str, str]] = {}", KEEPS)
    refused = start("new_fixture.py")
    assert (refused.returncode, "0008 is of no release" in refused.stderr) == (1, True)
    _edit(checkout / "myapp" / "product.py", '"0.7.0": "0007",', '"0.7.0": "0007", "0.8.0": "0008",')
    assert start("manifest.py").stdout == "manifest.sha256 names 8 files; the head is 0008\n"
    assert [line.partition(": ")[2] for line in _findings(checkout)] == [
        "it is released and has no 0008.myapp: keep one with build_scripts/new_fixture.py"
    ]

    kept = start("new_fixture.py")
    assert (kept.returncode, kept.stderr) == (0, "")
    assert _findings(checkout) == []
    document = checkout / "tests" / "documents" / "0008.myapp"
    before = document.read_bytes()
    assert start("new_fixture.py").returncode == 1
    assert document.read_bytes() == before
    assert sorted(document.parent.glob(".*")) == []


def test_a_kept_document_holds_something_in_every_table(checkout: Path, start: Start) -> None:
    document = checkout / "tests" / "documents" / "0007.myapp"
    document.unlink()
    assert start("new_fixture.py").stderr == ""
    assert (contents.revision(document), contents.is_whole(document)) == (7, True)
    for name in (
        "document",
        "runs",
        "channels",
        "tags",
        "run_tags",
        "sources",
        "attachments",
        "overview",
        "totals",
    ):
        assert contents.table(document, name), name
    assert len(contents.readings(document)) > 4_000
    assert [row[3] for row in contents.table(document, "runs") if row[3]]


def test_a_released_revision_that_changed_gets_no_new_digest(checkout: Path, start: Start) -> None:
    _edit(checkout / "migrations" / "versions" / "0003_times_notes_tags.py", "", "\n# changed\n")
    refused = start("manifest.py")
    assert (refused.returncode, "add a new revision instead" in refused.stderr) == (1, True)


def test_a_revision_of_alembics_own_command_is_refused_until_it_is_in_the_order(
    checkout: Path, start: Start
) -> None:
    file = checkout / "migrations" / "versions" / "next.py"
    file.write_text(NEXT, encoding="utf-8")
    refused = start("new_fixture.py")
    assert (
        "next.py is not in the order of the manifest: `python3 build_scripts/manifest.py --order`"
        in refused.stderr
    )
    ordered = start("manifest.py", "--order")
    assert (ordered.stdout, ordered.stderr) == ("manifest.sha256 names 7 files; the head is d00d\n", "")
    assert "d00d is of no release" in start("new_fixture.py").stderr

    file.with_name("other.py").write_text(NEXT.replace("d00d", "feed"), encoding="utf-8")
    for arguments in ([], ["--order"]):
        refused = start("manifest.py", *arguments)
        assert (refused.returncode, "several heads (d00d, feed)" in refused.stderr) == (1, True), refused
    assert _manifest(checkout).order[-2:] == ("0007", "d00d")


def test_the_oldest_revisions_are_dropped_with_the_release_that_still_opens_their_documents(
    checkout: Path, start: Start, documents: Path
) -> None:
    versions = checkout / "migrations" / "versions"
    with closing(sqlite3.connect(documents / "0002.myapp")) as connection:
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
        statements = [sql for (sql,) in connection.execute(query)]
    (versions / "0001_runs_and_readings.py").unlink()
    (versions / "0002_channels.py").write_text(FROM_HERE.format(statements), encoding="utf-8")
    refused = start("manifest.py")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "0001_runs_and_readings.py is missing" in refused.stderr
    assert "--dropped RELEASE" in refused.stderr

    done = start("manifest.py", "--dropped", "0.1.9")
    assert (done.stdout, done.stderr) == ("manifest.sha256 names 6 files; the head is 0007\n", "")
    assert start("manifest.py").returncode == 0  # and keeps them
    manifest = _manifest(checkout)
    assert manifest.order == ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
    assert (manifest.dropped, manifest.released) == ({"0001": "0.1.9"}, manifest.order)
    assert start("manifest.py", "--dropped", "0.2.9").returncode == 1  # nothing more is gone

    _edit(versions / "0005_sources_and_attachments.py", "", "\n# changed\n")
    (versions / "0002_channels.py").unlink()
    refused = start("manifest.py", "--dropped", "0.2.9")
    assert (refused.returncode, "0005_sources_and_attachments.py is not what" in refused.stderr) == (1, True)


def _manifest(checkout: Path) -> Manifest:
    return Manifest.read(checkout / "myapp" / "manifest.sha256")


def _findings(checkout: Path) -> list[str]:
    return findings(checkout / "migrations", checkout / "tests" / "documents", _manifest(checkout))


def _edit(path: Path, old: str, new: str) -> None:
    """Replace a text that is there once; append where there is none to replace."""
    text = path.read_text(encoding="utf-8")
    assert not old or text.count(old) == 1
    path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
