"""The bundle runs its own code from its own folder, whatever lies around it and whatever is set."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import contents
from tests.frozen.bare_root import C_LIBRARY
from tests.program import BUNDLE, EXE, PROBE, Program, tree_digest

linux = pytest.mark.skipif(sys.platform != "linux", reason="is about Linux's loader")

BROKEN = "raise SystemExit('a decoy was run')\n"


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    """A copy of the oldest release's document, to be upgraded."""
    copy = tmp_path / "old.myapp"
    shutil.copyfile(documents / "0001.myapp", copy)
    return copy


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A folder with a failing file for every name that the program imports or reads."""
    folder = tmp_path / "decoys"
    for package in ("sqlalchemy", "alembic", "myapp", "encodings", "sqlite3", "migrations/versions"):
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text(BROKEN, encoding="utf-8")
    for module in ("site.py", "sitecustomize.py", "usercustomize.py", "typing.py", "migrations/env.py"):
        (folder / module).write_text(BROKEN, encoding="utf-8")
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = nowhere\n", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.alembic]\nscript_location = 'nowhere'\n", encoding="utf-8")
    return folder


def started(executable: Path, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Start a copy of the program, wherever it lies."""
    command = [os.fspath(executable), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False, **options)


def test_decoys_in_the_current_directory_are_not_imported(
    program: Program, document: Path, decoys: Path
) -> None:
    """Modules, a migrations folder and settings of Alembic in the current directory mean nothing."""
    before = contents.readings(document)
    done = program.run("runs", document, cwd=decoys)
    assert done.returncode == 0, done.stderr
    assert contents.readings(document) == contents.moved_apart(before)


def test_python_variables_are_ignored(program: Program, document: Path, decoys: Path) -> None:
    """No PYTHON… variable reaches the interpreter of the bundle."""
    names = ("HOME", "PATH", "STARTUP", "USERBASE", "PLATLIBDIR", "PYCACHEPREFIX", "EXECUTABLE")
    poison = {f"PYTHON{name}": os.fspath(decoys) for name in names}
    poison |= {"PYTHONWARNINGS": "error", "PYTHONINSPECT": "1", "PYTHONVERBOSE": "1", "PYTHONOPTIMIZE": "2"}
    done = program.run("runs", document, env=poison)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") <= 1, "PYTHONVERBOSE was heard"


