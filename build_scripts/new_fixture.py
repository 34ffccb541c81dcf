"""Keeps the document of a release: tests/documents/NNNN.myapp, made by today's program from real files."""

from __future__ import annotations

import os
import subprocess
import sys

from _environment import ROOT, WINDOWS, enter

DOCUMENTS = ROOT / "tests" / "documents"
DATA = ROOT / "tests" / "data"


def main() -> int:
    """Make the document of the head with the frozen program; refuse to replace one."""
    enter()
    import _freezing
    from myapp.application import document_format

    document = DOCUMENTS / f"{document_format().head}.myapp"
    if document.exists():
        print(f"{document} is kept already, and a kept document never changes", file=sys.stderr)
        return 1
    program = _freezing.ensure_bundle() / ("myapp.exe" if WINDOWS else "myapp")
    files = sorted(map(os.fspath, DATA.glob("*.csv")))
    subprocess.run([program, "new", document], check=True)
    subprocess.run([program, "import", document, *files], check=True)
    print(f"{document}: add to it by hand what this release knows besides, then never edit it again")
    return 0


if __name__ == "__main__":
    sys.exit(main())
