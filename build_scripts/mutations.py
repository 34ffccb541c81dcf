"""Removes each check of a module, in a copy of the sources, and prints those that its tests do not miss."""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from _environment import BUILD, ROOT, clean, mutation_environment, say

TREE = BUILD / "mutations" / "tree"
TIMES = 5
"""How many times as long as without a mutation a module's tests may take; then it has made them hang."""

_UNIT = "tests/unit"
_CHECKS = (f"{_UNIT}/test_checks_before_commit.py", f"{_UNIT}/test_checks_of_files.py")
_DOCUMENT = (*_CHECKS, f"{_UNIT}/test_second_application.py")
_FILES = ("tests/test_strange_files.py", "tests/test_hostile_documents.py", "tests/test_health.py")
_AT_REST = (f"{_UNIT}/test_settling.py", f"{_UNIT}/test_lost_header.py", f"{_UNIT}/test_header.py")
_HELD = (f"{_UNIT}/test_locks.py", f"{_UNIT}/test_replaced.py", f"{_UNIT}/test_threads_and_loops.py")
_MODES = (f"{_UNIT}/test_private_modes.py",)
_IN_PROCESS = (
    *(*_AT_REST, *_HELD, *_DOCUMENT, *_MODES, f"{_UNIT}/test_additional.py"),
    *(f"{_UNIT}/test_dropped_revisions.py", f"{_UNIT}/test_packing.py", f"{_UNIT}/test_stopping.py"),
)
_RECOVERY = (
    *(f"{_UNIT}/test_settling.py", f"{_UNIT}/test_recovery.py", "tests/test_strange_files.py"),
    f"{_UNIT}/test_adopt.py",
    *("-k", "settling or recovery or killed or journal or wal or interrupted"),
)
_OPENING = (
    *(*_AT_REST, *_HELD, *_CHECKS, f"{_UNIT}/test_recovery.py", f"{_UNIT}/test_additional.py"),
    *(f"{_UNIT}/test_second_application.py", f"{_UNIT}/test_newer_documents.py"),
)
_LIFE = (*_IN_PROCESS, *_FILES)
_PART = (f"{_UNIT}/test_extracting.py", f"{_UNIT}/test_checks_of_files.py", f"{_UNIT}/test_stopping.py")
_SCHEMA = (
    f"{_UNIT}/schema",
    f"{_UNIT}/test_callers_connections.py",
    f"{_UNIT}/test_callers_loops.py",
    f"{_UNIT}/test_schema.py",
    f"{_UNIT}/test_migration_errors.py",
    f"{_UNIT}/test_checks_before_commit.py",
    f"{_UNIT}/test_revisions.py",
)
_SERVER = (f"{_UNIT}/test_server_sessions.py", f"{_UNIT}/test_servers.py")
_IMPORT = (
    f"{_UNIT}/notebook/test_kept_values.py",
    f"{_UNIT}/notebook/test_importing.py",
    f"{_UNIT}/notebook/test_repeated.py",
    "tests/test_import.py",
)

