"""Freezes the program if a source has changed and starts it; without arguments, shows its main job."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _environment import ROOT, WINDOWS, become, enter


def main() -> int:
    """Start the frozen program with the arguments; without any, upgrade a document of the oldest release."""
    enter()
    import _freezing
    from freeze_hooks import FreezeError
    from myapp.product import NAME

    try:
        bundle = _freezing.ensure_bundle()
    except FreezeError as error:
        print(f"not frozen: {error}", file=sys.stderr)
        return 1
    program = bundle / (f"{NAME}.exe" if WINDOWS else NAME)
    if sys.argv[1:]:
        become([os.fspath(program), *sys.argv[1:]])
    return show_main_job(program)


def show_main_job(program: Path) -> int:
    """Open a copy of the oldest release's document: this upgrades it, shows it and leaves a backup."""
    from myapp.product import MAIN_JOB, NAME, RELEASES, SUFFIX

    kept = (ROOT / "tests" / "documents" / f"{revision}{SUFFIX}" for revision in RELEASES.values())
    oldest = next(document for document in kept if document.exists())
    document = Path(tempfile.mkdtemp(prefix=f"{NAME}-")) / f"oldest{SUFFIX}"
    shutil.copyfile(oldest, document)
    print(f"A document of the oldest release was copied to {document}", flush=True)
    for command in MAIN_JOB:
        arguments = [command, os.fspath(document)]
        print(f"\n$ {program.name} {shlex.join(arguments)}", flush=True)
        status = subprocess.run([program, *arguments], check=False).returncode
        if status:
            return status
    print(f"\nThe document and its backup stay in {document.parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
