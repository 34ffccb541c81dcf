"""This application put together: its kind of document, from the product's constants and shipped files."""

import os

from myapp import paths, product
from myapp.document.format import Cost, Format
from myapp.errors import NotFound
from myapp.schema.manifest import Manifest

_known: list[Format] = []
"""This program's kind of document, once its files have been looked at."""


def document_format() -> Format:
    """Return this program's kind of document; raise BrokenInstallation where its files are not whole.

    A bundle checks its migrations directory at every start. A wheel and a checkout check before they
    migrate; in a checkout, revisions newer than the manifest are being developed and count.
    """
    if not _known:
        _known.append(_document_format())
    return _known[0]


def _document_format() -> Format:
    folder = paths.migrations_dir()
    manifest = Manifest.read(paths.shipped("manifest.sha256"))
    checked = paths.target() == "frozen" or not manifest.complete
    blank = paths.shipped("blank.myapp")
    return Format(
        name=product.NAME,
        program=f"{product.NAME} {product.VERSION}",
        suffix=product.SUFFIX,
        application_id=product.APPLICATION_ID,
        head=manifest.check(folder) if checked else manifest.head,
        migrations=folder,
        manifest=manifest,
        blank=blank if os.path.exists(blank) else None,
        costs={revision: Cost(*measured) for revision, measured in product.COSTS.items()},
    )


def revision_of_release(said: str) -> str:
    """Return the revision that a release writes: `0003` for `0.3.0`, and for `0003` itself.

    Raise NotFound where this program knows no such release or revision.
    """
    revision = product.RELEASES.get(said, said)
    if revision not in product.RELEASES.values():
        known = ", ".join(f"{release} ({number})" for release, number in product.RELEASES.items())
        raise NotFound(f"release {said!r}", f"known are {known}")
    return revision
