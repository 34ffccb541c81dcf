"""Freezing includes the migrations' imports, and fails where the bundle would lack one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import contents
from tests.program import BUNDLE, EXE, ROOT, Program

REVISION = '''"""Use what no other module uses."""

{imported}

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
    {used}


def downgrade() -> None:
    """Change nothing."""
'''


STRIP = """
import sys; sys.path += sys.argv[2:]
import _elf
from pathlib import Path
_elf.strip(Path(sys.argv[1]))
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the sources that shares the environment of this one."""
    copy = tmp_path / "repository"
    for name in ("myapp", "migrations", "freeze_hooks", "build_scripts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.py", "pyproject.toml", "LICENSE"):
        shutil.copyfile(ROOT / name, copy / name)
    (copy / "build").mkdir()
    (copy / "build" / "venv").symlink_to(sys.prefix)
    return copy


def freeze(repository: Path, **used: str) -> subprocess.CompletedProcess[str]:
    """Add a revision to a copy of the sources and freeze it."""
    if used:
        file = repository / "migrations" / "versions" / "0008_addition.py"
        file.write_text(REVISION.format(**used), encoding="utf-8")
    command = [sys.executable, "-sB", os.fspath(repository / "build_scripts" / "freeze.py")]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)


def test_missing_import_of_a_migration_stops_the_build(repository: Path) -> None:
    """The module and the file are named, and no bundle is left behind."""
    done = freeze(repository, imported="import no_such_module", used="no_such_module.run()")
    assert done.returncode == 1
    assert "no_such_module" in done.stderr
    assert "0008_addition.py" in done.stderr
    assert not (repository / "dist" / "myapp").exists()


def test_unknown_missing_module_stops_the_build(repository: Path) -> None:
    """A module that the freezer misses and no hook calls optional is named, with its importer."""
    module = repository / "myapp" / "addition.py"
    module.write_text('"""Import nothing there is."""\n\nimport no_such_module\n', encoding="utf-8")
    done = freeze(repository)
    assert done.returncode == 1
    assert "no_such_module (imported from myapp.addition)" in done.stderr


DATA = {
    "imported": """import sched
from pathlib import Path

from alembic import op

data_files = ("0008_units.sql",)""",
    "used": """sched.scheduler()
    op.execute(Path(__file__).with_name("0008_units.sql").read_text(encoding="utf-8"))""",
}
UNPACKED = "import sys; sys.path.insert(0, sys.argv.pop(1)); from myapp.__main__ import run; run()"


def upgraded(program: Program, command: list[str], document: Path) -> subprocess.CompletedProcess[str]:
    """Show the runs of a document with another program, which upgrades it."""
    environment = program.environment()
    command = [*command, "runs", os.fspath(document)]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("form", ["bundle", "wheel"])
def test_modules_and_data_files_that_only_a_revision_uses_are_shipped_and_the_files_checked(
    program: Program, repository: Path, documents: Path, tmp_path: Path, form: str
) -> None:
    """Both have the file and not its neighbour, upgrade with it, and refuse it once it is changed or gone.

    The module is of the standard library, and nothing else uses it: the freezer's hook finds it.
    """
    assert not list(BUNDLE.rglob("sched.*")), "the test needs a module that nothing else uses"
    versions = repository / "migrations" / "versions"
    (versions / "0008_addition.py").write_text(REVISION.format(**DATA), encoding="utf-8")
    (versions / "0008_units.sql").write_text("CREATE TABLE units (name TEXT)", encoding="utf-8")
    (versions / "notes.csv").touch()
    if form == "bundle":
        done = freeze(repository)
        command = [os.fspath(repository / "dist" / "myapp" / f"myapp{EXE}")]
        shipped = repository / "dist" / "myapp" / "migrations" / "versions"
    else:
        shutil.copyfile(ROOT / "README.md", repository / "README.md")
        script = repository / "build_scripts" / "wheel.py"
        done = subprocess.run([sys.executable, "-sB", script], capture_output=True, text=True, check=False)
        command = [sys.executable, "-IBc", UNPACKED, os.fspath(tmp_path / "unpacked")]
        shipped = tmp_path / "unpacked" / "myapp" / "migrations" / "versions"
        for wheel in (repository / "dist" / "wheel").glob("*.whl"):
            shutil.unpack_archive(wheel, tmp_path / "unpacked", "zip")
    assert done.returncode == 0, done.stderr
    assert [file.name for file in shipped.iterdir() if file.suffix != ".py"] == ["0008_units.sql"]

    document = Path(shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp"))
    before = contents.readings(document)
    started = upgraded(program, command, document)
    assert started.returncode == 0, started.stderr
    assert contents.revision(document) == 8
    assert contents.readings(document) == contents.moved_apart(before)
    with closing(sqlite3.connect(document)) as connection:
        assert connection.execute("SELECT count(*) FROM units").fetchone() == (0,)

    for words in ("is not what was released", "is missing"):
        older = Path(shutil.copy(documents / "0001.myapp", tmp_path / "older.myapp"))
        data = shipped / "0008_units.sql"
        data.unlink() if words == "is missing" else data.write_text("SELECT 1", encoding="utf-8")
        refused = upgraded(program, command, older)
        assert (refused.returncode, refused.stderr.count("\n")) == (6, 1), refused
        assert f"0008_units.sql {words}" in refused.stderr
        assert older.read_bytes() == (documents / "0001.myapp").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="only bundles of Linux are stripped")
def test_build_without_strip_says_so_and_goes_on(tmp_path: Path) -> None:
    """A builder without binutils gets a larger bundle, and a sentence."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    executable = Path(shutil.copy(BUNDLE / "myapp", bundle))
    command = [sys.executable, "-sBc", STRIP, bundle, ROOT / "build_scripts", ROOT]
    done = subprocess.run(
        command, env={"PATH": os.fspath(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "not stripped" in done.stderr
    assert "install binutils" in done.stderr
    assert executable.read_bytes() == (BUNDLE / "myapp").read_bytes()


def test_second_freeze_builds_nothing(repository: Path) -> None:
    """If no source changed since the last freeze, nothing is printed and the bundle stays."""
    shutil.copytree(ROOT / "dist", repository / "dist", symlinks=True)
    (repository / "build" / "probe").symlink_to(ROOT / "build" / "probe")
    digest = (
        "import sys; sys.path += sys.argv[1:]; import _freezing; print(_freezing.source_digest(), end='')"
    )
    folders = [repository / "build_scripts", repository]
    stamp = subprocess.run([sys.executable, "-sBc", digest, *folders], capture_output=True, check=True).stdout
    (repository / "build" / "freeze.stamp").write_bytes(stamp)
    executable = repository / "dist" / "myapp" / f"myapp{EXE}"
    before = executable.stat()

    done = freeze(repository)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert executable.stat().st_ino == before.st_ino
