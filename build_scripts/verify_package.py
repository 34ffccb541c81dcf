"""Installs packages as people do, each in a place of its own, and runs the main job in it; then removes it.

A package for another system is run where it can be: one for Windows under Wine. What was not run is said.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from _environment import ROOT, enter

FOLDER = ROOT / "dist" / "packages"


def main() -> int:
    """Verify the named packages, or all in dist/packages; print a line for each."""
    arguments = _parser().parse_args()
    enter()
    from myapp.product import VERSION

    if arguments.tag not in (None, f"v{VERSION}"):
        print(f"the tag {arguments.tag} is not that of this release, v{VERSION}", file=sys.stderr)
        return 1
    sys.path.append(os.fspath(ROOT / "build_scripts" / "packages"))
    packages = arguments.packages or sorted(file for file in FOLDER.glob("*") if file.is_file())
    failed = [package for package in packages if not verified(package)]
    if not packages:
        print(f"there is no package in {FOLDER}: build_scripts/package.py makes them", file=sys.stderr)
    return 1 if failed or not packages else 0


def verified(package: Path) -> bool:
    """Whether a package does what it promises; prints the reason where it does not, and what was not run."""
    import _installing
    import _main_job

    if package.name in ("SHA256SUMS",) or package.name.endswith(".cdx.json"):
        return _described(package)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="verify-package-") as place,
            _installing.installed(package.absolute(), Path(place)) as command,
        ):
            _main_job.run(command, Path(place) / "documents")
    except _installing.NotHere as reason:
        print(f"{package.name}: NOT RUN: {reason}")
        return True
    except (_installing.Refused, _main_job.Failed) as error:
        print(f"{package.name}: {error}", file=sys.stderr)
        return False
    print(f"{package.name}: installed, ran the main job, was removed")
    return True


def _described(package: Path) -> bool:
    """Whether the digests are those of the files beside them; a bill of materials, that of its schema."""
    import _schemas
    import _sums

    findings = _sums.differing(package) if package.name == "SHA256SUMS" else _schemas.faults_of_bill(package)
    for finding in findings:
        print(f"{package.name}: {finding}", file=sys.stderr)
    if not findings:
        print(f"{package.name}: right")
    return not findings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "packages", nargs="*", type=Path, metavar="PACKAGE", help="files; all in dist/packages"
    )
    parser.add_argument("--tag", help="the tag of the release, which must be that of its version")
    return parser


if __name__ == "__main__":
    sys.exit(main())