TESTS = {
    **dict.fromkeys(
        (
            *("myapp/document/upgrade.py", "myapp/document/classify.py", "myapp/document/trust.py"),
            *("myapp/document/files.py", "myapp/document/copies.py"),
            *("myapp/document/create.py", "myapp/document/connect.py"),
        ),
        _LIFE,
    ),
    "myapp/document/open.py": _OPENING,
    "myapp/document/save_as.py": _IN_PROCESS,
    "myapp/document/recovery.py": _RECOVERY,
    **dict.fromkeys(
        (
            *("myapp/document/backups.py", "myapp/document/restoring.py"),
            *("myapp/document/placing.py", "myapp/document/locking.py"),
        ),
        (*_HELD, *_MODES, *_CHECKS, "tests/test_hostile_documents.py"),
    ),
    **dict.fromkeys(
        (
            *("myapp/document/adopt.py", "myapp/document/recognition.py"),
            *("myapp/document/remaking.py", "myapp/document/header.py"),
        ),
        (f"{_UNIT}/test_adopt.py", f"{_UNIT}/test_header.py", f"{_UNIT}/test_hash_ids.py"),
    ),
    "myapp/document/lost_header.py": _AT_REST,
    "myapp/document/changes.py": (f"{_UNIT}/test_changes.py", "tests/test_documents.py"),
    "myapp/document/derive.py": _PART,
    "myapp/document/private.py": (f"{_UNIT}/test_private_folders.py", "tests/test_parts.py"),
    "myapp/document/packing.py": (f"{_UNIT}/test_packing.py",),
    "myapp/document/check.py": (*_DOCUMENT, *_FILES),
    **dict.fromkeys(
        (
            *("myapp/schema/sealed.py", "myapp/schema/conservation.py", "myapp/schema/lost.py"),
            *("myapp/schema/connections.py", "myapp/schema/migrations.py", "myapp/schema/runner.py"),
            *("myapp/schema/transaction.py", "myapp/schema/version_change.py", "myapp/schema/database.py"),
            *("myapp/schema/directory.py", "myapp/schema/environment.py", "myapp/schema/config.py"),
            *("myapp/schema/failures.py", "myapp/schema/stock.py", "myapp/schema/waiting.py"),
            *("myapp/schema/holders.py", "myapp/schema/revisions.py", "myapp/schema/fingerprint.py"),
            *("myapp/schema/made_schema.py", "myapp/schema/event_loop.py"),
        ),
        _SCHEMA,
    ),
    "myapp/schema/data_files.py": (f"{_UNIT}/test_data_files.py",),
    "myapp/schema/order.py": (f"{_UNIT}/test_order.py", *_SCHEMA),
    "myapp/schema/manifest.py": (*_SCHEMA, "tests/test_installation.py"),
    **dict.fromkeys(
        (
            *("myapp/schema/session.py", "myapp/schema/servers.py", "myapp/schema/advisory_lock.py"),
            *("myapp/schema/locations.py", "myapp/schema/urls.py", "myapp/schema/driver_errors.py"),
        ),
        (*_SERVER, *_SCHEMA),
    ),
    **dict.fromkeys(("myapp/notebook/run_writer.py", "myapp/notebook/importing.py"), _IMPORT),
    "myapp/notebook/editing.py": (f"{_UNIT}/notebook/test_editing.py", "tests/test_notebook.py"),
    "myapp/notebook/attachments.py": (f"{_UNIT}/notebook/test_attachments.py", "tests/test_notebook.py"),
    **dict.fromkeys(
        (
            *("myapp/notebook/copying/transfer.py", "myapp/notebook/copying/digest.py"),
            *("myapp/notebook/copying/row_reader.py", "myapp/notebook/copying/copy_format.py"),
        ),
        tuple(
            f"{_UNIT}/notebook/test_{name}.py" for name in ("copy_format", "transfer", "interrupted_copies")
        ),
    ),
    "myapp/notebook/copying/extracting.py": _PART,
    **dict.fromkeys(
        (
            *("myapp/notebook/overview/keeping.py", "myapp/notebook/overview/summing.py"),
            *("myapp/notebook/overview/chunk.py", "myapp/notebook/overview/checking.py"),
            *("myapp/notebook/overview/copying.py", "myapp/notebook/overview/reading.py"),
        ),
        (f"{_UNIT}/notebook/test_overview.py", f"{_UNIT}/notebook/test_repeated.py"),
    ),
    "myapp/notebook/intake/gathering.py": (f"{_UNIT}/notebook/test_gathering.py",),
    **dict.fromkeys(
        ("myapp/notebook/intake/chosen.py", "myapp/notebook/intake/table_end.py"),
        (f"{_UNIT}/notebook/test_instrument_files.py",),
    ),
    "myapp/notebook/intake/faults.py": (f"{_UNIT}/notebook/test_importing.py",),
    "myapp/notebook/intake/unpacking.py": (
        f"{_UNIT}/notebook/test_unpacking.py",
        f"{_UNIT}/notebook/test_workbooks.py",
    ),
    **dict.fromkeys(
        (
            *("myapp/notebook/intake/workbook.py", "myapp/notebook/intake/workbook_size.py"),
            "myapp/notebook/intake/office_package.py",
        ),
        (f"{_UNIT}/notebook/test_workbooks.py",),
    ),
    "myapp/notebook/import_formats.py": (f"{_UNIT}/notebook/test_import_formats.py",),
}
"""The tests that touch a module, the quickest first: the first that fails ends a run."""