def test_empty_environment_is_enough(document: Path, tmp_path: Path) -> None:
    """No variable has to be set: no HOME, no PATH, no locale."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
    done = started(BUNDLE / f"myapp{EXE}", "runs", document, env=kept, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "CO₂" in done.stdout


def test_symlink_to_the_executable_works(program: Program, document: Path, tmp_path: Path) -> None:
    """The shipped files are found beside the executable itself, not beside the link."""
    link = tmp_path / f"linked{EXE}"
    try:
        link.symlink_to(BUNDLE / f"myapp{EXE}")
    except OSError as error:
        pytest.skip(f"this system lets ordinary users make no links: {error}")
    done = started(link, "runs", document, env=program.environment())
    assert done.returncode == 0, done.stderr


def test_link_on_the_path_works(program: Program, document: Path, tmp_path: Path) -> None:
    """Started by its bare name through PATH, the program finds its files too."""
    (tmp_path / "bin").mkdir()
    try:
        (tmp_path / "bin" / "myapp").symlink_to(BUNDLE / f"myapp{EXE}")
    except OSError as error:
        pytest.skip(f"this system lets ordinary users make no links: {error}")
    environment = program.environment({"PATH": os.fspath(tmp_path / "bin")})
    done = subprocess.run(
        ["myapp", "runs", document], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name", ["a b", "100%", "p%20q", "Übung ü", "a#b", *(["a?b"] if os.name != "nt" else [])]
)
def test_folder_of_any_name_works(program: Program, document: Path, tmp_path: Path, name: str) -> None:
    """The bundle may be moved to a path with spaces, %, # and letters beyond ASCII."""
    moved = tmp_path / name / "myapp"
    shutil.copytree(BUNDLE, moved, symlinks=True)
    before = contents.readings(document)
    done = started(moved / f"myapp{EXE}", "runs", document, env=program.environment(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert contents.readings(document) == contents.moved_apart(before)
    assert tree_digest(moved) == tree_digest(BUNDLE)


@linux
@pytest.mark.parametrize("place", ["../lib", ".."])
def test_libraries_planted_beside_the_bundle_are_not_loaded(
    program: Program, document: Path, tmp_path: Path, place: str
) -> None:
    """A `lib` folder of a neighbour, full of broken libraries of the right names, changes nothing."""
    moved = tmp_path / "somewhere" / "myapp"
    shutil.copytree(BUNDLE, moved, symlinks=True)
    _plant((moved / place).resolve(), _library_names())
    done = started(moved / "myapp", "runs", document, env=program.environment(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr


@linux
def test_libraries_of_ld_library_path_do_not_replace_the_bundles(
    program: Program, document: Path, tmp_path: Path
) -> None:
    """Every library of the bundle comes from it, even where LD_LIBRARY_PATH offers one of its name."""
    bundled = {name for name in _library_names() if not C_LIBRARY.match(name)}
    decoys = tmp_path / "decoys"
    _plant(decoys, bundled)
    done = program.run("runs", document, env={"LD_LIBRARY_PATH": os.fspath(decoys)})
    assert done.returncode == 0, done.stderr
    loaded = program.script(_maps(tmp_path), document, env={"LD_LIBRARY_PATH": os.fspath(decoys)})
    assert loaded.returncode == 0, loaded.stderr


@linux
def test_running_program_maps_only_the_bundle_and_the_c_library(
    program: Program, document: Path, tmp_path: Path
) -> None:
    """After an upgrade, and with the PostgreSQL driver loaded, nothing else of the machine is in use."""
    done = program.script(_maps(tmp_path), document)
    assert done.returncode == 0, done.stderr
    mapped = {Path(line) for line in done.stdout.splitlines() if line.startswith("/")}
    bundle = PROBE.parent
    outside = {path for path in mapped if not path.is_relative_to(bundle)}
    assert any("libsqlite3" in path.name for path in mapped & {*bundle.rglob("*")})
    assert [path for path in outside if not C_LIBRARY.match(path.name) and path != document] == []


def _maps(folder: Path) -> Path:
    """Write a script that lists a document's runs and then prints what its process has mapped."""
    script = folder / "maps.py"
    script.write_text(
        "import contextlib, os, sys\n"
        "import psycopg\n"
        "from myapp.cli.main import main\n"
        "with open(os.devnull, 'w') as nowhere, contextlib.redirect_stdout(nowhere):\n"
        "    assert main(['runs', sys.argv[1]]) == 0\n"
        "for line in open('/proc/self/maps'):\n"
        "    print(line.split(maxsplit=5)[5].strip() if len(line.split()) > 5 else '')\n",
        encoding="utf-8",
    )
    return script


def _library_names() -> set[str]:
    """Return the names under which the bundle's executables ask for libraries."""
    bundled = {file.name for file in BUNDLE.rglob("*.so*")}
    return bundled | {"libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libutil.so.1"}


def _plant(folder: Path, names: set[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("not a library\n", encoding="utf-8")


def test_pythonexecutable_does_not_change_the_program_that_upgrades_several(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    """Several upgrades at a time are processes of this program, whatever PYTHONEXECUTABLE says."""
    copies = [tmp_path / f"{number}.myapp" for number in range(3)]
    for copy in copies:
        shutil.copyfile(documents / "0001.myapp", copy)
    environment = {"PYTHONEXECUTABLE": os.fspath(tmp_path / "nothing")}
    done = program.run("upgrade", "--jobs", "2", *copies, env=environment)
    assert done.returncode == 0, done.stderr
    assert [contents.revision(copy) for copy in copies] == [7] * 3
