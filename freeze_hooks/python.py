"""The standard library: what is needed from the system, and what no program of ours uses."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return what the interpreter of the bundle needs."""
    return Needs(
        # linked by zlib, SQLite and OpenSSL; a system that holds nothing but a C library lacks it
        system_libraries=["libz.so.1"],
        # the encodings of East Asia, which a file to import may be said to have
        includes=[
            "_multibytecodec",
            *(f"_codecs_{name}" for name in ("cn", "hk", "iso2022", "jp", "kr", "tw")),
        ],
        excludes=[
            # large, and replaced by the interpreter's own or by nothing
            *("_bz2", "_hashlib", "_lzma", "_uuid", "bz2", "lzma", "readline"),
            # only for developing
            *("_pyrepl", "curses", "distutils", "ensurepip", "idlelib", "lib2to3", "pip", "pydoc"),
            *("rlcompleter", "setuptools", "test", "tkinter", "turtledemo", "unittest", "venv"),
        ],
        optional=["_sha2", "_sha256"],  # one module, called so from Python 3.12 on and before
    )
