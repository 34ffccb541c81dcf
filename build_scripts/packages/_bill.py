"""Writes the bill of materials (CycloneDX): every library that is shipped, as pinned, with its license."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution
from pathlib import Path

from cyclonedx.factory.license import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import _wheel
from _bundle import EXE
from _environment import clean
from myapp.product import NAME, VERSION

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)(.*\n(?:    .*\n)*)", re.MULTILINE)
SHA256 = re.compile(r"sha256:([0-9a-f]{64})")

OF_INTERPRETER = {"Python": ("pkg:generic/python", "PSF-2.0"), "SQLite": ("pkg:generic/sqlite", "blessing")}
"""What the frozen program has beside its pinned distributions, as its `--version` names it."""

LICENSES = {
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "pyside6-essentials": "LGPL-3.0-only",
    "resvg-py": "MIT",
    "shiboken6": "LGPL-3.0-only",
    "sqlalchemy": "MIT",
}
"""Licenses of distributions whose metadata say them in other words, and those that are chosen of several."""

_DISTRIBUTED = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""The namespace of URLs (RFC 9562), in which the bill's number is made of its content."""


def build(bundle: Path, folder: Path, time: int) -> Path:
    """Write the bill of this release, with what a bundle runs on, into a folder, and return it."""
    bom = Bom()
    bom.metadata.timestamp = datetime.fromtimestamp(time, UTC)
    root = Component(name=NAME, version=VERSION, type=ComponentType.APPLICATION, bom_ref=NAME)
    root.licenses.add(LicenseFactory().make_from_string("MIT"))
    bom.metadata.component = root
    pinned = {str(component.name): component for component in _pinned()}
    interpreter = list(_interpreter(bundle / f"{NAME}{EXE}"))
    bom.components = {*pinned.values(), *interpreter}
    for name, component in pinned.items():
        bom.register_dependency(component, _needed(name, pinned))
    bom.register_dependency(root, [*pinned.values(), *interpreter])
    described = "\n".join(sorted(f"{each.purl}" for each in bom.components))
    bom.serial_number = uuid.uuid5(_DISTRIBUTED, f"{NAME} {VERSION}\n{described}")
    target = folder / f"{NAME}-{VERSION}.cdx.json"
    target.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", encoding="utf-8", newline="\n")
    return target


def _pinned() -> Iterable[Component]:
    """Yield the distributions that the program depends on, with the digests of all their files."""
    for name, version, rest in PIN.findall(_wheel.runtime_requirements()):
        yield Component(
            name=name,
            version=version,
            purl=PackageURL("pypi", None, name, version),
            bom_ref=f"{name}@{version}",
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in SHA256.findall(rest)],
            licenses=[license_of(distribution(name))],
        )


def _interpreter(executable: Path) -> Iterable[Component]:
    """Yield what the frozen program says that it runs on."""
    command = [os.fspath(executable), "--version"]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, check=True)
    versions = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    for name, (purl, terms) in OF_INTERPRETER.items():
        yield Component(
            name=name,
            version=versions[name],
            purl=PackageURL.from_string(f"{purl}@{versions[name]}"),
            bom_ref=f"{name}@{versions[name]}",
            licenses=[LicenseFactory().make_from_string(terms)],
        )


def _needed(name: str, pinned: dict[str, Component]) -> list[Component]:
    every = [Requirement(text) for text in distribution(name).requires or []]
    names = {
        str(canonicalize_name(one.name))
        for one in every
        if not one.marker or one.marker.evaluate({"extra": ""})
    }
    return [pinned[each] for each in sorted(names) if each in pinned]


def license_of(of: Distribution) -> License:
    """Return the license that a distribution's metadata say; raise ValueError where they say none."""
    fields, name = of.metadata.json, str(canonicalize_name(of.name))
    text = LICENSES.get(name) or fields.get("license_expression") or fields.get("license")
    if not text:
        raise ValueError(f"{name} names no license: add it to LICENSES of {__file__}")
    made: License = LicenseFactory().make_from_string(str(text).splitlines()[0])
    return made
