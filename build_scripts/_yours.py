"""The own part of a repository that make_yours.py makes: constants, models, commands, revisions and tests."""

from __future__ import annotations

import ast
import json
import keyword
import os
import re
import shutil
import tomllib
from argparse import Namespace
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from alembic.util import to_tuple
from mako.template import Template  # type: ignore[import-untyped]  # Alembic's too

from _environment import ROOT
from myapp.schema.data_files import data_files

TEMPLATES = ROOT / "build_scripts" / "yours"

WRITTEN = {
    "product.py": "{name}/product.py",
    "manifest.sha256": "{name}/manifest.sha256",
    "package.py": "{name}/__init__.py",
    "content_package.py": "{name}/content/__init__.py",
    "tables.py": "{name}/content/tables.py",
    "commands.py": "{name}/cli/content/__init__.py",
    "listing.py": "{name}/cli/content/listing.py",
    "window_package.py": "{name}/window/content/__init__.py",
    "window.py": "{name}/window/content/content.py",
    "env.py": "migrations/env.py",
    "content.py": "tests/documents/content.py",
    "on_wheel.py": "tests/on_wheel.py",
    "on_windows.py": "tests/on_windows.py",
    "test_documents.py": "tests/test_documents.py",
    "test_installation.py": "tests/test_installation.py",
    "README.md": "README.md",
    "ci_run": ".ci/run",
    "workflow.yml": ".github/workflows/test.yml",
}
"""The templates, and the file that each becomes."""

