"""Passes the options of cx_Freeze to setuptools; the package itself is described in pyproject.toml."""

import sys
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).resolve().parent


def freezer_arguments() -> dict[str, object]:
    """Return the arguments of `setup` that make `build_exe` work."""
    sys.path.insert(0, str(ROOT))
    from cx_Freeze import Executable, build_exe

    from freeze_hooks import merged
    from myapp.product import NAME, PACKAGE

    needs = merged(ROOT)
    options: dict[str, object] = {
        "packages": needs.packages,
        "includes": needs.includes,
        "excludes": needs.excludes,
        "include_files": needs.include_files,
        "bin_includes": needs.runtime_libraries,
        "optimize": 2,  # no docstrings: 3 MB
        "no_compress": True,  # plain files: faster to import than a zip
        "silent_level": 1,
    }
    scripts = ROOT / "freeze_hooks" / "scripts"
    start = scripts / "start.py"
    executables = [
        Executable(ROOT / PACKAGE / "__main__.py", init_script=start, target_name=NAME),
        # never shipped: build_scripts/freeze.py leaves it only in the bundle of the tests
        Executable(scripts / "probe.py", init_script=start, target_name=f"{PACKAGE}_probe"),
    ]
    if sys.platform == "win32":  # a program of the console opens one at a double-click
        script, name = ROOT / PACKAGE / "without_console.py", f"{PACKAGE}_window"
        executables.append(Executable(script, init_script=start, base="gui", target_name=name))
    return {
        "cmdclass": {"build_exe": build_exe},
        "executables": executables,
        "options": {"build_exe": options},
    }


setup(**(freezer_arguments() if "build_exe" in sys.argv else {}))
