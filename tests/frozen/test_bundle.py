"""The bundle is complete, and refuses to start when its migrations differ from those of the build."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.frozen.halves import is_of_window
from tests.program import BUNDLE, EXE, Program

linux = pytest.mark.skipif(sys.platform != "linux", reason="these are facts of Linux libraries")

REVISIONS = Path("migrations") / "versions"


def _remove(bundle: Path) -> None:
    shutil.rmtree(bundle / "migrations")


def _empty(bundle: Path) -> None:
    for file in (bundle / REVISIONS).glob("*.py"):
        file.unlink()


def _lose_one(bundle: Path) -> None:
    min((bundle / REVISIONS).glob("*.py")).unlink()


def _alter(bundle: Path) -> None:
    file = max((bundle / REVISIONS).glob("*.py"))
    file.write_bytes(file.read_bytes() + b"\n# changed\n")


def _alter_environment(bundle: Path) -> None:
    (bundle / "migrations" / "env.py").write_text("", encoding="utf-8")


def _add_one(bundle: Path) -> None:
    (bundle / REVISIONS / "9999_foreign.py").write_text("revision = '9999'\n", encoding="utf-8")


def _lose_manifest(bundle: Path) -> None:
    (bundle / "lib" / "myapp" / "manifest.sha256").unlink()


@pytest.mark.parametrize(
    "damage", [_remove, _empty, _lose_one, _alter, _alter_environment, _add_one, _lose_manifest]
)
def test_altered_migrations_are_refused(
    program: Program, documents: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """One line, exit code 6 and an untouched document, never an upgrade to nothing."""
    bundle, document = tmp_path / "myapp", tmp_path / "old.myapp"
    shutil.copytree(BUNDLE, bundle, symlinks=True)
    shutil.copyfile(documents / "0001.myapp", document)
    damage(bundle)

    command = [bundle / f"myapp{EXE}", "runs", document]
    done = subprocess.run(
        command, env=program.environment(), capture_output=True, encoding="utf-8", check=False
    )

    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.count("\n") == 1
    assert "installation is broken" in done.stderr
    assert document.read_bytes() == (documents / "0001.myapp").read_bytes()


def test_bundle_has_no_development_tools() -> None:
    """Tests, installers and the executable that runs any script are not shipped."""
    unwanted = {"pip", "setuptools", "pytest", "_pytest", "unittest", "tkinter", "idlelib", "test", "tests"}
    names = {path.name.split(".")[0] for path in (BUNDLE / "lib").iterdir()}
    assert names & unwanted == set()
    assert [
        path.name for path in BUNDLE.rglob("*") if "probe" in path.name or path.name == "__pycache__"
    ] == []
    assert list(BUNDLE.rglob("sqlalchemy/testing")) + list(BUNDLE.rglob("alembic/testing")) == []


def test_bundle_tells_nothing_about_its_builder() -> None:
    """No file holds the path of the build, and BUILD_CONSTANTS no host name."""
    path = os.fspath(BUNDLE.parent.parent).encode()
    assert [file for file in BUNDLE.rglob("*") if file.is_file() and path in file.read_bytes()] == []
    assert platform.node().encode() not in (BUNDLE / "lib" / "BUILD_CONSTANTS.pyc").read_bytes()


@pytest.mark.skipif(sys.base_prefix.startswith("/usr"), reason="that path is named everywhere")
def test_bytecode_tells_nothing_of_the_python_that_compiled_it() -> None:
    """`sysconfig` would tell the folder in which Python was built, perhaps in somebody's home."""
    path = sys.base_prefix.encode()
    assert [file for file in BUNDLE.rglob("*.pyc") if path in file.read_bytes()] == []


@linux
def test_the_command_line_runs_with_the_c_library_of_2012_and_the_window_with_that_of_2021() -> None:
    """No file needs a symbol that came after GLIBC 2.17, or 2.34 for Qt, whatever the system that builds."""
    newer = {
        file.name: version
        for file in BUNDLE.rglob("*")
        if file.is_file() and file.read_bytes().startswith(b"\x7fELF")
        for version in map(int, re.findall(rb"\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)", file.read_bytes()))
        if version > (34 if is_of_window(file, BUNDLE) else 17)
    }
    assert newer == {}


@linux
def test_only_the_window_is_linked_to_libraries_of_a_desktop() -> None:
    """The command line starts where there is a C library alone."""
    desktop = re.compile(
        rb"\0(lib(?:xcb|X11|GL|EGL|fontconfig|dbus|xkbcommon|wayland|Qt6)[\w-]*\.so[.\d]*)(?=\0)"
    )
    linked = {
        file.name: names
        for file in BUNDLE.rglob("*")
        if file.is_file() and not is_of_window(file, BUNDLE) and file.read_bytes().startswith(b"\x7fELF")
        if (names := set(desktop.findall(file.read_bytes())))
    }
    assert linked == {}


