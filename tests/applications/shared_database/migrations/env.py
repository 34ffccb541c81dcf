"""Runs its revisions; the version and the tables of the other application are not its own."""

from typing import Any

from myapp.schema.environment import run


def include_name(name: str | None, type_: str, _parents: Any) -> bool:
    """Leave the other application's tables out of comparisons."""
    return type_ != "table" or (name or "").startswith("library_")


run(
    metadata="tests.applications.shared_database.models:metadata",
    include_name=include_name,
    version_table="library_version",
)
