"""Modes and temporary files: what is made of a private document is private, and what a kill leaves goes."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import myapp
from myapp import crash
from myapp.application import context
from myapp.cli import jobs
from myapp.cli.main import main
from myapp.cli.notebook.import_report import report_file
from myapp.cli.writing import written
from myapp.document import backups, files
from myapp.document.derive import filled
from myapp.document.placing import placed
from myapp.document.restoring import restore
from myapp.document.save_as import save_as
from myapp.document.upgrade import upgrade
from myapp.errors import SystemRefused
from tests.program import ROOT, WINDOWS

modes = pytest.mark.skipif(WINDOWS, reason="Windows has no modes")

DOCUMENTS = ROOT / "tests" / "documents"


def mode(path: Path | str) -> int:
    return stat.S_IMODE(Path(path).stat().st_mode)


@pytest.fixture
def umask() -> Iterator[None]:
    """The usual mask of new files."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def extract(document: Path, target: Path) -> None:
    with myapp.open(document) as notebook:
        notebook.extract(myapp.Selection(), target)


def fill(document: Path, target: Path) -> None:
    with filled(target, context(0), f"{document}"):
        pass


def write(document: Path, target: Path) -> None:
    arguments = Namespace(file=f"{document}", force=False, wait=0)
    with written(f"{target}", arguments) as stream:
        stream.write(b"time,a\n")


def run_copy(document: Path, target: Path) -> None:
    assert main(["copy", f"{document}", f"{target}"]) == 0


def run_exec(document: Path, target: Path) -> None:
    assert main(["exec", f"{document}", "--keep", f"{target}", "--", "true"]) == 0


def rescue(document: Path, target: Path) -> None:
    myapp.rescue(document, target)


def report_a_rescue(document: Path, target: Path) -> None:
    myapp.rescue(document, document.with_name("rescued.myapp"), report=target)


def report_an_import(document: Path, target: Path) -> None:
    csv = document.with_name("new.csv")
    csv.write_text("time,a\n2024-01-01,1\n2024-01-02,x\n", encoding="utf-8")
    words = ["--on-error", "skip-all", "--report", f"{target}"]
    assert main(["import", f"{document}", f"{csv}", *words]) == 0


MAKERS: list[Callable[[Path, Path], object]] = [
    lambda document, target: save_as(document, target, context(0)),
    extract,
    fill,
    write,
    run_copy,
    run_exec,
    rescue,
    report_a_rescue,
]


@modes
@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    ("before", "after"), [(0o600, 0o600), (0o644, 0o644), (0o640, 0o640), (0o664, 0o644), (0o400, 0o600)]
)
def test_others_may_do_no_more_with_what_is_made_of_a_document(
    tmp_path: Path, make: Callable[[Path, Path], object], before: int, after: int
) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path))
    document.chmod(before)
    make(document, tmp_path / "made")
    assert mode(tmp_path / "made") == after


@modes
@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("private", ["trip.myapp", "new.csv"])
def test_a_report_that_quotes_a_private_file_is_private(tmp_path: Path, private: str) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path / "trip.myapp"))
    (tmp_path / "new.csv").touch()
    (tmp_path / private).chmod(0o600)
    report_an_import(document, tmp_path / "report.csv")
    assert mode(tmp_path / "report.csv") == 0o600


@modes
@pytest.mark.usefixtures("umask")
def test_the_log_of_a_bug_can_be_read_by_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "log_folder", lambda: tmp_path / "log")
    log = crash.write_log(ValueError("a value of a document"))
    assert mode(log) == 0o600
    assert "a value of a document" in log.read_text(encoding="utf-8")


@modes
def test_a_log_replaces_nothing_and_follows_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, folder in (("log_folder", "log"), ("_temporary_folder", "tmp")):
        (tmp_path / folder).mkdir()
        monkeypatch.setattr(crash, name, lambda folder=folder: tmp_path / folder)
    monkeypatch.setattr(crash.time, "strftime", lambda _form: "now")
    for folder in ("log", "tmp"):
        (tmp_path / folder / f"myapp-now-{os.getpid()}.log").symlink_to(tmp_path / "theirs")
    assert crash.write_log(ValueError("a bug")) == Path(os.devnull)
    assert not (tmp_path / "theirs").exists()


@modes
@pytest.mark.usefixtures("umask")
def test_backups_restored_and_damaged_documents_keep_the_documents_mode(tmp_path: Path) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0003.myapp", tmp_path / "trip.myapp"))
    document.chmod(0o600)
    upgraded = upgrade(f"{document}", context(0))
    assert upgraded
    assert mode(upgraded.backup) == 0o600
    document.write_bytes(b"damaged")
    kept = restore(document, upgraded.backup, context(0))
    assert (mode(kept or ""), mode(document)) == (0o600, 0o600)
    document.unlink()
    restore(document, upgraded.backup, context(0))
    assert mode(document) == 0o600


