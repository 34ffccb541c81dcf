"""Writes manifest.sha256 of the package: the order of the revisions, and the digests of the released ones."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from _environment import ROOT, enter

if TYPE_CHECKING:
    from pathlib import Path

    from myapp.schema.manifest import Manifest

MIGRATIONS = ROOT / "migrations"


def main() -> int:
    """Release all revisions; refuse if a released one has changed."""
    arguments = _parser().parse_args()
    enter()
    from myapp.errors import MyappError

    try:
        manifest = ordered() if arguments.order else _released(arguments.again, arguments.dropped)
    except MyappError as error:
        print(f"not written: {getattr(error, 'detail', error)}", file=sys.stderr)
        return 1
    write(manifest)
    print(f"{manifest_file().name} names {len(manifest.digests)} files; the head is {manifest.head}")
    return 0


def manifest_file() -> Path:
    """Return the path of the checkout's manifest."""
    from myapp.product import PACKAGE

    return ROOT / PACKAGE / "manifest.sha256"


def ordered() -> Manifest:
    """Return the manifest with the revisions that are being developed in its order, without their digests."""
    from myapp.schema.manifest import Manifest
    from myapp.schema.order import revision_order

    manifest = Manifest.read(manifest_file())
    return manifest.with_order(revision_order(MIGRATIONS, manifest))


def write(manifest: Manifest) -> None:
    """Write the file."""
    manifest_file().write_text(manifest.text(), encoding="utf-8", newline="\n")


def _released(again: bool, release: str | None) -> Manifest:
    """Return the manifest of all revisions; `release` is the last one that had those that are gone."""
    from myapp.schema.manifest import Manifest
    from myapp.schema.order import revision_order

    manifest = Manifest.read(manifest_file()) if manifest_file().exists() else None
    dropped = dict(manifest.dropped) if manifest else {}
    if manifest and release:
        dropped |= dict.fromkeys(_gone(manifest), release)
    elif manifest and not again:
        _demand_unchanged(manifest)
    order = revision_order(MIGRATIONS, manifest)
    return Manifest.of(MIGRATIONS, order, complete=False, dropped=dropped)


def _gone(manifest: Manifest) -> list[str]:
    """Return the released revisions that have no file any more; those after them must be as they were.

    The oldest one that is kept is the new beginning: it makes what all before it made, and so has changed.
    """
    from myapp.errors import UsageError
    from myapp.schema.data_files import data_files
    from myapp.schema.manifest import Manifest, files, is_revision, revision_in

    kept = {revision_in(MIGRATIONS / name): name for name in files(MIGRATIONS) if is_revision(name)}
    gone = [each for each in manifest.released if each not in kept and each not in manifest.dropped]
    count = len(manifest.dropped) + len(gone)
    if not gone or set(gone) != set(manifest.order[len(manifest.dropped) : count]):
        raise UsageError(f"the oldest revisions cannot be dropped: gone are {', '.join(gone) or 'none'}")
    same = {kept[each] for each in manifest.released[count + 1 :]}
    same |= {f"versions/{data}" for name in same for data in data_files(MIGRATIONS / name)}
    digests = {name: digest for name, digest in manifest.digests.items() if name in same}
    _demand_unchanged(Manifest(digests, manifest.facts))
    return gone


def _demand_unchanged(manifest: Manifest) -> None:
    """Raise BrokenInstallation where a released revision has changed or is gone."""
    from myapp.errors import BrokenInstallation
    from myapp.schema.manifest import UnorderedRevision

    try:
        manifest.check(MIGRATIONS)
    except UnorderedRevision:
        return  # the order is what is written now
    except BrokenInstallation as error:
        remedy = "add a new revision instead, or drop the oldest ones with --dropped RELEASE"
        raise BrokenInstallation(f"{error.detail}; {remedy}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--order", action="store_true", help="the order alone: no revision is released")
    what.add_argument("--again", action="store_true", help="even if a released revision changed")
    what.add_argument(
        "--dropped",
        metavar="RELEASE",
        help="the oldest revisions are gone: this release was the last that had them",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
