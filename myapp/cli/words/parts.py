"""The words of the commands about parts of a document for other programs: extract, exec."""

from __future__ import annotations

from myapp.cli.words.common import add, add_selection, add_upgrading, calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def add_commands(commands: Any) -> None:
    """Add the commands about parts."""
    extract = add(
        commands,
        "extract",
        calls("parts", "extract"),
        "make a complete document of a part of another",
        "extract trip.myapp --run 3 --from 2024-05-01 -o may.myapp",
    )
    extract.add_argument("file", metavar="FILE|URL")
    extract.add_argument("-o", "--out", metavar="PART", required=True, help="its name, which must be free")
    add_selection(extract)
    add_upgrading(extract)
    run = add(
        commands,
        "exec",
        calls("parts", "execute"),
        "run a program on a temporary part of a document",
        "exec trip.myapp --channel wind -- sqlite3 {} 'SELECT avg(value) FROM readings'",
    )
    run.usage = "%(prog)s [-h] [SELECTION] [--keep PART] [--no-upgrade] FILE -- PROGRAM [ARGUMENT ...]"
    run.description += (
        " In each word of PROGRAM and its ARGUMENTs {} stands for the part's path; where none has it, the"
        " path comes last. The part is removed when the program ends, with what was written into it. The"
        " exit code is the program's, 128 + N where signal N killed it, 127 where there is no such program"
        " and 126 where it cannot be run."
    )
    run.add_argument("file", metavar="FILE|URL")
    run.add_argument("--keep", metavar="PART", help="keep the part, as the program leaves it, by this name")
    add_selection(run)
    add_upgrading(run)