EXAMPLE = {"models.py": "{name}/content/models.py", "add.py": "{name}/cli/content/add.py"}
"""Those of the example, which an application that exists does not need."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_DROPPED_DEPENDENCIES = ("python-calamine", "resvg-py", "tzdata", "ziafont", "ziaplot")
_DROPPED_LINES = re.compile(
    r".*(content\.(copying|intake|overview|plot)|Reading files of instruments)|# the (peers|sweep) of"
    r'|(bench|mutation) = |    "\w+\.library",$'
)


MACHINERY = ("build_scripts", "freeze_hooks", "tests", "setup.py")
"""What a repository formats as it was copied, beside its package."""


class YoursError(Exception):
    """The repository cannot be made so; the message says why."""


@dataclass(frozen=True)
class Yours:
    """A repository to be made: its folder, its name, and the application that it takes over, if any."""

    target: Path
    name: str
    source: Path | None
    models: str
    migrations: Path | None

    @classmethod
    def of(cls, arguments: Namespace) -> Yours:
        """Check the arguments; raise YoursError for a name, a folder or a file that cannot be used."""
        target, name = arguments.target.absolute(), arguments.name
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            raise YoursError(f"{name!r} cannot be the name of a package: use small letters, digits and _")
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise YoursError(f"{target} exists and is not empty")
        given = [arguments.source, arguments.models, arguments.migrations]
        if any(given) and not all(given):
            raise YoursError("an application that exists needs --from, --models and --migrations together")
        if not arguments.source:
            return cls(target, name, None, f"{name}.content.models:Base.metadata", None)
        return cls(target, name, *_taken_over(arguments, name))

    @property
    def renamed(self) -> dict[str, str]:
        """The names in the machinery, and what stands for them: the program's, and that of its domain."""
        program = {form("myapp"): form(self.name) for form in (str.lower, str.upper, str.capitalize)}
        return {**program, "notebook": "content"}

    @property
    def scripts(self) -> list[list[str]]:
        """The build scripts that finish the repository, each with its arguments."""
        first = [] if self.source else [["new_revision.py", "first"]]
        return [*first, ["manifest.py"], ["new_fixture.py"]]

    def write(self) -> None:
        """Write the files of the application's own, beside the machinery."""
        if self.source and self.migrations:
            self._take_over(self.source, self.migrations)
        for template, name in {**WRITTEN, **({} if self.source else EXAMPLE)}.items():
            self._write(template, name)
        (self.target / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
        (self.target / ".ci" / "run").chmod(0o755)
        self._edit_project()

    def _write(self, template: str, name: str) -> None:
        file = self.target / name.format(name=self.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = Template(filename=os.fspath(TEMPLATES / f"{template}.mako")).render(**self._values())
        file.write_text(text, encoding="utf-8", newline="\n")

    def _values(self) -> dict[str, object]:
        letters = self.name[:4].upper().ljust(4, "_")
        return {
            "name": self.name,
            "package": self.name,
            "suffix": f".{self.name}",
            "document": f"my.{self.name}",
            "application_id": letters.encode("ascii").hex().upper(),
            "application_id_text": letters,
            "metadata": self.models,
            "models_file": self.models.partition(":")[0].replace(".", "/") + ".py",
            "releases": f'"0.1.0": "{self._head()}"',
            "example": self.source is None,
        }

    def _head(self) -> str:
        return RECORD_REVISION if self.source else "0001"

    def _take_over(self, source: Path, migrations: Path) -> None:
        """Copy a package and its revisions, and add the revision that makes the table `document`."""
        _copy_package(package_of(source, self.name), self.target / self.name)
        versions = self.target / "migrations" / "versions"
        versions.mkdir(parents=True, exist_ok=True)
        for file in shipped(migrations / "versions"):
            shutil.copyfile(file, versions / file.name)
        (head,) = heads(versions)
        template = Template(filename=os.fspath(TEMPLATES / "record.py.mako"))
        text = template.render(revision=RECORD_REVISION, down_revision=head)
        (versions / f"{RECORD_REVISION}_document.py").write_text(text, encoding="utf-8", newline="\n")

    def _edit_project(self) -> None:
        """Take out of pyproject.toml what is about measurements, and add the application's dependencies."""
        file = self.target / "pyproject.toml"
        text = file.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not _is_dropped(line)]
        text = "\n".join(lines) + "\n"
        description = f'description = "Keeps {self.name} documents"'
        text = re.sub(r'^description = ".*"$', description, text, flags=re.MULTILINE)
        text = text.replace(f'"{self.name}.library", ', "").replace(', "build_scripts/bench"', "")
        text = re.sub(r"\[\[tool\.importlinter\.contracts\]\]\ntype = .*?\n\n", "", text, flags=re.DOTALL)
        text = text.replace(f'"{self.name}.content.models:metadata"', f'"{self.models}"')
        text = self._without_its_own(text)
        own = "".join(f'    "{dependency}",\n' for dependency in self._dependencies())
        file.write_text(text.replace("dependencies = [\n", f"dependencies = [\n{own}", 1), encoding="utf-8")

    def _without_its_own(self, text: str) -> str:
        """Return pyproject.toml so that ruff and mypy leave the files alone that the application had."""
        files = sorted(package_of(self.source, self.name).iterdir()) if self.source else []
        files = [file for file in files if file.stem not in ("__init__", "__pycache__")]
        paths = ["migrations/versions", *(f"{self.name}/{file.name}" for file in files)] if files else []
        excluded = f"extend-exclude = {json.dumps(['build', 'dist', *paths])}"
        text = re.sub(r"^extend-exclude = .*$", excluded, text, flags=re.MULTILINE)
        # Another name makes other lines: too long, or sorted otherwise. The machinery stays byte for byte.
        text = text.replace("\nignore = [\n", '\nignore = [\n    "E501",\n    "I001",\n', 1)
        machinery = [
            *MACHINERY,
            *(f"{self.name}/{part}" for part in ("*.py", "cli", "document", "schema", "window")),
        ]
        text += f"\n[tool.ruff.format]\nexclude = {json.dumps(machinery)}\n"
        if not files:
            return text
        modules = json.dumps([f"{self.name}.{file.stem}{end}" for file in files for end in ("", ".*")])
        return f"{text}\n[[tool.mypy.overrides]]\nmodule = {modules}\nignore_errors = true\n"

    def _dependencies(self) -> list[str]:
        """Return what the application needs beside what the machinery needs already."""
        project = self.source / "pyproject.toml" if self.source else None
        if not project or not project.is_file():
            return []
        wanted = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("dependencies", [])
        known = re.compile(r"(alembic|sqlalchemy|platformdirs|psycopg|pyside6|rich|shtab)\b", re.IGNORECASE)
        return [dependency for dependency in wanted if not known.match(dependency)]


RECORD_REVISION = "d0c0a8e1f2b3"
"""The revision that gives an application's documents their record, after its own."""


def heads(versions: Path) -> list[str]:
    """Return the revisions in a folder that no other follows, as its files say; nothing of them is run."""
    every = [values for values in map(_assigned, versions.glob("*.py")) if "revision" in values]
    down = [to_tuple(values.get("down_revision"), default=()) for values in every]
    found = sorted({values["revision"] for values in every} - set(chain.from_iterable(down)))
    if len(found) != 1:
        names = ", ".join(found) or "none"
        raise YoursError(f"the revisions in {versions} have not one head but {names}: merge them first")
    return found


def package_of(source: Path, name: str) -> Path:
    """Return the folder of a package in an application's folder, or in the `src` there."""
    inside = source / "src" / name
    return inside if inside.is_dir() else source / name


def shipped(versions: Path) -> list[Path]:
    """Return the revisions in a folder, and the data files that they name."""
    revisions = sorted(versions.glob("*.py"))
    return [*revisions, *(file.with_name(name) for file in revisions for name in data_files(file))]


def _assigned(file: Path) -> dict[str, Any]:
    """Return the literal values that a file assigns to names."""
    values: dict[str, Any] = {}
    for node in ast.parse(file.read_text(encoding="utf-8"), str(file)).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.expr):
            try:
                values[target.id] = ast.literal_eval(value)
            except ValueError:
                continue
    return values


