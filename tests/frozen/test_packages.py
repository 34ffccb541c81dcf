"""The packages of a release: each is installed as people do, does the main job, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import plistlib
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests import contents
from tests.frozen import packages
from tests.program import ROOT, WINDOWS, Program

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone builds these packages")
HEAD = int(max((ROOT / "tests" / "documents").glob("*.myapp")).stem)

AWKWARD = "a folder ü 100% $HOME 'x' \"y\" & z"


@linux
def test_the_archive_works_where_it_is_unpacked_and_its_script_tells_the_desktop_and_untells_it(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    (archive,) = packages.built(tmp_path, "tar")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / AWKWARD, filter="data")
    folder = tmp_path / AWKWARD / "myapp"
    environment = program.environment({"HOME": str(tmp_path / "home ü"), "XDG_DATA_HOME": ""})
    environment = {name: value for name, value in environment.items() if name != "XDG_DATA_HOME"}
    home = Path(environment["HOME"])
    home.mkdir()
    run = packages.runner(environment)

    run(folder / "desktop.sh")
    entry = home / ".local" / "share" / "applications" / "myapp.desktop"
    assert packages.started_by(entry, "trip.myapp") == [os.fspath(folder / "myapp"), "trip.myapp"]
    if tool := shutil.which("desktop-file-validate"):
        assert run(tool, entry) == ""
    command = home / ".local" / "bin" / "myapp"
    document = Path(shutil.copy(documents / "0001.myapp", tmp_path / "trip.myapp"))
    before = contents.readings(document)
    assert "Mauna Loa" in run(command, "runs", document)
    assert contents.readings(document) == contents.moved_apart(before)

    run(folder / "desktop.sh")  # again, after an update
    run(folder / "desktop.sh", "--remove")
    left = [path for path in home.rglob("*") if not path.is_dir() and path.suffix != ".cache"]
    assert [path for path in left if "myapp" in path.name or b"myapp" in path.read_bytes()] == []
    assert document.exists()


@linux
def test_documents_are_known_by_their_name_and_by_their_header(tmp_path: Path, documents: Path) -> None:
    script = (
        "import sys; from PySide6.QtCore import QMimeDatabase; "
        "print(*(QMimeDatabase().mimeTypeForFile(name).name() for name in sys.argv[1:]))"
    )
    share = packages.desktop_files(tmp_path)
    unnamed = Path(shutil.copy(documents / "0007.myapp", tmp_path / "unnamed"))
    named = tmp_path / "empty.myapp"
    named.touch()
    other = tmp_path / "other"
    shutil.copy(documents / "0007.myapp", other)
    content = bytearray(other.read_bytes())
    content[68:72] = b"\0\0\0\1"
    other.write_bytes(content)
    run = packages.runner(
        {**os.environ, "XDG_DATA_DIRS": os.fspath(share), "XDG_DATA_HOME": os.fspath(tmp_path)}
    )
    found = run(sys.executable, "-c", script, unnamed, named, other).split()
    assert found[:2] == ["application/vnd.myapp", "application/vnd.myapp"]
    assert found[2] != "application/vnd.myapp"


@linux
def test_the_files_for_the_desktop_pass_their_own_tools(tmp_path: Path) -> None:
    share = packages.desktop_files(tmp_path)
    run = packages.runner(dict(os.environ))
    checks: list[tuple[str, list[str | Path]]] = [
        ("desktop-file-validate", [share / "applications" / "myapp.desktop"]),
        ("man", ["--warnings", "-l", share / "man" / "man1" / "myapp.1"]),
        ("bash", ["-n", share / "bash-completion" / "completions" / "myapp"]),
        ("zsh", ["-n", share / "zsh" / "site-functions" / "_myapp"]),
        ("fish", ["--no-execute", share / "fish" / "vendor_completions.d" / "myapp.fish"]),
    ]
    ran = [tool for tool, arguments in checks if shutil.which(tool) and [run(tool, *arguments)]]
    assert "bash" in ran
    if tool := shutil.which("appstreamcli"):
        validate = [tool, "validate", "--no-net", share / "metainfo" / "myapp.metainfo.xml"]
        findings = subprocess.run(validate, capture_output=True, encoding="utf-8", check=False).stdout
        faults = [line for line in findings.splitlines() if line.startswith(("E:", "W:"))]
        assert [line for line in faults if "not-rdns" not in line] == []  # without a home page
    page = (share / "man" / "man1" / "myapp.1").read_text(encoding="utf-8")
    assert page.count("\n.SS ") > 30
    completing = f". '{share}/bash-completion/completions/myapp'; COMP_WORDS=(myapp save); COMP_CWORD=1; "
    assert run("bash", "-c", f"{completing} _shtab_myapp; echo ${{COMPREPLY[@]}}").split() == ["save-as"]


@linux
@pytest.mark.skipif(not shutil.which("dpkg"), reason="needs dpkg")
def test_the_debian_package_is_installed_over_an_older_one_works_and_is_purged(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    (package,) = packages.built(tmp_path, "deb")
    older = packages.older_deb(tmp_path / "older")
    root = packages.DebianRoot(tmp_path / "root", program)
    root.dpkg("--install", older)
    assert root.run("runs").strip() == "an older release"
    root.dpkg("--install", package)
    assert not (root.folder / "usr" / "lib" / "myapp" / "lib" / "old.txt").exists()
    for document in sorted(documents.glob("*.myapp")):
        copy = Path(shutil.copy(document, tmp_path / document.name))
        root.run("runs", copy)
        assert contents.revision(copy) == HEAD
        assert contents.readings(copy) == contents.moved_apart(contents.readings(document))
    assert root.dpkg("--verify", "myapp") == ""
    assert root.field("Depends") == "libc6 (>= 2.17)"
    recommended = root.field("Recommends").split(", ")
    assert {"libegl1", "libgl1", "libxcb1", "libxkbcommon-x11-0", "libwayland-client0"} <= set(recommended)
    root.dpkg("--purge", "myapp")
    assert [path for path in root.folder.rglob("*") if "myapp" in path.name] == []


@linux
def test_the_debian_package_works_in_a_bare_debian(documents: Path, tmp_path: Path) -> None:
    """In its essential packages alone: no Python, no desktop."""
    (package,) = packages.built(tmp_path, "deb")
    older = packages.older_deb(tmp_path / "older")
    with packages.bare_debian() as debian:
        assert not list((debian.folder / "usr" / "bin").glob("python3*"))
        debian.take(older, package, documents / "0001.myapp")
        debian.run("dpkg", "--install", f"/tmp/{older.name}")
        debian.run("dpkg", "--install", f"/tmp/{package.name}")
        assert "Mauna Loa" in debian.run("myapp", "runs", "/tmp/0001.myapp")
        assert "ok" in debian.run("myapp", "check", "/tmp/0001.myapp")
        readings = contents.readings(debian.folder / "tmp" / "0001.myapp")
        assert readings == contents.moved_apart(contents.readings(documents / "0001.myapp"))
        assert "libGL.so.1" in debian.missing_libraries()  # of the window alone
        debian.run("dpkg", "--purge", "myapp")
        assert [path for path in debian.folder.rglob("*myapp*") if path.parent.name != "tmp"] == []


@linux
@pytest.mark.long
def test_with_the_recommended_packages_of_debian_the_window_finds_every_library(
    program: Program, tmp_path: Path
) -> None:
    (package,) = packages.built(tmp_path, "deb")
    recommended = packages.runner(dict(os.environ))("dpkg-deb", "--field", package, "Recommends").strip()
    names = [name.partition(" ")[0] for name in recommended.split(", ")]
    with packages.bare_debian(*names) as debian:
        debian.take(package)
        debian.run("dpkg", "--install", f"/tmp/{package.name}")
        assert debian.missing_libraries() == ""


def test_wheel_and_source_give_the_same_program_and_are_the_same_bytes_whoever_builds(tmp_path: Path) -> None:
    wheel, sdist, bill = packages.built(tmp_path, "wheel", "sdist", "bill")
    again = tmp_path / "of source"
    pip = [sys.executable, "-Im", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", os.fspath(again), os.fspath(sdist)], check=True)
    (remade,) = again.glob("*.whl")
    assert digests(remade) == digests(wheel)
    packages.built(tmp_path / "another", "wheel", "sdist", "bill", elsewhere=True)
    assert (tmp_path / "another" / "SHA256SUMS").read_bytes() == (tmp_path / "SHA256SUMS").read_bytes()
    verified = packages.script("verify_package.py", bill, tmp_path / "SHA256SUMS")
    assert verified.stdout.count("right\n") == 2, verified
    assert (verified.returncode, verified.stderr) == (0, "")


def digests(archive: Path) -> dict[str, str]:
    """Return the digests of the files in a zip."""
    with zipfile.ZipFile(archive) as opened:
        return {name: hashlib.sha256(opened.read(name)).hexdigest() for name in opened.namelist()}


def test_a_package_that_was_altered_or_does_not_work_is_refused(tmp_path: Path) -> None:
    (sdist,) = packages.built(tmp_path, "sdist")
    broken = tmp_path / "myapp-0.0.1-linux-x86_64.tar.gz"
    (tmp_path / "myapp").mkdir()
    (tmp_path / "myapp" / "myapp").write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    (tmp_path / "myapp" / "myapp").chmod(0o755)
    with tarfile.open(broken, "w:gz") as archive:
        archive.add(tmp_path / "myapp", "myapp")
    sdist.write_bytes(sdist.read_bytes() + b"\0")
    refused = packages.script("verify_package.py", tmp_path / "SHA256SUMS", broken)
    assert refused.returncode == 1
    assert f"SHA256SUMS: {sdist.name}" in refused.stderr
    if not WINDOWS:
        assert "ended with 7" in refused.stderr
    assert refused.stdout == ""


@linux
def test_the_application_for_macos_names_its_executable_its_icon_and_its_documents(tmp_path: Path) -> None:
    """It is built on macOS alone, and was never run; what can be read of it here is right."""
    bundle = tmp_path / "bundle"
    (bundle / "lib").mkdir(parents=True)
    (bundle / "myapp").write_text("#!/bin/sh\n", encoding="utf-8")
    (bundle / "myapp").chmod(0o755)
    (bundle / "lib" / "link").symlink_to("../myapp")
    build = "import _macos; from pathlib import Path; _macos.build(Path(sys.argv[1]), Path(sys.argv[2]), 0)"
    packages.in_scripts(build, bundle, tmp_path)
    (application,) = tmp_path.glob("*.app.zip")
    with zipfile.ZipFile(application) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        information = plistlib.loads(archive.read("myapp.app/Contents/Info.plist"))
        icon = archive.read(f"myapp.app/Contents/Resources/{information['CFBundleIconFile']}")
    assert (
        stat.filemode(modes[f"myapp.app/Contents/MacOS/{information['CFBundleExecutable']}"]) == "-rwxr-xr-x"
    )
    assert stat.S_ISLNK(modes["myapp.app/Contents/MacOS/lib/link"])
    assert icon.startswith(b"icns")
    (exported,) = information["UTExportedTypeDeclarations"]
    assert exported["UTTypeTagSpecification"]["public.filename-extension"] == ["myapp"]
    (documents,) = information["CFBundleDocumentTypes"]
    assert documents["LSItemContentTypes"] == [exported["UTTypeIdentifier"]]


@pytest.mark.long
def test_every_package_that_this_system_builds_is_verified_and_the_same_a_second_time(tmp_path: Path) -> None:
    kinds = (
        ("tar", "deb", "wheel", "sdist", "bill") if sys.platform == "linux" else ("wheel", "sdist", "bill")
    )
    for name in ("one", "another"):
        packages.built(tmp_path / name, *kinds, elsewhere=name == "another")
    sums = [(tmp_path / name / "SHA256SUMS").read_text(encoding="utf-8") for name in ("one", "another")]
    assert sums[0] == sums[1]
    verified = packages.script("verify_package.py", *(tmp_path / "one").iterdir())
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "NOT RUN" not in verified.stdout