@modes
@pytest.mark.usefixtures("umask")
def test_an_output_keeps_the_mode_of_the_file_that_it_replaces(tmp_path: Path) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path))
    target = tmp_path / "trip.csv"
    target.touch(0o600)
    with written(f"{target}", Namespace(file=f"{document}", force=True, wait=0)) as stream:
        stream.write(b"time,a\n")
    assert mode(target) == 0o600


@modes
@pytest.mark.usefixtures("umask")
def test_temporary_files_can_be_read_by_nobody_else(tmp_path: Path) -> None:
    arguments = Namespace(file="", force=False, wait=0)

    def modes() -> set[int]:
        return {mode(path) for path in tmp_path.iterdir()}

    with written(f"{tmp_path / 'a.csv'}", arguments):
        assert modes() == {0o600}
    (tmp_path / "a.csv").unlink()
    with report_file(f"{tmp_path / 'report.csv'}"):
        assert modes() == {0o600}
    (tmp_path / "report.csv").unlink()
    with filled(tmp_path / "a.myapp", context(0)):
        assert modes() == {0o600}


@pytest.fixture
def killed() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.parametrize("name", ["trip.csv", "trip.png", "photo.jpg", "copy.myapp", "left-out.csv"])
@pytest.mark.parametrize("then", ["opened", "written", "reported", "placed"])
def test_what_a_killed_program_left_of_an_output_is_removed_by_the_next(
    tmp_path: Path, killed: int, name: str, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: killed)
        left = Path(files.temporary_name(f"{tmp_path / name}"))
    alive = Path(files.temporary_name(f"{tmp_path / name}"))
    another_machines = left.with_name(f".{name}.0123456789abcdef.{killed}.tmp")
    foreign = left.with_name(f".{name}.0123abcd.{killed}.tmp")
    for path in (left, alive, another_machines, foreign):
        path.touch()
    if then == "opened":
        with myapp.open(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path / "trip.myapp")):
            pass
    elif then == "written":
        with written(f"{tmp_path / 'other.csv'}", Namespace(file="", force=False, wait=0)):
            pass
    elif then == "reported":
        with report_file(f"{tmp_path / 'other.csv'}"):
            pass
    else:
        with placed(tmp_path / "other.myapp") as temporary:
            Path(temporary).touch()
    assert not left.exists()
    assert alive.exists()
    assert another_machines.exists()
    assert foreign.exists()


def test_a_report_gets_its_name_when_the_import_is_done(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with report_file(f"{path}") as report:
        report.add("a.csv", 1, 2, "no number")
        assert not path.exists()
    assert path.read_text() == "file,line,column,reason\na.csv,1,2,no number\n"
    with pytest.raises(SystemRefused), report_file(f"{path}"):
        pass


def test_pruning_tells_of_the_backups_that_are_gone_and_of_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path / "trip.myapp"))
    first, second = (
        Path(shutil.copy(DOCUMENTS / f"{revision}.myapp", f"{document}.backup-{revision}"))
        for revision in ("0003", "0004")
    )
    os.utime(second, (1, 1))
    unlink = os.unlink

    def refuse(path: str) -> None:
        if os.fspath(path) == f"{first}":
            raise PermissionError(13, "Permission denied", path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", refuse)
    assert main(["backups", f"{document}", "--prune", "0"]) == 8
    lines = capsys.readouterr().err
    assert f"removed {second}" in lines
    assert f"removed {first}" not in lines
    assert first.exists()
    assert not second.exists()


def test_where_the_system_gives_no_thread_documents_are_upgraded_and_extracted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    document = Path(shutil.copy(DOCUMENTS / "0003.myapp", tmp_path / "trip.myapp"))
    extract(document, tmp_path / "part.myapp")
    assert [backup.whole for backup in backups.list_backups(document, context(0))] == [True]
    assert (tmp_path / "part.myapp").exists()


def test_where_the_system_gives_no_thread_several_jobs_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(SystemRefused):
        list(jobs.exit_codes([f"{tmp_path / 'a.myapp'}"], 1, ["--version"]))


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="the system has no file that is always full")
def test_nothing_is_imported_whose_report_the_system_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = Path(shutil.copy(DOCUMENTS / "0007.myapp", tmp_path / "trip.myapp"))
    content = document.read_bytes()
    csv, report = tmp_path / "a.csv", tmp_path / "report.csv"
    csv.write_text("time,x\n2024-05-01 12:00,1\n2024-05-01 12:01,?\n", encoding="utf-8")
    monkeypatch.setattr(files, "new_file", lambda _path: FULL.open("wb", buffering=0))
    assert main(["import", f"{document}", f"{csv}", "--on-error", "skip-all", "--report", f"{report}"]) == 8
    assert capsys.readouterr().err.splitlines()[-1] == f"myapp: {report}: no space left on device"
    assert document.read_bytes() == content
