"""A copy of paths.py in each layout of a repository: what it takes for the target and the migrations."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from myapp import paths

ASK = (
    "import sys; sys.path.insert(0, sys.argv[1]); from app.paths import *\nprint(target(), migrations_dir())"
)


def located(folder: Path) -> list[str]:
    """Return the target and the migrations directory, as the package `app` in a folder answers."""
    (folder / "app").mkdir(parents=True, exist_ok=True)
    (folder / "app" / "__init__.py").touch()
    shutil.copyfile(paths.__file__, folder / "app" / "paths.py")
    command = [sys.executable, "-IBc", ASK, os.fspath(folder)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.split()


@pytest.mark.parametrize("project", ["setup.py", "pyproject.toml"])
@pytest.mark.parametrize("layout", [".", "src"])
def test_a_checkout_is_known_by_its_project_file_whether_or_not_its_packages_are_in_src(
    tmp_path: Path, project: str, layout: str
) -> None:
    (tmp_path / project).touch()
    assert located(tmp_path / layout) == ["source", os.fspath(tmp_path.resolve() / "migrations")]


def test_a_repository_may_itself_be_called_src(tmp_path: Path) -> None:
    repository = tmp_path / "src"
    repository.mkdir()
    (repository / "setup.py").touch()
    assert located(repository) == ["source", os.fspath(repository.resolve() / "migrations")]


def test_a_package_in_a_folder_below_a_project_that_is_not_src_is_installed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    folder = tmp_path / "site-packages"
    assert located(folder) == ["wheel", os.fspath(folder.resolve() / "app" / "migrations")]


@pytest.mark.parametrize("layout", [".", "src"])
def test_a_package_with_migrations_inside_is_installed_wherever_it_lies(tmp_path: Path, layout: str) -> None:
    (tmp_path / "pyproject.toml").touch()
    inside = tmp_path / layout / "app" / "migrations"
    inside.mkdir(parents=True)
    assert located(tmp_path / layout) == ["wheel", os.fspath(inside.resolve())]
