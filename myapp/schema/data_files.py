"""Data files beside a revision, which it names: `data_files = ("0001_units.csv",)`.

The revision reads one by `Path(__file__).with_name("0001_units.csv")`, in a checkout, a wheel and a bundle.
The file is shipped with it, and its digest is in the manifest like the revision's own.
"""

from __future__ import annotations

import ast

from myapp.errors import BrokenInstallation, StrPath, shown

NAME = "data_files"


def data_files(path: StrPath) -> tuple[str, ...]:
    """Return the names that a revision's file assigns to `data_files`, () for none; nothing of it is run.

    Raise BrokenInstallation where the value is not a literal tuple or list of names of files.
    """
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    try:
        names = [ast.literal_eval(value) for value in _assigned(ast.parse(text))]
    except (SyntaxError, ValueError):
        names = [None]
    if not all(isinstance(each, tuple | list) and all(map(_is_data_file, each)) for each in names):
        raise BrokenInstallation(f"{shown(path)}: {NAME} is not a tuple of names of files beside it")
    return tuple(names[-1]) if names else ()


def _assigned(module: ast.Module) -> list[ast.expr]:
    """Return the values that a module assigns to the name, in the order of its lines."""
    values = []
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            values += [node.value for each in targets if isinstance(each, ast.Name) and each.id == NAME]
    return values


def _is_data_file(name: object) -> bool:
    if not isinstance(name, str) or not name or not name.isprintable():
        return False
    return not name.startswith(".") and not name.endswith(".py") and not {*name} & {"/", "\\"}
