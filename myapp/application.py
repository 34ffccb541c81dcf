"""This application put together: its kind of document, from the product's constants and shipped files."""

import os
from functools import lru_cache

from myapp import paths, product
from myapp.document.estimate import Cost
from myapp.document.format import Format
from myapp.schema.manifest import Manifest


@lru_cache(maxsize=1)
def document_format() -> Format:
    """Return this program's kind of document; raise BrokenInstallation where its files are not whole.

    A bundle checks its migrations directory at every start. A wheel and a checkout check before they
    migrate; in a checkout, revisions newer than the manifest are being developed and count.
    """
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
        migrations=os.fspath(folder),
        manifest=manifest,
        blank=os.fspath(blank) if blank.exists() else None,
        costs={revision: Cost(*measured) for revision, measured in product.COSTS.items()},
    )