def _taken_over(arguments: Namespace, name: str) -> tuple[Path, str, Path]:
    source, models = arguments.source.absolute(), arguments.models
    migrations, package = source / arguments.migrations, package_of(source, name)
    if not (package / "__init__.py").is_file():
        raise YoursError(f"there is no package {name} in {source}: --name is the name of its package")
    if not list((migrations / "versions").glob("*.py")):
        raise YoursError(f"there are no revisions in {migrations / 'versions'}")
    module, _, attribute = models.partition(":")
    if not attribute or module.partition(".")[0] != name:
        raise YoursError(f"--models is MODULE:ATTRIBUTE in the package {name}, not {models}")
    if module == name:
        raise YoursError(
            f"{package / '__init__.py'} is written anew: move its models into a module of their own"
        )
    taken = sorted(path.name for path in (ROOT / "myapp").iterdir() if (package / path.name).exists())
    if taken := [each for each in taken if each not in ("__init__.py", "__pycache__", "py.typed")]:
        raise YoursError(f"{package} has {', '.join(taken)}, which the machinery has too: rename yours")
    heads(migrations / "versions")
    for file in shipped(migrations / "versions"):
        if not file.is_file():
            raise YoursError(f"a revision names the data file {file}, which is missing")
    return source, models if attribute.endswith("metadata") else f"{models}.metadata", migrations


def _copy_package(source: Path, target: Path) -> None:
    shutil.copytree(
        source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "__init__.py")
    )
    for package in source.rglob("__init__.py"):
        if package.parent != source:  # the machinery's has the version
            shutil.copyfile(package, target / package.relative_to(source))


def _is_dropped(line: str) -> bool:
    dependency = line.strip().strip('",').lower()
    of_program = "#" not in line  # a comment says what else needs it
    return bool(_DROPPED_LINES.match(line)) or (of_program and dependency.startswith(_DROPPED_DEPENDENCIES))
