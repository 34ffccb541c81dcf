"""Writes the header by which a document is classified: for env.py, and where it was lost."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from myapp.schema.manifest import Manifest


def header_writer(application_id: int, manifest: Manifest | None = None) -> Callable[..., None]:
    """Return a function for Alembic's `on_version_apply` that writes the two numbers of a file's header.

    They change in the transaction that changes the version table, whoever runs the revisions. The number of
    a revision is its place in the order, from 1: as the `manifest` has it, and in that of the graph where it
    is not released yet. Databases on servers have no such header. It raises UsageError for several heads.
    """
    places: dict[str, int] = {}

    def write_header(ctx: Any, heads: Iterable[str], **_rest: Any) -> None:
        if ctx.dialect.name != "sqlite":
            return
        if not places:
            from myapp.schema.order import ordered

            order = ordered(ctx.environment_context.script, manifest)
            places.update((revision, place) for place, revision in enumerate(order, 1))
        ordinal = max((places.get(head, 0) for head in heads), default=0)
        set_header(ctx.execute, application_id, ordinal)

    return write_header


def set_header(execute: Callable[[str], object], application_id: int, ordinal: int) -> None:
    """Write the two numbers: that of the application, and that of the revision."""
    execute(f"PRAGMA application_id = {application_id}")
    execute(f"PRAGMA user_version = {ordinal}")
