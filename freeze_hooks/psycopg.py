"""psycopg: it imports its implementation by name; libpq is in the wheel of psycopg_binary."""

from pathlib import Path

from freeze_hooks import Needs


def needs(root: Path) -> Needs:
    """Return psycopg with the compiled implementation and its own libpq."""
    return Needs(
        packages=["psycopg", "psycopg_binary"],
        includes=["psycopg", "ssl"],  # its compiled module imports ssl, unseen by the freezer
        # 7 MB; both wheels have OpenSSL 3.5, and within 3.x it only ever adds symbols
        shared_libraries=["libcrypto", "libssl"],
        optional=[
            "psycopg.pq",  # classes that the chosen implementation provides
            "psycopg_c",  # the implementation for a system libpq
            *("dns", "numpy", "psycopg_pool", "shapely"),
        ],
    )
