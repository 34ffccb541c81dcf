"""Freezes dist/myapp, the folder with an executable that runs without an installed Python."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from _environment import enter


def main() -> int:
    """Freeze if a source has changed; if that fails, print the reason and keep the last bundle."""
    arguments = _parser().parse_args()
    enter()
    import _freezing
    from freeze_hooks import FreezeError

    try:
        if arguments.windows:
            return _freeze_for_windows()
        if arguments.output:
            _freezing.freeze(arguments.output.absolute())
        else:
            _freezing.ensure_bundle(force=arguments.force)
    except FreezeError as error:
        print(f"not frozen: {error}", file=sys.stderr)
        return 1
    return 0


def _freeze_for_windows() -> int:
    import _windows_target
    from _wine import WineError

    try:
        print(_windows_target.ensure_bundle())
    except WineError as error:
        print(f"not frozen: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="freeze even if no source has changed")
    words = "make the folder for Windows instead, under Wine, and print its name"
    parser.add_argument("--windows", action="store_true", help=words)
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="make the folder DIR instead of dist/myapp"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
