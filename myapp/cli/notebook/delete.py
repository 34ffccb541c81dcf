"""The command `delete`: deletes runs, after a question."""

from argparse import ArgumentParser, Namespace

from myapp.cli import output
from myapp.cli.notebook.selecting import RUN
from myapp.cli.opening import confirmed, has_terminal, opened
from myapp.cli.options import add_file, add_upgrading, describe
from myapp.errors import Cancelled, UsageError
from myapp.notebook import editing

EXAMPLE = "delete trip.myapp 3 4 --yes"


def configure(parser: ArgumentParser) -> None:
    describe(parser, "Tags that only they have go too; channels stay.")
    add_file(parser)
    parser.add_argument("runs", metavar="RUN", nargs="+", help=RUN)
    yes = "do not ask; required without a terminal"
    parser.add_argument("--yes", action="store_true", help=yes)
    add_upgrading(parser)


def run(arguments: Namespace) -> int:
    """Delete the runs; the question is asked while nothing is locked."""
    with opened(arguments) as document:
        with document.driver_reading() as connection:
            removal = editing.removal(connection, arguments.runs)
        if not arguments.yes:
            _ask(removal)
        with document.driver_writing() as connection:
            editing.delete_runs(connection, removal.run_ids)
    output.line(f"deleted: {_counts(removal)}")
    return 0


def _ask(removal: editing.Removal) -> None:
    if not has_terminal():
        raise UsageError(f"to delete {_counts(removal)} without a question, use --yes")
    for run_id, title in zip(removal.run_ids, removal.titles, strict=True):
        output.remark(f"run {run_id}: {title}")
    if not confirmed(f"delete {_counts(removal)}?"):
        raise Cancelled("the notebook")


def _counts(removal: editing.Removal) -> str:
    counts = [_counted(len(removal.run_ids), "run"), _counted(removal.readings, "reading")]
    counts += [_counted(removal.attachments, "attachment")] if removal.attachments else []
    return ", ".join(counts)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
