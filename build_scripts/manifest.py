"""Writes myapp/manifest.sha256: the revisions that are released, and from now on never change."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from myapp.schema.manifest import Manifest  # noqa: E402  (the checkout is on the path only now)


def main() -> int:
    """Take the migrations directory as it is for released; refuse where a released revision changed."""
    file = CHECKOUT / "myapp" / "manifest.sha256"
    made = Manifest.of(CHECKOUT / "migrations", complete=False)
    if file.exists() and "--again" not in sys.argv[1:]:
        Manifest.read(file).check(CHECKOUT / "migrations")
    file.write_text(made.text(), encoding="utf-8", newline="\n")
    print(f"{file} names {len(made.digests)} files; head {made.head}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
