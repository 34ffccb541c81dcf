"""Runs a Python script inside the bundle: for the last checks of a build, and for the tests."""

import sys

sys.argv = sys.argv[1:]
with open(sys.argv[0], "rb") as stream:  # noqa: PTH123  the bundle may be without pathlib
    code = compile(stream.read(), sys.argv[0], "exec")
exec(code, {"__name__": "__main__", "__file__": sys.argv[0], "__builtins__": __builtins__})  # noqa: S102
