"""psycopg: chooses its implementation by name and finds libpq in the wheel of its binary half."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return psycopg with the compiled implementation and its own libpq."""
    return Needs(
        packages=["psycopg", "psycopg_binary"],
        includes=["psycopg", "ssl"],  # its compiled half imports ssl, where no scan sees it
        # 7 MB; both wheels have OpenSSL 3.5, and within 3.x it only ever adds symbols
        shared_libraries=["libcrypto", "libssl"],
        optional=[
            "psycopg.pq",  # classes that the chosen implementation provides
            "psycopg_c",  # the implementation for a system libpq
            *("dns", "numpy", "psycopg_pool", "shapely"),
        ],
    )
