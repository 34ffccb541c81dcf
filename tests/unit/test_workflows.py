"""The workflows call scripts, options and tests that exist, so that what they do can be tried here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CALL = re.compile(r"python (build_scripts/\w+\.py)(.*)$", re.MULTILINE)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
def test_a_workflow_calls_scripts_with_options_that_they_have(workflow: Path) -> None:
    calls = CALL.findall(workflow.read_text(encoding="utf-8"))
    assert calls
    for name, arguments in calls:
        assert (ROOT / name).exists()
        for option in re.findall(r"--[a-z-]+", arguments):
            assert option in help_of(name), (name, option)
        for file in re.findall(r"tests/\S+", arguments):
            assert (ROOT / file).exists(), file


def test_the_release_builds_each_kind_of_package_once() -> None:
    (listed,) = re.findall(r"^  KIND +(.*(?:\n {3,}.*)*)", help_of("build_scripts/package.py"), re.MULTILINE)
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    kinds = [kind for line in re.findall(r"kinds: (.*)", text) for kind in line.split()]
    assert sorted([*kinds, "digests"]) == sorted(re.findall(r"\w+", listed))


def test_a_workflow_of_a_wrong_form_is_refused_by_the_checks(tmp_path: Path) -> None:
    check = ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    assert str(check)[1:-1].replace("'", '"') in (ROOT / "build_scripts" / "test.py").read_text(
        encoding="utf-8"
    )
    text = WORKFLOWS[0].read_text(encoding="utf-8")
    right, wrong = tmp_path / "right.yml", tmp_path / "wrong.yml"
    right.write_text(text, encoding="utf-8")
    wrong.write_text(text.replace("runs-on:", "runs_on:"), encoding="utf-8")
    codes = [
        subprocess.run([sys.executable, "-m", *check, str(file)], capture_output=True, check=False).returncode
        for file in (right, wrong)
    ]
    assert codes == [0, 1]


def help_of(name: str) -> str:
    """Return what a script prints for --help."""
    command = [sys.executable, "-sB", str(ROOT / name), "--help"]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
