"""Runs the revisions; Alembic executes this file for each command (see myapp/schema/environment.py)."""

from typing import Any

from myapp import paths
from myapp.document.header import header_writer
from myapp.product import APPLICATION_ID, NAME
from myapp.schema.environment import run
from myapp.schema.manifest import Manifest


def include_name(name: str | None, _type: str, _parents: Any) -> bool:
    """Leave the full-text index out of comparisons: its objects `search…` are not models."""
    return not (name or "").startswith("search")


manifest = Manifest.read(paths.shipped("manifest.sha256"))
run(
    on_apply=header_writer(APPLICATION_ID, manifest),
    include_name=include_name,
    application_name=NAME,
)
