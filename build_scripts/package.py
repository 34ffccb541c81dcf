"""Builds what a release offers into dist/packages: archives, installers, wheel, bill of materials, digests.

From one commit come the same bytes, but for the application for macOS, which nobody has compared.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _environment import ROOT, enter, say

FOLDER = ROOT / "dist" / "packages"
Builder = Callable[[Path], Path]
"""Builds a package into a folder, and returns its file."""

KINDS = ("tar", "deb", "wheel", "sdist", "zip", "installer", "app", "bill", "digests")


def main() -> int:
    """Build the kinds that are named, or all that this system builds; print their files."""
    arguments = _parser().parse_args()
    enter()
    os.umask(0o022)  # the modes of files are in the packages
    sys.path.append(os.fspath(ROOT / "build_scripts" / "packages"))
    from _windows import NotBuilt
    from _wine import WineError
    from freeze_hooks import FreezeError

    try:
        builders = _builders(_for_windows(arguments), arguments.quick)
        if missing := [kind for kind in arguments.kinds if kind not in builders]:
            print(f"not built: {missing[0]} is not built here: {_place(missing[0])}", file=sys.stderr)
            return 2
        arguments.output.mkdir(parents=True, exist_ok=True)
        for kind in dict.fromkeys([*(arguments.kinds or builders), "digests"]):
            say(f"building {kind} …")
            print(builders[kind](arguments.output.absolute()), flush=True)
    except (FreezeError, NotBuilt, WineError) as error:
        print(f"not built: {error}", file=sys.stderr)
        return 1
    for kind in [] if arguments.kinds else [kind for kind in KINDS if kind not in builders]:
        say(f"{kind} was not built: {_place(kind)}")
    return 0


def _for_windows(arguments: argparse.Namespace) -> Path | None:
    """Return the bundle for Windows that was named, or is frozen under Wine, if any."""
    named: Path | None = arguments.windows
    if not arguments.wine:
        return named
    import _windows_target

    return _windows_target.ensure_bundle()


def _builders(windows: Path | None, quick: bool) -> dict[str, Builder]:
    """Return what builds each kind here, into a folder; `windows` is a bundle that was made for that.

    With `quick` little is compressed.
    """
    import _bill
    import _deb
    import _freezing
    import _macos
    import _sums
    import _tarball
    import _wheel
    import _windows
    from _archive import source_time

    def of_bundle(build: Callable[..., Path], of: Path | None = None) -> Builder:
        return lambda folder: build(of or _freezing.ensure_bundle(), folder, source_time())

    builders: dict[str, Builder] = {
        "wheel": _wheel.build_wheel,
        "sdist": _wheel.build_sdist,
        "bill": of_bundle(_bill.build),
        "digests": _sums.write,
    }
    if sys.platform == "linux":
        builders["tar"] = of_bundle(partial(_tarball.build, level=1) if quick else _tarball.build)
        builders["deb"] = of_bundle(partial(_deb.build, preset=None) if quick else _deb.build)
    if sys.platform == "darwin":
        builders["app"] = of_bundle(_macos.build)
    if windows or sys.platform == "win32":
        builders["zip"] = of_bundle(_windows.build_zip, windows)
        build = _windows.build_installer
        builders["installer"] = of_bundle(partial(build, compressor="zlib") if quick else build, windows)
    return {kind: builders[kind] for kind in KINDS if kind in builders}


def _place(kind: str) -> str:
    """Return where a kind is built."""
    if kind in ("zip", "installer"):
        return "it is made of a bundle for Windows: build it there, or name one with --windows, or --wine"
    return f"it is built on {'macOS' if kind == 'app' else 'Linux'} alone"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", choices=[*KINDS, []], help=", ".join(KINDS))
    parser.add_argument(
        "--output", type=Path, default=FOLDER, metavar="DIR", help="into DIR, not dist/packages"
    )
    parser.add_argument("--quick", action="store_true", help="compress little: larger files, for tests")
    parser.add_argument(
        "--windows", type=Path, metavar="DIR", help="a folder that was frozen for Windows: zip, installer"
    )
    parser.add_argument("--wine", action="store_true", help="freeze that folder here, under Wine")
    return parser


if __name__ == "__main__":
    sys.exit(main())
