"""A refusal of the system (input and output, space, limits, read-only) is reported in one line."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.places import Place, tmpfs
from tests.faults.scenes import TRIED, Case, Scene, at_once, demand_report, halves, sample, settle
from tests.faults.strace import Point, stopped, strike, struck
from tests.program import Program

OPERATIONS = ["upgrade 0001", "upgrade grown", "restore", "import", "new"]
READS = ("read", "pread64")
"""Calls that only the long run interrupts."""

KINDS = (
    ("write", "pwrite64", "copy_file_range", "sendfile", "ftruncate"),
    ("fsync", "fdatasync"),
    ("rename", "renameat2", "link", "unlink", "unlinkat"),
    READS,
)
CHOSEN = 1
"""Calls of each kind in the ordinary run."""

MANY = 25
"""The same in the long run, for reads and for errors that last."""

ALL = 300
"""The same for single errors where something is written: every call, but for the grown document."""

DOCUMENT = 417_792
"""Bytes of the oldest kept document."""


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_error_at_any_call_is_told_in_one_line_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str, error: str
) -> None:
    points = scene(name).points
    chosen = [
        (point, lasting) for lasting in _lasting(error, long) for point in _chosen(points, lasting, long)
    ]

    def refuse(number: int) -> tuple[Case, str]:
        point, lasting = chosen[number]
        case = scene(name).prepare(folders / f"{number}")
        log = folders / f"{number}.log"
        # not every later write: the program's message is one
        on = lasting and point.call != "write"
        done = strike(program, case.arguments, point, f"error={error}", log, on=on)
        assert struck(log), f"{point} was not reached"
        return case, demand_report(case, done, f"{error} at {point}, lasting: {lasting}")

    refused = at_once(refuse, range(len(chosen)))
    at_once(lambda part: settle(program, part), halves(refused), faults=False)
    outcomes = Counter(state for _case, state in refused)
    print(f"{name}, {error}: {len(refused)} errors, {outcomes['old']} old, {outcomes['new']} new")


def _lasting(error: str, long: bool) -> list[bool]:
    """Tell whether one call fails, or that one and all after it, as on a disk that is full; or both."""
    return [False, True] if long else [error == "ENOSPC"]


def _chosen(points: Sequence[Point], lasting: bool, long: bool) -> list[Point]:
    """Return calls of each kind, from the first to the last."""
    chosen = []
    for calls in KINDS:
        number = (MANY if lasting or calls is READS else ALL) if long else CHOSEN
        chosen += sample([point for point in points if point.call in calls], number)
    return chosen


@pytest.mark.parametrize("name", ["upgrade 0001", "restore", "import", "new"])
def test_a_disk_of_2_mib_that_is_nearly_full_is_told_in_one_line_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], tmp_path: Path, long: bool, name: str
) -> None:
    for free in range(0, (2 << 20) - DOCUMENT, (32 << 10) if long else (800 << 10)):
        with tmpfs(tmp_path / "full", "2m") as place:
            seen, case = _prepared(scene(name), place)
            _fill(place, free)
            done = place.inside(program).run(*case.arguments)
            TRIED.append(1)
            content = demand_report(seen, done, f"{free} bytes free")
            _make_room(place)
            settle(place.inside(program), [(case, content)], seen.folder)


@pytest.mark.parametrize("name", ["upgrade 0003", "upgrade grown", "restore", "import", "new"])
def test_a_disk_that_becomes_full_half_way_is_told_in_one_line_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], tmp_path: Path, long: bool, name: str
) -> None:
    chosen = sample([point for point in scene(name).points if point.call != "openat"], 40 if long else 2)
    for point in chosen:
        with tmpfs(tmp_path / "filling", "64m") as place:
            seen, case = _prepared(scene(name), place)
            with stopped(place.inside(program), case.arguments, point, tmp_path / "stop.log") as halted:
                _fill(place, 0)
                done = halted.go_on()
            TRIED.append(1)
            content = demand_report(seen, done, f"full after {point}")
            _make_room(place)
            settle(place.inside(program), [(case, content)], seen.folder)


def _prepared(scene: Scene, place: Place) -> tuple[Case, Case]:
    """Return a case in a place, as it is seen from outside and as the program sees it."""
    seen = scene.prepare(place.outside / "case")
    return seen, replace(seen, folder=place.folder / "case")


def _make_room(place: Place) -> None:
    (place.outside / "filler").unlink()
    place.run("mount", "-o", "remount,size=128m", place.folder)


def _fill(place: Place, free: int) -> None:
    status = os.statvfs(place.outside)
    with (place.outside / "filler").open("wb") as stream:
        stream.write(bytes(max(0, status.f_bavail * status.f_bsize - free)))


@pytest.mark.parametrize("name", ["upgrade 0001", "upgrade 0005", "restore", "import", "new"])
def test_a_limit_on_the_size_of_files_is_told_in_one_line_and_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    if sys.platform == "win32":
        pytest.skip("is about a limit that POSIX has")
    largest = max(file.stat().st_size for file in [*scene(name).folder.iterdir(), Path(__file__)])
    limits = sample(range(0, 3 * largest + (256 << 10), 8 << 10), 40 if long else 3)

    def refuse(limit: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{limit}")
        command = ["sh", "-c", f'ulimit -f {limit // 512}; exec "$@"', "sh", *program.command]
        done = replace(program, command=command).run(*case.arguments)
        return case, demand_report(case, done, f"files of {limit} bytes at most")

    settle(program, at_once(refuse, limits))


@pytest.mark.parametrize("name", ["upgrade 0002", "restore", "import", "new"])
def test_a_folder_that_turns_read_only_half_way_loses_nothing(
    program: Program, scene: Callable[[str], Scene], folders: Path, long: bool, name: str
) -> None:
    ordinary = replace(program, command=[*without_override(), *program.command])
    chosen = sample([point for point in scene(name).points if point.changing], 40 if long else 3)

    def refuse(number: int) -> tuple[Case, str]:
        case = scene(name).prepare(folders / f"{number}")
        log = folders / f"{number}.log"
        with stopped(ordinary, case.arguments, chosen[number], log) as halted:
            case.folder.chmod(0o555)
            done = halted.go_on()
        case.folder.chmod(0o755)
        return case, demand_report(case, done, f"read-only after {chosen[number]}")

    settle(program, at_once(refuse, range(len(chosen))))


def without_override() -> list[str]:
    """Return a command that runs another without root's right to write everywhere; others lack it anyway."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv of util-linux, since root writes into read-only folders")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


def test_a_folder_for_sorting_that_has_no_room_is_told_before_anything_starts(
    program: Program, scene: Callable[[str], Scene], tmp_path: Path
) -> None:
    case = scene("upgrade 0001").prepare(tmp_path / "case")
    with tmpfs(tmp_path / "small", "256k") as place:
        sorting = {"SQLITE_TMPDIR": f"{place.folder}", "TMPDIR": f"{place.folder}"}
        done = place.inside(program).run(*case.arguments, env=sorting)
    assert f"0.6 MB of free space, and 0.3 MB are free in {place.folder}" in done.stderr
    settle(program, [(case, demand_report(case, done, "no room for sorting"))], case.folder)


def test_a_private_copy_that_finds_no_room_is_told_in_one_line_and_leaves_nothing(
    program: Program, documents: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(documents / "0001.myapp", tmp_path / f"{'n' * 245}.myapp"))
    before = path.read_bytes()
    with tmpfs(tmp_path / "small", "256k") as place:
        done = place.inside(program).run("runs", path, env={"TMPDIR": f"{place.folder}"})
        assert list(place.outside.iterdir()) == []
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (8, 1, "")
    assert "no space left" in done.stderr
    assert path.read_bytes() == before