def main() -> int:
    """Sweep the modules that are named, or all; print what survived. The sources stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="its path in the repository (all)")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="try N mutations of each module, always the same (all)"
    )
    options = parser.parse_args()
    modules = options.modules or list(TESTS)
    if unknown := sorted({*modules} - {*TESTS}):
        parser.error(f"no tests are named for {unknown[0]}: add them to TESTS")
    python = mutation_environment()
    _copy_tree()
    survived = 0
    for module in modules:
        for line in _swept(python, module, options.sample):
            print(line, flush=True)
            survived += 1
    print(f"{survived} mutations survived in {len(modules)} modules")
    return 0


def _copy_tree() -> None:
    """Copy what the next commit would have, since cosmic-ray writes its mutations into the files."""
    shutil.rmtree(TREE, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TREE / name)


def _swept(python: Path, module: str, sample: int | None) -> Iterator[str]:
    """Run the tests of a module with each of its mutations; yield a line for each that they do not see."""
    say(f"{module} …")
    stem = TREE.parent / module.replace("/", ".").removesuffix(".py")
    config, session = Path(f"{stem}.toml"), Path(f"{stem}.sqlite")
    session.unlink(missing_ok=True)
    command = [os.fspath(python), "-sB", "-m", "pytest", "-x", "-q", "-n", "0", *TESTS[module]]
    started = time.monotonic()
    done = subprocess.run(command, cwd=TREE, env=clean(), capture_output=True, text=True, check=False)
    if done.returncode:  # else all would seem to be seen
        raise SystemExit(f"the tests of {module} fail by themselves:\n{done.stdout}")
    seconds = 60 + TIMES * (time.monotonic() - started)
    config.write_text(_config(module, command, seconds), encoding="utf-8")
    _cosmic_ray(python, "init", os.fspath(config), os.fspath(session))
    if sample is not None:
        _keep(session, sample)
    _cosmic_ray(python, "exec", os.fspath(config), os.fspath(session))
    for line in _cosmic_ray(python, "dump", os.fspath(session)).splitlines():
        item, result = json.loads(line)
        if result and result["test_outcome"] == "survived":
            yield from (_described(module, mutation) for mutation in item["mutations"])


def _keep(session: Path, number: int) -> None:
    """Leave this number of mutations in a session, chosen by chance with a fixed seed."""
    with closing(sqlite3.connect(session)) as connection, connection:
        jobs = connection.execute("SELECT job_id FROM mutation_specs ORDER BY rowid").fetchall()
        left_out = random.Random(0).sample(jobs, max(0, len(jobs) - number))
        connection.executemany("DELETE FROM mutation_specs WHERE job_id = ?", left_out)
        connection.executemany("DELETE FROM work_items WHERE job_id = ?", left_out)


def _described(module: str, mutation: dict[str, Any]) -> str:
    (row, start), (last_row, end) = mutation["start_pos"], mutation["end_pos"]
    line = (ROOT / module).read_text(encoding="utf-8").splitlines()[row - 1]
    code = line[start : end if last_row == row else None]
    return f"{module}:{row}: {mutation['operator_name'].partition('/')[2]}: {code.strip()}"


def _config(module: str, command: Sequence[str], seconds: float) -> str:
    tests = shlex.join(command)
    values = {"module-path": module, "timeout": seconds, "excluded-modules": [], "test-command": tests}
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(["[cosmic-ray]", *lines, "[cosmic-ray.distributor]", 'name = "local"', ""])


def _cosmic_ray(python: Path, *arguments: str) -> str:
    path = f"import sys; sys.path.insert(0, {str(ROOT / 'build_scripts')!r}); "
    code = path + "import _guards; _guards.run(sys.argv[1:])"
    command: Sequence[str] = [os.fspath(python), "-sB", "-c", code, *arguments]
    done = subprocess.run(command, cwd=TREE, env=clean(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"cosmic-ray {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
