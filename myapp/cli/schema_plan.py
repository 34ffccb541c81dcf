"""Prints the plan of a document's upgrade: its steps, and estimates of space and time."""

from myapp.cli import output
from myapp.cli.messages import message
from myapp.document.errors import AdditionalObjects
from myapp.document.plan import Plan
from myapp.errors import shown
from myapp.product import NAME


def print_plan(planned: Plan) -> None:
    """Print facts, then a table of the steps."""
    output.facts(_facts(planned))
    if len(planned.hindrances) > len(planned.additional):
        output.remark(
            f"this upgrade would be refused: `{NAME} rescue` makes a new document of all that is sound"
        )
    elif planned.additional:
        output.remark(message(AdditionalObjects(planned.path, planned.additional)))
    if planned.steps:
        output.line()
        rows = [(s.revision, s.what, _undo(s.loses), _duration(s.seconds)) for s in planned.steps]
        output.table(["step", "what it does", "can be undone", "time"], rows)


def _facts(planned: Plan) -> list[tuple[str, object]]:
    header: list[tuple[str, object]] = []
    if planned.lost_header:
        header.append(("header", "lost: the next opening sets it again, after a backup"))
    if not planned.steps:
        nothing = ("revision", f"{planned.revision}, nothing is to be done")
        return [("document", shown(planned.path)), *header, nothing]
    needed, free = (f"{size / 1e6:.1f} MB" for size in (planned.space_needed, planned.space_free))
    backup = "none: the document cannot be written, and a private copy is upgraded"
    return [
        ("document", f"{shown(planned.path)}, {planned.size / 1e6:.1f} MB"),
        *header,
        ("revision", f"{planned.revision}, then {planned.target}"),
        ("backup", shown(planned.backup) if planned.writable else backup),
        ("space", f"about {needed} while it runs (an estimate, from the size), {free} are free"),
        (
            "time",
            f"{_duration(planned.seconds)} (an estimate, from the size and rates measured elsewhere)",
        ),
        *(("refused", line) for line in planned.hindrances),
    ]


def _undo(loses: tuple[str, ...]) -> str:
    return f"while there are no {' or '.join(loses)}" if loses else "yes"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than 1 s"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
