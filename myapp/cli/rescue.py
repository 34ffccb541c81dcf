"""The command `rescue`: makes a new document of all that is sound in a damaged one."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from myapp.cli import output
from myapp.cli.opening import demand_file, working_on_file
from myapp.cli.options import add_json, add_wait, describe
from myapp.document.rescue.report import Rescued
from myapp.document.rescue.rescue import rescue
from myapp.errors import shown

EXAMPLE = "rescue damaged.myapp -o whole.myapp --report left-out.csv"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "The document itself is only read; it may be of any release.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("-o", "--out", metavar="NEW", required=True, help="the new document, a free name")
    words = "write the rows that were left out to a new CSV file"
    parser.add_argument("--report", metavar="CSV", help=words)
    add_json(parser)
    add_wait(parser)


def run(arguments: Namespace) -> int:
    """Make the new document, and print what it holds and what was left out."""
    for name in (arguments.file, arguments.out):
        demand_file(name, "only a file can be rescued")
    with working_on_file("rescuing", arguments) as context:
        rescued = rescue(arguments.file, arguments.out, context, arguments.report)
    if arguments.json:
        output.json(_as_json(rescued))
    else:
        _print(rescued)
    left_out = sum(rescued.left_out.values())
    if left_out:
        where = f"; {shown(arguments.report)} lists them" if arguments.report else "; --report lists them"
        output.remark(f"{left_out} rows or values were left out{where}")
    return 0


def _as_json(rescued: Rescued) -> dict[str, object]:
    left_out = [
        {"table": table, "reason": reason, "count": count}
        for (table, reason), count in sorted(rescued.left_out.items())
    ]
    return {**asdict(rescued), "left_out": left_out}


def _print(rescued: Rescued) -> None:
    output.remark(f"{shown(rescued.path)} was made of a document of revision {rescued.revision}")
    rows: list[tuple[object, ...]] = [(table, "kept", count) for table, count in rescued.kept.items()]
    rows += [(table, "made: its row is unreadable", count) for table, count in rescued.made.items()]
    rows += [
        (table, f"left out: {reason}", count) for (table, reason), count in sorted(rescued.left_out.items())
    ]
    output.table(["table", "what became of it", "rows"], rows)
