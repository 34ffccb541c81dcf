"""Removes each check of a module, in a copy of the sources, and prints those that its tests do not miss."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from _environment import BUILD, ROOT, clean, mutation_environment, say

TREE = BUILD / "mutations" / "tree"
SECONDS = 600
"""What one run of a module's tests may take."""

_CHECKS = ("tests/unit/test_checks_before_commit.py", "tests/unit/test_checks_of_files.py")
_DOCUMENT = (*_CHECKS, "tests/unit/test_second_application.py")
_FILES = ("tests/test_strange_files.py", "tests/test_hostile_documents.py", "tests/test_health.py")
_LIFE = (*_DOCUMENT, "tests/unit/test_settling.py", "tests/unit/test_packing.py", *_FILES)
_SCHEMA = (
    "tests/unit/test_checks_before_commit.py",
    "tests/unit/test_schema.py",
    "tests/unit/test_revisions.py",
)
_NOTEBOOK = ("tests/unit/notebook",)

TESTS = {
    "myapp/document/upgrade.py": _LIFE,
    "myapp/document/backups.py": _LIFE,
    "myapp/document/classify.py": _LIFE,
    "myapp/document/trust.py": _LIFE,
    "myapp/document/placing.py": _LIFE,
    "myapp/document/files.py": _LIFE,
    "myapp/document/recovery.py": _LIFE,
    "myapp/document/save_as.py": _LIFE,
    "myapp/document/open.py": _LIFE,
    "myapp/document/create.py": _LIFE,
    "myapp/document/connect.py": _LIFE,
    "myapp/document/derive.py": (*_DOCUMENT, "tests/unit/test_extracting.py", "tests/test_parts.py"),
    "myapp/document/private.py": ("tests/unit/test_private_folders.py", "tests/test_parts.py"),
    "myapp/document/packing.py": ("tests/unit/test_packing.py",),
    "myapp/document/check.py": (*_DOCUMENT, *_FILES),
    "myapp/schema/sealed.py": _SCHEMA,
    "myapp/schema/conservation.py": _SCHEMA,
    "myapp/schema/lost.py": _SCHEMA,
    "myapp/schema/connections.py": _SCHEMA,
    "myapp/schema/manifest.py": (*_SCHEMA, "tests/test_installation.py"),
    "myapp/schema/migrations.py": (*_SCHEMA, "tests/test_alembic_recipes.py"),
    "myapp/notebook/run_writer.py": (*_NOTEBOOK, "tests/test_import.py"),
    "myapp/notebook/importing.py": (*_NOTEBOOK, "tests/test_import.py"),
    "myapp/notebook/editing.py": (*_NOTEBOOK, "tests/test_notebook.py"),
    "myapp/notebook/attachments.py": (*_NOTEBOOK, "tests/test_notebook.py"),
    "myapp/notebook/copying/transfer.py": _NOTEBOOK,
    "myapp/notebook/copying/extracting.py": ("tests/unit/test_extracting.py", "tests/test_parts.py"),
}
"""The tests that touch a module, the quickest first: the first that fails ends a run."""


def main() -> int:
    """Sweep the modules that are named, or all; print what survived. The sources stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="its path in the repository (all)")
    modules = parser.parse_args().modules or list(TESTS)
    if unknown := sorted({*modules} - {*TESTS}):
        parser.error(f"no tests are named for {unknown[0]}: add them to TESTS")
    python = mutation_environment()
    _copy_tree()
    survived = 0
    for module in modules:
        for line in _swept(python, module):
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


def _swept(python: Path, module: str) -> Iterator[str]:
    """Run the tests of a module with each of its mutations; yield a line for each that they do not see."""
    say(f"{module} …")
    stem = TREE.parent / module.replace("/", ".").removesuffix(".py")
    config, session = Path(f"{stem}.toml"), Path(f"{stem}.sqlite")
    session.unlink(missing_ok=True)
    command = [os.fspath(python), "-sB", "-m", "pytest", "-x", "-q", "-n", "0", *TESTS[module]]
    config.write_text(_config(module, command), encoding="utf-8")
    done = subprocess.run(command, cwd=TREE, env=clean(), capture_output=True, text=True, check=False)
    if done.returncode:  # else all would seem to be seen
        raise SystemExit(f"the tests of {module} fail by themselves:\n{done.stdout}")
    _cosmic_ray(python, "init", os.fspath(config), os.fspath(session))
    _cosmic_ray(python, "exec", os.fspath(config), os.fspath(session))
    for line in _cosmic_ray(python, "dump", os.fspath(session)).splitlines():
        item, result = json.loads(line)
        if result and result["test_outcome"] == "survived":
            yield from (_described(module, mutation) for mutation in item["mutations"])


def _described(module: str, mutation: dict[str, Any]) -> str:
    (row, start), (last_row, end) = mutation["start_pos"], mutation["end_pos"]
    line = (ROOT / module).read_text(encoding="utf-8").splitlines()[row - 1]
    code = line[start : end if last_row == row else None]
    return f"{module}:{row}: {mutation['operator_name'].partition('/')[2]}: {code.strip()}"


def _config(module: str, command: Sequence[str]) -> str:
    tests = shlex.join(command)
    values = {"module-path": module, "timeout": SECONDS, "excluded-modules": [], "test-command": tests}
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
