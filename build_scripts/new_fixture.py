"""Makes a release's kept document, `tests/documents/REVISION.myapp`, with today's program.

What is in it is written by the function `fill(connection)` of tests/documents/content.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from _environment import ROOT, enter

DOCUMENTS = ROOT / "tests" / "documents"


def main() -> int:
    """Make the document of the head; refuse if it exists, or if the head belongs to no release."""
    enter()
    from myapp.application import document_format
    from myapp.errors import MyappError
    from myapp.product import RELEASES, SUFFIX

    try:
        head = document_format().head
    except MyappError as error:
        print(error, file=sys.stderr)
        return 1
    document = DOCUMENTS / f"{head}{SUFFIX}"
    if head not in RELEASES.values():
        print(f"revision {head} is of no release: name it in myapp/product.py", file=sys.stderr)
        return 1
    if document.exists():
        print(f"{document} is kept already, and a kept document never changes", file=sys.stderr)
        return 1
    _make(document)
    print(f"{document}: if this release knows more than is in it, add that to content.py there first")
    return 0


def _make(document: Path) -> None:
    from myapp.application import context
    from myapp.document import files
    from myapp.document.create import create
    from myapp.document.open import open_document
    from tests.documents.content import fill

    temporary = files.temporary_name(os.fspath(document))
    try:
        create(temporary, context())
        with open_document(temporary, context()) as opened, opened.writing() as connection:
            fill(connection)
        files.place_new(temporary, os.fspath(document))
    finally:
        files.remove(temporary)


if __name__ == "__main__":
    sys.exit(main())
