"""Guard rails for revisions: every rule refuses a breach, and careful revisions pass."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from build_scripts._guard_rails import findings
from myapp import paths
from myapp.schema.manifest import Manifest

RELEASED = Manifest.read(paths.shipped("manifest.sha256"))

REVISION = '''"""places

Every run gets a place.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

keeps = {"runs": ("SELECT count(*) FROM runs", "SELECT count(*) FROM runs")}
drops = []
loses = {}


def upgrade() -> None:
    BODY


def downgrade() -> None:
    pass
'''

TRIGGERS = ["search_run_added", "search_run_changed", "search_run_deleted"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped migrations directory, to add revisions to."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(paths.migrations_dir(), tmp_path / "migrations", ignore=ignored))


def refused(folder: Path, documents: Path, text: str, manifest: Manifest = RELEASED) -> list[str]:
    """Return the findings in a revision 0008 of this text, without the name of its file."""
    (folder / "versions" / "0008_places.py").write_text(text, encoding="utf-8")
    return [line.partition(":")[2] for line in findings(folder, documents, manifest)]


def with_body(body: str) -> str:
    return REVISION.replace("BODY", body)


def test_the_released_revisions_pass(documents: Path) -> None:
    assert findings(Path(paths.migrations_dir()), documents, RELEASED) == []


@pytest.mark.parametrize(
    "body",
    [
        "op.add_column('runs', sa.Column('place', sa.Text()))",
        "op.execute('SAVEPOINT a'); op.execute('ROLLBACK TO a'); op.execute('RELEASE a')",
        "with op.get_bind().begin_nested() as inner:\n        inner.rollback()",
        "inner = op.get_bind().begin_nested()\n    inner.commit()",
        "op.execute('PRAGMA foreign_key_check')",
        "op.execute('CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT 1; END')",
        "name = 'runs'\n    op.execute(f'CREATE TRIGGER t AFTER INSERT ON {name} BEGIN SELECT 1; END')",
        "with op.batch_alter_table('sources') as batch:\n        batch.drop_column('size')",
    ],
)
def test_a_careful_revision_passes(folder: Path, documents: Path, body: str) -> None:
    assert refused(folder, documents, with_body(body)) == []


def test_a_revision_that_changed_after_its_release_is_refused(folder: Path, documents: Path) -> None:
    changed = folder / "versions" / "0002_channels.py"
    changed.write_bytes(changed.read_bytes() + b"\n# a comment\n")
    (finding,) = findings(folder, documents, RELEASED)
    assert finding.startswith("0002_channels.py:1: it changed after its release")


@pytest.mark.parametrize(
    "line",
    [
        "import myapp",
        "import json, myapp.product",
        "from myapp.notebook.models import Run",
        "from . import env",
        "import importlib; importlib.import_module('myapp.paths')",
        "__import__('myapp')",
    ],
)
def test_a_revision_that_imports_the_program_is_refused(folder: Path, documents: Path, line: str) -> None:
    text = with_body("pass").replace("import sqlalchemy as sa", line)
    assert refused(folder, documents, text) == ["9: it imports myapp: write down here what it needs"]


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("op.execute('COMMIT')", "COMMIT"),
        ("op.execute('  rollback;')", "ROLLBACK"),
        ("op.execute('SELECT 1; COMMIT')", "COMMIT"),
        ("op.execute('BEGIN IMMEDIATE')", "BEGIN"),
        ("op.execute('VACUUM')", "VACUUM"),
        ("op.execute(\"ATTACH 'x.db' AS x\")", "ATTACH"),
        ("op.get_bind().commit()", "commit()"),
        ("op.get_bind().connection.rollback()", "rollback()"),
        ("op.get_bind().connection.executescript('SELECT 1')", "executescript()"),
        ("with op.get_context().autocommit_block():\n        pass", "autocommit_block()"),
    ],
)
def test_a_revision_that_touches_the_transaction_is_refused(
    folder: Path, documents: Path, body: str, call: str
) -> None:
    (finding,) = refused(folder, documents, with_body(body))
    assert finding == f"21: {call} is not for a revision: the caller owns the transaction"


@pytest.mark.parametrize("pragma", ["foreign_keys=OFF", "journal_mode = WAL", "user_version = 7"])
def test_a_revision_that_sets_a_pragma_is_refused(folder: Path, documents: Path, pragma: str) -> None:
    (finding,) = refused(folder, documents, with_body(f"op.execute('PRAGMA {pragma}')"))
    assert finding.startswith(f"21: PRAGMA {pragma.split('=')[0].strip()} is not for a revision")


@pytest.mark.parametrize("sql", ["'''UPDATE runs SET notes = \"none\"'''", "f'{1}UPDATE \"runs\"'"])
def test_a_double_quote_in_sql_is_refused(folder: Path, documents: Path, sql: str) -> None:
    (finding,) = refused(folder, documents, with_body(f"op.execute({sql})"))
    assert finding.startswith("21: a double quote in a string")


@pytest.mark.parametrize(("keeps", "fault"), [("", "no `keeps`"), ("keeps = {}", "`keeps` is empty")])
def test_a_revision_that_declares_nothing_to_keep_is_refused(
    folder: Path, documents: Path, keeps: str, fault: str
) -> None:
    lines = with_body("pass").splitlines()
    text = "\n".join(keeps if line.startswith("keeps") else line for line in lines)
    (finding,) = refused(folder, documents, text)
    assert fault in finding


BATCH = "with op.batch_alter_table({table}) as batch:\n        batch.drop_column('notes')\n"


def test_a_batch_that_drops_triggers_is_refused_by_their_names(folder: Path, documents: Path) -> None:
    lines = refused(folder, documents, with_body(BATCH.format(table="'runs'")))
    expected = "21: batch over runs drops the trigger {}: create it again afterwards"
    assert lines == [expected.format(name) for name in TRIGGERS]


def test_a_batch_over_a_table_that_is_not_named_literally_counts_for_all_tables(
    folder: Path, documents: Path
) -> None:
    text = with_body("table = 'tags'\n    " + BATCH.format(table="table"))
    assert len(refused(folder, documents, text)) == 9


def test_a_batch_that_creates_the_triggers_again_passes(folder: Path, documents: Path) -> None:
    again = [
        f"    op.execute('CREATE TRIGGER {name} AFTER INSERT ON runs BEGIN SELECT 1; END')\n"
        for name in TRIGGERS
    ]
    text = with_body(BATCH.format(table="'runs'") + "".join(again))
    assert refused(folder, documents, text) == []


def test_a_batch_over_a_table_with_a_view_is_refused(folder: Path, documents: Path) -> None:
    view = with_body("op.execute('CREATE VIEW recent AS SELECT file_name FROM sources')")
    refused(folder, documents, view)
    batch = with_body(BATCH.format(table="'sources'")).replace("0008", "0009").replace("0007", "0008")
    (folder / "versions" / "0009_batch.py").write_text(batch, encoding="utf-8")
    (finding,) = findings(folder, documents, RELEASED)
    assert "batch over sources drops the view recent" in finding


def test_a_released_revision_without_a_kept_document_is_refused(folder: Path, documents: Path) -> None:
    (folder / "versions" / "0008_places.py").write_text(with_body("pass"), encoding="utf-8")
    (finding,) = refused(folder, documents, with_body("pass"), Manifest.of(folder, ["0008"], complete=False))
    assert finding == "1: it is released and has no 0008.myapp: keep one with build_scripts/new_fixture.py"
