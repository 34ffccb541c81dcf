"""Writes myapp/manifest.sha256: the digests of the released revisions, which never change again."""

from __future__ import annotations

import argparse
import sys

from _environment import ROOT, enter

FILE = ROOT / "myapp" / "manifest.sha256"
MIGRATIONS = ROOT / "migrations"


def main() -> int:
    """Write the digests of all revisions; refuse if a released one has changed."""
    arguments = _parser().parse_args()
    enter()
    from myapp.errors import BrokenInstallation
    from myapp.schema.manifest import Manifest

    manifest = Manifest.of(MIGRATIONS, complete=False)
    try:
        if FILE.exists() and not arguments.again:
            Manifest.read(FILE).check(MIGRATIONS)
    except BrokenInstallation as error:
        print(f"not written: {error.detail}; add a new revision instead", file=sys.stderr)
        return 1
    FILE.write_text(manifest.text(), encoding="utf-8", newline="\n")
    print(f"{FILE.name} names {len(manifest.digests)} files; the head is {manifest.head}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="even if a released revision changed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
