"""The schema package, copied alone under another name with the two modules that it imports, works there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.migration_folders import ENV, FOUR, write
from tests.program import ROOT

NAME = "shelf_database"
PARTS = ("errors.py", "progress.py", "schema")
TESTS = (
    *("__init__.py", "migration_folders.py", "unit/__init__.py", "unit/conftest.py"),
    *(f"unit/schema/test_{name}.py" for name in ("branched_histories", "custom_work", "new_revisions")),
)
UPGRADE = f"""
import sys
from {NAME}.schema import stock
from {NAME}.schema.migrations import Migrations
from {NAME}.schema.recipes import run_migrations
folder, url = sys.argv[1:]
assert [str(step) for step in run_migrations(folder, url, "0001")] == ["upgrade 0001 (revision 0001)"]
assert len(Migrations(folder, url).upgrade()) == 3
stock.main(["-x", f"url={{url}}", "current"], folder)
assert not any(name.partition(".")[0] == "myapp" for name in sys.modules)
"""
REFUSED = f"""
import sys
from {NAME}.errors import UpgradeFailed
from {NAME}.schema.migrations import Migrations
try:
    Migrations(*sys.argv[1:]).upgrade()
except UpgradeFailed as error:
    print(error)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing of this program but the package under another name."""
    site = tmp_path_factory.mktemp("site")
    for part in PARTS:
        source = ROOT / "myapp" / part
        for file in [source] if source.is_file() else source.rglob("*.py"):
            copy(file, site / NAME / file.relative_to(ROOT / "myapp"))
    (site / NAME / "__init__.py").touch()
    return site


def copy(file: Path, to: Path) -> None:
    """Copy a file, with the package's other name in it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(renamed(file.read_text(encoding="utf-8")), encoding="utf-8")


def renamed(text: str) -> str:
    """Return a text in which the package has its other name."""
    return text.replace("myapp.", f"{NAME}.")


def run(site: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run Python in an empty folder, where this repository is not to be found."""
    start = f"import sys; sys.path[:0] = [{str(site)!r}]; import runpy; del sys.argv[0]; "
    start += "runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-IB", "-c", start, *map(str, arguments)]
    return subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["a.db", "100% ä#.db"])
def test_a_migration_runs_there(site: Path, tmp_path: Path, name: str) -> None:
    script = tmp_path / "upgrade.py"
    script.write_text(UPGRADE, encoding="utf-8")
    folder = write(tmp_path / "migrations", FOUR, renamed(ENV))
    path = str(tmp_path / name).replace("%", "%25")
    done = run(site, script, folder, f"sqlite:///{path}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0004 (head)\n", "")
    assert (tmp_path / name).is_file()


def test_its_lines_name_it_as_it_is_called_there(site: Path, tmp_path: Path) -> None:
    script = tmp_path / "refused.py"
    script.write_text(REFUSED, encoding="utf-8")
    env = "from sqlalchemy import create_engine\ncreate_engine(1)\n"
    done = run(site, script, write(tmp_path / "migrations", FOUR, env), tmp_path / "a.db")
    assert f"`from {NAME}.schema.environment import run`" in done.stdout


def test_its_tests_pass_there(site: Path, tmp_path: Path) -> None:
    for name in TESTS:
        copy(ROOT / "tests" / name, site / "tests" / name)
    (site / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    script = tmp_path / "tests.py"
    words = [
        "-q",
        "-k",
        "not postgresql and not server",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:alembic",
        str(site / "tests"),
    ]
    script.write_text(f"import sys, pytest; sys.exit(pytest.main({words}))", encoding="utf-8")
    done = run(site, script)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
