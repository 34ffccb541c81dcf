"""Compares bills of materials with the schema of CycloneDX, which the library has as a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import cyclonedx.schema

SCHEMAS = tuple(f"{name}.SNAPSHOT.schema.json" for name in ("bom-1.6", "spdx", "jsf-0.82"))
"""The schema of bills, and those that it refers to."""


def faults_of_bill(bill: Path) -> list[str]:
    """Return what the schema refuses in a bill, with the place; nothing where it is right."""
    from jsonschema import Draft7Validator  # type: ignore[import-untyped]
    from referencing import Registry, Resource

    folder = Path(cyclonedx.schema.__file__).parent / "_res"
    schemas = {name: _read(folder / name) for name in SCHEMAS}
    bom = schemas[SCHEMAS[0]]
    parts = ((urljoin(bom["$id"], name), Resource.from_contents(each)) for name, each in schemas.items())
    registry: Any = Registry().with_resources(parts)
    validator = Draft7Validator(bom, registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(_read(bill))]


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
