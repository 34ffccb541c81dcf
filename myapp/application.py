"""The application: its document format, built from the product's constants and the shipped files."""

import os
import sys

from myapp import paths, product
from myapp.document.context import Context
from myapp.document.format import Cost, DocumentFormat, Refusal
from myapp.errors import NotFound
from myapp.progress import WAIT_SECONDS, Progress, StopToken
from myapp.schema.manifest import Manifest

_format: list[DocumentFormat] = []
"""The format, once the program's files have been checked."""


def document_format() -> DocumentFormat:
    """Return the format of this program's documents; raise BrokenInstallation where its files are not whole.

    A bundle checks its migrations directory at every start. A wheel and a checkout check before they
    migrate; in a checkout, revisions in the manifest's order that have no digest are being developed.
    """
    if not _format:
        _format.append(_document_format())
    return _format[0]


def context(
    wait: float = WAIT_SECONDS, progress: Progress | None = None, stop: StopToken | None = None
) -> Context:
    """Return how this program's documents are worked on; `wait` is in seconds."""
    return Context(document_format(), wait, progress, stop)


def _document_format() -> DocumentFormat:
    folder = paths.migrations_dir()
    manifest = Manifest.read(paths.shipped("manifest.sha256"))
    if paths.target() == "frozen" or not manifest.complete:
        manifest.check(folder)
    blank = paths.shipped(f"blank{product.SUFFIX}")
    return DocumentFormat(
        name=product.NAME,
        program=f"{product.NAME} {product.VERSION}",
        suffix=product.SUFFIX,
        application_id=product.APPLICATION_ID,
        migrations=folder,
        manifest=manifest,
        blank=blank if os.path.exists(blank) else None,
        costs={revision: Cost(*measured) for revision, measured in product.COSTS.items()},
        refusals=[Refusal(*each) for each in product.REFUSALS],
        adopts=product.ADOPTS,
        derived=product.DERIVED,
        distributed=product.DISTRIBUTED,
        homepage=product.HOMEPAGE,
    )


def revision_of_release(release: str) -> str:
    """Return the revision that a release writes: `0003` for `0.3.0`, and for `0003` itself.

    Raise NotFound where this program knows no such release or revision.
    """
    revision = product.RELEASES.get(release, release)
    if revision not in product.RELEASES.values():
        known = ", ".join(f"{name} ({number})" for name, number in product.RELEASES.items())
        raise NotFound(f"release {release!r}", f"known are {known}")
    return revision


def versions() -> list[tuple[str, str]]:
    """Return the versions that a bug report must name: the program, what it is made of, and its schema."""
    known = document_format().manifest.facts
    return [
        (product.NAME, product.VERSION),
        ("Python", ".".join(map(str, sys.version_info[:3]))),
        ("SQLite", known.get("sqlite") or _sqlite()),
        ("SQLAlchemy", known.get("sqlalchemy") or _installed("sqlalchemy")),
        ("Alembic", known.get("alembic") or _installed("alembic")),
        ("head", document_format().head),
    ]


def _sqlite() -> str:
    from sqlite3 import sqlite_version  # a build that has its own writes the version into the manifest

    return sqlite_version


def _installed(distribution: str) -> str:
    from importlib.metadata import version  # slow; the builds write versions into the manifest

    return version(distribution)
