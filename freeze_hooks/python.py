"""The standard library: modules and libraries that the freezer does not detect, and unused ones."""

import sys
from pathlib import Path

from freeze_hooks import Needs

RUNTIME = ["vcruntime140.dll", "vcruntime140_1.dll"]
"""The compiler's libraries, which a Windows has only if another program has brought them."""


def needs(root: Path) -> Needs:
    """Return a library of the system, the modules imported by name, and the large ones to leave out."""
    return Needs(
        # linked by zlib, SQLite and OpenSSL; missing on a system that has only a C library
        system_libraries=["libz.so.1"],
        runtime_libraries=RUNTIME if sys.platform == "win32" else [],
        includes=[
            "_strptime",  # imported by the compiled half of datetime
            # the East Asian encodings, one of which an imported file may have
            "_multibytecodec",
            *(f"_codecs_{name}" for name in ("cn", "hk", "iso2022", "jp", "kr", "tw")),
        ],
        optional=["win32evtlog", "win32evtlogutil"],  # a handler of logging for Windows' own log
        excludes=[
            # large; the standard library has a fallback for each, or this program uses none
            *("_bz2", "_hashlib", "_lzma", "_uuid", "bz2", "lzma", "readline"),
        ],
    )
