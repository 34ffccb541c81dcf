"""Rewrites the bundle's bytecode without the paths, times and host of the build.

`_bundle.py` starts it as a new process, because the output of `marshal` depends on the strings that a
process has interned before.
"""

from __future__ import annotations

import marshal
import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

UNCHECKED = MAGIC_NUMBER + (1).to_bytes(4, "little") + b"\0" * 8
"""The header of PEP 552 that says: never compare with a source."""


def main() -> None:
    """Rewrite a bundle; compile modules named as `alembic/command.py=SOURCE` again, with docstrings."""
    library = Path(sys.argv[1]) / "lib"
    documented = dict(argument.split("=", 1) for argument in sys.argv[2:])
    for file in sorted(library.rglob("*.pyc")):
        name = file.relative_to(library).with_suffix(".py").as_posix()
        if source := documented.pop(name, None):
            code = compile(Path(source).read_bytes(), name, "exec", dont_inherit=True, optimize=1)
        else:
            code = marshal.loads(file.read_bytes()[len(UNCHECKED) :])
        file.write_bytes(UNCHECKED + marshal.dumps(_named(code, name)))
    assert not documented, documented


def _named(code: CodeType, name: str) -> CodeType:
    """Return code whose functions all have one string object as file name, so that it is written once."""
    constants = (_named(one, name) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=name, co_consts=tuple(constants))


if __name__ == "__main__":
    main()
