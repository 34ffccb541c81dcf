"""Names as Windows has them: devices, streams, shares, long and foreign ones, and patterns for many."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.program import Program

DATA = Path(__file__).resolve().parent.parent / "data"
RESERVED = ["CON", "NUL", "nul.myapp", "com1.myapp", "trip:new.myapp", "a:b"]


@pytest.fixture
def document(documents: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(documents / "0007.myapp", tmp_path / "trip.myapp"))


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize("words", ["new {}", "save-as trip.myapp {}", "extract trip.myapp --run 1 -o {}"])
def test_a_name_that_windows_keeps_is_refused_in_one_line(
    program: Program, document: Path, name: str, words: str
) -> None:
    before = document.read_bytes()
    done = program.run(*words.format(name).split(), cwd=document.parent)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (8, "", 1), done
    assert "bug" not in done.stderr
    assert {file.name for file in document.parent.iterdir()} == {"trip.myapp"}
    assert document.read_bytes() == before


@pytest.mark.parametrize("name", ["NUL", "nul.myapp", "com1.myapp", "a:b"])
def test_a_device_or_an_absent_drive_is_no_document(program: Program, name: str, tmp_path: Path) -> None:
    done = program.run("info", name, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1), done


def test_what_is_written_to_the_device_of_nothing_is_gone(program: Program, document: Path) -> None:
    assert program.run("export", document, "1", "-o", "NUL").returncode == 0
    done = program.run("export", document, "1", "-o", "trip:hidden", cwd=document.parent)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done


@pytest.mark.parametrize(
    "name",
    [
        "Поездка в горы %20 #1.myapp",
        f"{'Ж' * 90}.myapp",  # 255 bytes are the limit of the file systems under Wine
        f"{'l' * 100}.myapp",  # the whole path has 260 letters at most
        "with ümläuts and 数 & ^ ! (1).myapp",
        "100%PATH%.myapp",
    ],
)
def test_documents_of_long_and_foreign_names_are_upgraded_restored_and_listed(
    program: Program, documents: Path, tmp_path: Path, name: str
) -> None:
    document = Path(shutil.copy(documents / "0001.myapp", tmp_path / name))
    assert program.run("runs", document).returncode == 0
    restored = program.run("restore", document, f"{name}.backup-0001")
    assert restored.returncode == 0, restored
    listed = program.run("backups", document, check=True).stdout
    assert f"{name}.backup-0001" in listed
    assert {file.name for file in tmp_path.iterdir()} == {
        name,
        f"{name}.backup-0001",
        f"{name}.backup-0007",
    }


@pytest.mark.parametrize("beginning", ["\\\\?\\", "\\\\.\\", "//?/"])
def test_a_path_of_a_device_is_opened_as_it_is(
    program: Program, documents: Path, tmp_path: Path, beginning: str
) -> None:
    document = Path(shutil.copy(documents / "0003.myapp", tmp_path / "old ü.myapp"))
    path = f"{beginning}{document}"
    for words in (
        ["runs", path],
        ["check", path],
        ["tag", path, "1", "new"],
        ["save-as", path, f"{path}.new"],
    ):
        done = program.run(*words)
        assert done.returncode == 0, done


def test_a_share_that_is_nowhere_is_refused_in_one_line(program: Program) -> None:
    done = program.run("info", r"\\localhost\no such share\trip.myapp")
    assert (done.returncode in (3, 8), done.stdout, done.stderr.count("\n")) == (True, "", 1), done


def test_slashes_and_backslashes_lead_to_the_same_document(program: Program, document: Path) -> None:
    names = [f"{document}", document.as_posix(), ".\\trip.myapp", "./trip.myapp", "TRIP.MYAPP"]
    printed = [program.run("runs", name, cwd=document.parent, check=True).stdout for name in names]
    assert len(set(printed)) == 1


def test_patterns_stand_for_the_documents_that_no_shell_names(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    for revision in ("0001", "0002"):
        shutil.copy(documents / f"{revision}.myapp", tmp_path / f"a [{revision}].myapp")
    done = program.run("upgrade", "a [*.myapp", cwd=tmp_path, check=True)
    upgraded = [line.rpartition("\\")[2] for line in done.stdout.splitlines()]
    assert upgraded == [f"a [{revision}].myapp: revision 0007" for revision in ("0001", "0002")]
    again = program.run("upgrade", "*.myapp", cwd=tmp_path, check=True)
    assert again.stdout.count("revision 0007") == 2
    imported = program.run("import", "a [0001].myapp", f"{DATA}\\c*.csv", cwd=tmp_path)
    assert (imported.returncode, "co2.csv" in imported.stdout) == (0, True), imported
    refused = program.run("upgrade", "z*.myapp", cwd=tmp_path)
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)


def test_a_link_to_a_folder_that_looks_like_an_abandoned_one_stays(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    target = tmp_path / "kept"
    target.mkdir()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    link = temporary / "myapp-private-abcdefgh"
    made = subprocess.run(
        ["cmd", "/c", "mklink", "/J", f"{link}", f"{target}"], capture_output=True, check=False
    )
    if made.returncode or not link.exists():
        pytest.skip("this system makes no links to folders")
    document = shutil.copy(documents / "0001.myapp", tmp_path / "old.myapp")
    program.run(
        "runs",
        document,
        env={"TEMP": f"{temporary}", "TMP": f"{temporary}", "TMPDIR": f"{temporary}"},
        check=True,
    )
    assert target.is_dir()
    assert link.exists()
