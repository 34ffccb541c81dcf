"""Checks everything: style, types, layers, workflows, and the suite against source, wheel and executable."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from ctypes.util import find_library
from dataclasses import asdict, dataclass, field
from pathlib import Path

from _environment import BUILD, ROOT, clean, enter, say

TARGETS = ("source", "wheel", "frozen")
WINDOWS = "windows"
"""A target that is tested on request: the frozen program of Windows, under Wine."""

WORKFLOWS = sorted(map(os.fspath, (ROOT / ".github" / "workflows").glob("*.yml")))
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("importlinter",),
    *([("check_jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)] if WORKFLOWS else []),
)
LINT_IMPORTS = "import importlinter.cli as cli; cli.lint_imports_command(['--no-logo', '--no-cache'])"
"""Started so because its package cannot be run with -m."""

TOOLS = {
    "strace": "strace",
    "strip": "binutils",
    "Xvfb": "xvfb",
    "xwininfo": "x11-utils",
    "makensis": "nsis",
    "desktop-file-validate": "desktop-file-utils",
    "mmdebstrap": "mmdebstrap",
}
"""Programs of the system with their Debian packages: strace for tests/faults, strip for the freezer, a
display for the frozen window, and what builds and checks packages."""

REPORTS = BUILD / "reports"
SEVERAL_AT_A_TIME = ("-n", f"{(os.cpu_count() or 1) + 1}", "--dist", "worksteal")


def main() -> int:
    """Run checks, builds and the suite once a target; print skipped tests and their reasons last."""
    arguments, for_pytest = _parser().parse_known_args()
    enter()
    targets = arguments.target or TARGETS
    _install_tools()
    present = [target for target in targets if target != WINDOWS or _has_wine()]
    with ThreadPoolExecutor() as pool:
        built = pool.submit(_build, present)
        failed = [] if arguments.no_checks else _failed_checks()
    if error := built.exception():
        print(f"not built: {error}", file=sys.stderr)
        return 1
    with _server_for_all_targets() if not for_pytest and present != [WINDOWS] else nullcontext():
        for target in present:
            shared = target == "source" and "frozen" in targets and not for_pytest
            options = (["--long"] if arguments.long else []) + (["--with-executable"] if shared else [])
            run_suite = _run_suite_on_windows if target == WINDOWS else _run_suite
            status = run_suite(target, [*options, *for_pytest])
            failed += [f"the suite on {target} (pytest exit {status})"] if status else []
    _summarise(targets, failed)
    return 1 if failed else 0


def _failed_checks() -> list[str]:
    failed = []
    for module, *arguments in CHECKS:
        say(f"{module} {' '.join(arguments)}")
        start = ["-m", module, *arguments] if module != "importlinter" else ["-c", LINT_IMPORTS]
        done = subprocess.run([sys.executable, "-sB", *start], cwd=ROOT, env=clean(), check=False)
        failed += [f"{module} {' '.join(arguments)}"] if done.returncode else []
    return failed


def _install_tools() -> None:
    """Install TOOLS, and the libraries that Qt needs, where this is allowed.

    Elsewhere tests skip, and the freezer goes on without the small libraries that it would copy.
    """
    from myapp.window.display import PACKAGES

    packages = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    packages += [package for file, package in PACKAGES.items() if not find_library(_linked_name(file))]
    if packages and sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {' and '.join(packages)}")
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", *packages]):
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)


def _linked_name(file: str) -> str:
    """Return a library's name as a linker takes it: `xcb-cursor` for `libxcb-cursor.so.0`."""
    return file.removeprefix("lib").partition(".so")[0]


def _has_wine() -> bool:
    """Install Wine where this is allowed; where it cannot be had, the report says that nothing was run."""
    import _wine

    _wine.install()
    reason = _wine.missing()
    if reason:
        REPORTS.mkdir(parents=True, exist_ok=True)
        nothing = Report(failed=0, skipped=1, left_out={reason: ["the suite on Windows"]})
        _report(WINDOWS).write_text(json.dumps(asdict(nothing)), encoding="utf-8")
    return not reason


def _build(targets: Sequence[str]) -> None:
    if "frozen" in targets:
        import _freezing

        _freezing.ensure_bundle()
    if "wheel" in targets:
        import _wheel

        _wheel.ensure_wheel_environment()
    if WINDOWS in targets:
        import _windows_target

        _windows_target.ensure_bundle()


@contextmanager
def _server_for_all_targets() -> Iterator[None]:
    """Start the tests' PostgreSQL server once for the whole run; they find it in their environment."""
    from tests.postgres import VARIABLE, running_server

    with running_server() as url:
        os.environ[VARIABLE] = url
        yield


def _run_suite(target: str, arguments: Sequence[str]) -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    _report(target).unlink(missing_ok=True)
    say(f"\nthe suite on {target}")
    command = [sys.executable, "-sB", "-m", "pytest", f"--target={target}", f"--report={_report(target)}"]
    command += [*SEVERAL_AT_A_TIME, "--durations=20", "--durations-min=1"]
    environment = clean() | {"HYPOTHESIS_STORAGE_DIRECTORY": str(BUILD / "hypothesis")}
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def _run_suite_on_windows(target: str, arguments: Sequence[str]) -> int:
    import _windows_target

    say(f"\nthe suite on {target}")
    return _windows_target.run_suite([*SEVERAL_AT_A_TIME, *arguments], _report(target))


@dataclass(frozen=True)
class Report:
    """Result of one run, written by tests/conftest.py: counts, the tests left out by their reason, and how
    many faults each test has tried."""

    passed: int = 0
    failed: int = 1  # if pytest died before it wrote the report
    skipped: int = 0
    seconds: float = 0
    left_out: dict[str, list[str]] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)


def _summarise(targets: Sequence[str], failed: Sequence[str]) -> None:
    """Print failures and skipped tests, and last a line of counts over all targets."""
    reports = {target: _read(_report(target)) for target in targets}
    print("\nSummary")
    for target, report in reports.items():
        print(f"  {target}: {_counts([report])} in {report.seconds / 60:.1f} minutes")
        for test, number in report.faults.items():
            print(f"    {number} faults: {test}")
    for step in failed:
        print(f"  failed: {step}")
    for target, report in reports.items():
        for reason, tests in report.left_out.items():
            functions = dict.fromkeys(test.partition("[")[0] for test in tests)
            print(f"  not run on {target}: {len(tests)} ({reason}): " + ", ".join(functions))
    if not any(report.left_out for report in reports.values()):
        print("  nothing was skipped")
    print(_counts(list(reports.values())), flush=True)


def _counts(reports: Sequence[Report]) -> str:
    keys = ("passed", "failed", "skipped")
    return ", ".join(f"{sum(getattr(report, key) for report in reports)} {key}" for key in keys)


def _report(target: str) -> Path:
    return REPORTS / f"{target}.json"


def _read(report: Path) -> Report:
    return Report(**json.loads(report.read_text(encoding="utf-8"))) if report.is_file() else Report()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="Other arguments go to pytest: -k upgrade, -x, tests/test_cli.py …"
    )
    parser.add_argument(
        "--target", action="append", choices=[*TARGETS, WINDOWS], help="only this target (may be repeated)"
    )
    parser.add_argument("--long", action="store_true", help="also run the tests that take minutes")
    parser.add_argument(
        "--no-checks", action="store_true", help="only the suite, without ruff, mypy and layers"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
