"""Makes the wheel, the source distribution, and an environment that holds only the wheel."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import _archive
from _environment import BUILD, CONSTRAINTS, ROOT, clean, locked, logged, same, say, wheel_environment
from _freezing import BLANK, MAKE_BLANK, source_digest, write_manifest
from freeze_hooks.migrations import files
from myapp.product import PACKAGE, VERSION

WHEELS = ROOT / "dist" / "wheel"
SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
SOURCES = (PACKAGE, "setup.py", "pyproject.toml", "LICENSE", "README.md")


class WheelError(Exception):
    """The wheel and the sources hold different files; the message names them."""


def ensure_wheel() -> Path:
    """Return the wheel in dist/wheel; build it first if a source changed."""
    stamp = BUILD / "wheel.stamp"
    with locked("wheel"):
        digest = source_digest()
        wheels = sorted(WHEELS.glob("*.whl"))
        if len(wheels) != 1 or not same(stamp, digest):
            say("building the wheel …")
            stamp.unlink(missing_ok=True)
            shutil.rmtree(WHEELS, ignore_errors=True)
            wheels = [build_wheel(WHEELS)]
            stamp.write_text(digest, encoding="utf-8")
    return wheels[0]


def ensure_wheel_environment() -> Path:
    """Return the Python of build/wheel-venv, which holds the wheel and its dependencies alone."""
    return wheel_environment(ensure_wheel(), runtime_requirements())


def runtime_requirements() -> str:
    """Return the constraints of the program's own dependencies, with their hashes."""
    return _pinned(_needed())


def building_requirements() -> str:
    """Return the constraint of what builds the wheel, with its hashes."""
    return _pinned({"setuptools"})


def _pinned(names: set[str]) -> str:
    text = CONSTRAINTS.read_text(encoding="utf-8")
    blocks = re.findall(r"^(([\w.-]+)==.*\n(?:    .*\n)*)", text, re.MULTILINE)
    return "".join(block for block, name in blocks if name in names)


def _needed() -> set[str]:
    """Return the names of the project's dependencies and of their dependencies, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["dependencies"]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                every = map(Requirement, importlib.metadata.requires(name) or [])
                waiting += [one for one in every if not one.marker or one.marker.evaluate({"extra": extra})]
    return {str(name) for name, _ in seen}


def build_sdist(target: Path) -> Path:
    """Build what pip makes the same wheel of, into a folder; the same commit gives the same bytes."""
    with _prepared_sources() as sources, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-IBc", SDIST, os.fspath(folder)]
        logged(command, "sdist", cwd=sources, environment=_building())
        (made,) = Path(folder).glob("*.tar.gz")
        shutil.unpack_archive(made, folder, filter="data")
        unpacked = Path(folder) / made.name.removesuffix(".tar.gz")
        _archive.normalize(unpacked, _archive.source_time())
        _archive.pack(unpacked, target / made.name, _archive.source_time())
        return target / made.name


def build_wheel(target: Path) -> Path:
    """Build the wheel into a folder; the same commit gives the same bytes."""
    with _prepared_sources() as sources:
        command = [sys.executable, "-Im", "pip", "wheel", "--no-deps", "--no-build-isolation"]
        arguments = ["--wheel-dir", os.fspath(target), os.fspath(sources)]
        logged([*command, *arguments], "wheel", environment=_building())
        (wheel,) = target.glob(f"{PACKAGE}-{VERSION}-*.whl")
        _demand_whole(wheel, sources)
        return wheel


def _building() -> dict[str, str]:
    return clean() | {"SOURCE_DATE_EPOCH": str(_archive.source_time())}


@contextmanager
def _prepared_sources() -> Iterator[Path]:
    """Give a copy of the sources, into which setuptools writes, with the manifest and the blank document."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "sources"
        for name in SOURCES:
            _copy(ROOT / name, copy / name)
        for file in files(ROOT / "migrations"):  # of what lies beside the revisions, only what they name
            _copy(file, copy / file.relative_to(ROOT))
        write_manifest(copy / "migrations", copy / PACKAGE / "manifest.sha256")
        make = f"import sys; sys.path.insert(0, sys.argv.pop(1)); {MAKE_BLANK}"
        command = [sys.executable, "-sBc", make, os.fspath(copy), os.fspath(copy / PACKAGE / BLANK)]
        subprocess.run(command, check=True, env=clean())
        _archive.normalize(copy, _archive.source_time())
        yield copy


def _demand_whole(wheel: Path, sources: Path) -> None:
    """Raise WheelError unless the wheel holds exactly the sources' files and its own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    modules = {
        file.relative_to(sources).as_posix() for file in (sources / PACKAGE).rglob("*") if file.is_file()
    }
    revisions = {
        f"{PACKAGE}/{file.relative_to(sources).as_posix()}" for file in files(sources / "migrations")
    }
    difference = sorted(packed ^ (modules | revisions))
    if difference:
        raise WheelError(f"wheel and sources differ (is a package missing in pyproject.toml?): {difference}")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", BLANK, "*.md", "*.ts"))
    else:
        shutil.copyfile(source, target)
