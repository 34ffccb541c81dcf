"""Builds the wheel, with the complete manifest and the blank document in it, into dist/wheel."""

from __future__ import annotations

import sys

from _environment import enter


def main() -> int:
    """Build the wheel if a source has changed, and print its path."""
    enter()
    import _wheel
    from freeze_hooks import FreezeError

    try:
        print(_wheel.ensure_wheel())
    except (_wheel.WheelError, FreezeError) as error:
        print(f"not built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