def test_of_qt_only_what_the_window_uses_is_shipped() -> None:
    """Its modules for other things, tools, other translations and type stubs would be 100 MB."""
    files = [file.name for file in (BUNDLE / "lib" / "PySide6").rglob("*") if file.is_file()]
    unwanted = re.compile(
        r"Qml|Quick|Designer|Sql|Test|\.pyi$|\.qm$|\.qml$|^(rcc|uic|lupdate|linguist|assistant)"
    )
    of_dialogs = ["qtbase_de.qm"]  # Qt's own buttons and dialogs, in the languages of the window
    assert [name for name in files if unwanted.search(name)] == of_dialogs
    assert sum(file.stat().st_size for file in (BUNDLE / "lib" / "PySide6").rglob("*")) < 100_000_000


def test_the_libraries_of_the_compiler_of_qt_are_beside_it() -> None:
    """A new Windows has none of them; elsewhere there are none."""
    names = {file.name.lower() for file in (BUNDLE / "lib" / "PySide6").iterdir()}
    runtime = {"msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll", "vcruntime140.dll"}
    assert runtime & names == (runtime if sys.platform == "win32" else set())


def test_the_texts_that_the_license_of_qt_demands_are_shipped() -> None:
    """The LGPL, the GPL that it adds to, and the notice with the place of the sources."""
    (folder,) = (BUNDLE / "lib").glob("pyside6_essentials-*.dist-info")
    texts = {file.name: file.read_text(encoding="utf-8") for file in (folder / "licenses").iterdir()}
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts["LGPL-3.0-only.txt"]
    assert "GNU GENERAL PUBLIC LICENSE" in texts["GPL-3.0-only.txt"]
    assert "https://download.qt.io/" in texts["Qt-notice.txt"]


@linux
def test_every_library_is_there_once() -> None:
    """The interpreter uses the OpenSSL of the PostgreSQL driver."""
    vendored = [re.sub(r"-[0-9a-f]{8}(?=\.)", "", file.name) for file in BUNDLE.rglob("*.so.*")]
    assert [name for name in vendored if vendored.count(name) > 1] == []


@linux
@pytest.mark.skipif(not shutil.which("strip"), reason="needs strip of binutils where the bundle is made")
def test_bundle_has_no_debug_information() -> None:
    """Sections that only a debugger reads are not shipped."""
    assert [file for file in BUNDLE.rglob("*.so*") if b".debug_info\0" in file.read_bytes()] == []


def test_help_of_alembic_has_the_texts_of_its_commands(program: Program) -> None:
    """They are docstrings, which all other modules of the bundle lack."""
    help_text = program.run("alembic", "--help", check=True).stdout
    assert "Upgrade to a later version" in help_text


def test_license_of_every_bundled_distribution_is_shipped() -> None:
    """Each distribution's license lies beside its metadata, Python's and ours at the top."""
    for metadata in (BUNDLE / "lib").glob("*.dist-info"):
        assert list((metadata / "licenses").iterdir()), metadata.name
    assert (BUNDLE / "LICENSE").is_file()
    assert (BUNDLE / "frozen_application_license.txt").is_file()


def test_license_of_every_bundled_library_is_shipped() -> None:
    """A table names the libraries that are of no distribution, or that one has taken from others."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in (BUNDLE / "licenses").iterdir()}
    table = dict(re.findall(r"^(.+): ([\w.-]+\.txt)", texts["README.txt"], re.MULTILINE))
    patterns = [word.strip(",") for words in table for word in words.split()]
    of_distribution = re.compile(r"lib(pyside6|shiboken6)\.")
    libraries = [file.name for file in BUNDLE.rglob("lib*.so*") if not of_distribution.match(file.name)]
    names = {re.sub(r"(-[0-9a-f]{8})?\.so.*", "", name) for name in libraries}
    assert [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []
    assert set(table.values()) <= texts.keys()
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in texts["Python.txt"]


def test_versions_are_the_pinned_ones(program: Program, tmp_path: Path) -> None:
    """The interpreter and SQLite come from the pinned freezer, SQLAlchemy and Alembic from the pins."""
    script = tmp_path / "versions.py"
    script.write_text(
        "import json, sqlite3, sqlalchemy, alembic, psycopg\n"
        "print(json.dumps([sqlite3.sqlite_version, sqlalchemy.__version__, alembic.__version__,"
        " psycopg.__version__, psycopg.pq.__impl__]))\n",
        encoding="utf-8",
    )
    pinned = ["3.54.1", "2.1.9", "1.20.1", "3.3.9", "binary"]
    assert json.loads(program.script(script, check=True).stdout) == pinned

    versions = dict(line.split() for line in program.run("--version", check=True).stdout.splitlines())
    assert [versions[name] for name in ("SQLite", "SQLAlchemy", "Alembic")] == pinned[:3]
    assert versions["Python"].startswith(".".join(platform.python_version_tuple()[:2]))
