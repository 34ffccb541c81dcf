"""The zip and the installer for Windows: the same bytes twice, and what the installer does, under Wine.

The bundle in them is a small one that is made here; with the real one they are run by verify_package.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frozen import packages

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="Wine is tried on Linux"),
    pytest.mark.skipif(not shutil.which("makensis"), reason="needs makensis (Debian: nsis)"),
]
wine = pytest.mark.skipif(not shutil.which("wine"), reason="needs Wine")

SLEEPS = 'Target amd64-unicode\nOutFile "{}"\nSilentInstall silent\nSection\nSleep 120000\nSectionEnd\n'
"""A program for Windows that does nothing for two minutes, as NSIS compiles it."""

OLDER = "import _windows; _windows.VERSION = '0.0.9'; from pathlib import Path; "
OLDER += "_windows.build_installer(Path(sys.argv[1]), Path(sys.argv[2]), 0, 'zlib')"

UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\myapp"
CLASSES = r"HKCU\Software\Classes"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder as if it had been frozen on Windows, with names that a script could misread."""
    folder = tmp_path / "bundle"
    (folder / "lib" / "a b").mkdir(parents=True)
    (folder / "lib" / "a b" / "c$d ü;.txt").write_text("text", encoding="utf-8")
    (folder / "LICENSE").write_text("a license\n", encoding="utf-8")
    script = tmp_path / "sleeps.nsi"
    script.write_text(SLEEPS.format(folder / "myapp.exe"), encoding="utf-8")
    subprocess.run(["makensis", "-V1", os.fspath(script)], check=True)
    return folder


class Windows:
    """A Wine of its own, with the installed program."""

    def __init__(self, place: Path) -> None:
        self.variables = {"WINEPREFIX": str(place / "wine"), "WINEDEBUG": "-all", "DISPLAY": ""}
        self.variables |= {"WINEDLLOVERRIDES": "mscoree,mshtml=", "LANG": "C.UTF-8"}
        self.silently("wineboot", "--init")
        home = place / "wine" / "drive_c" / "users" / os.environ.get("USER", "root")
        self.folder = home / "AppData" / "Local" / "Programs" / "myapp"

    def silently(self, *words: str | Path) -> int:
        """Run a program to its end; return its code."""
        return self.start(*words).wait(timeout=300)

    def start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        """Start a program with no pipe, which Wine's services would keep open."""
        nothing = subprocess.DEVNULL
        environment = {**os.environ, **self.variables}
        command = ["wine", *map(os.fspath, words)]
        return subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing)

    def value(self, key: str, name: str = "") -> str:
        """Return a value of the registry, "" where it is not there."""
        query = ["wine", "reg", "query", key, *(["/v", name] if name else ["/ve"])]
        environment = {**os.environ, **self.variables}
        done = subprocess.run(query, env=environment, capture_output=True, encoding="utf-8", check=False)
        return done.stdout.partition("REG_SZ")[2].strip()

    def files(self) -> list[str]:
        """Return the names of the installed files."""
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    made = Windows(tmp_path)
    yield made
    subprocess.run(["wineserver", "--kill"], env={**os.environ, **made.variables}, check=False)


def test_zip_and_installer_are_the_same_bytes_twice(bundle: Path, tmp_path: Path) -> None:
    made = []
    for name in ("one", "another"):
        time.sleep(1.1)  # so that the times of files differ
        files = packages.built(tmp_path / name, "zip", "installer", windows=bundle)
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]
    with zipfile.ZipFile(next((tmp_path / "one").glob("*.zip"))) as archive:
        names = ["LICENSE", "lib/a b/c$d ü;.txt", "myapp.exe"]
        assert archive.namelist() == [f"myapp/{name}" for name in names]


def test_a_folder_that_is_no_bundle_for_windows_is_refused(tmp_path: Path) -> None:
    refused = packages.script("package.py", "zip", "--windows", tmp_path, "--output", tmp_path / "out")
    assert (refused.returncode, "has no myapp.exe" in refused.stderr) == (1, True)
    assert refused.stderr.count("\n") == 2  # what is built, and why it is not


@wine
def test_the_installer_replaces_an_older_release_associates_documents_and_removes_only_its_own(
    bundle: Path, windows: Windows, tmp_path: Path
) -> None:
    (installer,) = packages.built(tmp_path / "newer", "installer", windows=bundle)
    (bundle / "lib" / "old.txt").touch()
    (tmp_path / "older").mkdir()
    packages.in_scripts(OLDER, bundle, tmp_path / "older")
    (older,) = (tmp_path / "older").glob("*-setup.exe")
    assert windows.silently(older, "/S") == 0
    assert windows.value(UNINSTALL, "DisplayVersion") == "0.0.9"
    assert "old.txt" in windows.files()

    assert windows.silently(installer, "/S") == 0
    names = ["LICENSE", "c$d ü;.txt", "myapp.exe", "myapp.ico", "uninstall.exe"]
    assert windows.files() == names
    assert windows.value(UNINSTALL, "DisplayVersion") != "0.0.9"
    assert windows.value(rf"{CLASSES}\.myapp") == "myapp.document"
    command = windows.value(rf"{CLASSES}\myapp.document\shell\open\command")
    assert command.endswith(r'AppData\Local\Programs\myapp\myapp.exe" "%1"')

    running = windows.start(windows.folder / "myapp.exe")
    codes = (windows.silently(installer, "/S") for _try in range(30))  # until it has started
    assert next((code for code in codes if code), 0) == 5
    assert windows.files() == names
    subprocess.run(["wineserver", "--kill"], env={**os.environ, **windows.variables}, check=False)
    running.wait(timeout=60)

    document = windows.folder / "lib" / "trip.myapp"
    document.touch()
    inside = str(windows.folder).partition("drive_c")[2].replace("/", "\\")
    assert windows.silently(windows.folder / "uninstall.exe", "/S", f"_?=C:{inside}") == 0
    assert set(windows.files()) == {"trip.myapp", "uninstall.exe"}  # which runs in its place, started so
    assert windows.value(UNINSTALL, "DisplayVersion") == ""
    assert windows.value(rf"{CLASSES}\.myapp") == ""
    assert windows.value(rf"{CLASSES}\myapp.document\shell\open\command") == ""
