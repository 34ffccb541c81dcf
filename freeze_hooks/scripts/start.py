"""Starts every executable of the bundle; the freezer's own start script would import `typing`."""

import sys
from _frozen_importlib_external import PathFinder

vars(sys)["frozen"] = True
sys.dont_write_bytecode = True  # migrations are plain .py files, and the bundle never writes into itself


def run(name: str) -> None:
    """Execute the main script, a module of this name in the bundle, as `__main__`."""
    spec = PathFinder.find_spec(name)
    assert spec is not None, name
    loader = vars(spec)["loader"]
    scope = sys.modules["__main__"].__dict__
    scope.update(__file__=spec.origin, __loader__=loader, __spec__=spec)
    try:
        exec(loader.get_code(name), scope)  # noqa: S102
    except Exception:
        sys.excepthook(*sys.exc_info())
        sys.exit(1)  # as Python does; the freezer's base would exit with 255
