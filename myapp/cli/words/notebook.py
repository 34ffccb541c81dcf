"""The words of the commands about measurements: look, change, write out, attach."""

from __future__ import annotations

from myapp.cli.words.common import (
    add,
    add_json,
    add_part,
    add_reading,
    add_selection,
    add_upgrading,
    calls,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_RUN = "its number or its title"


def add_commands(commands: Any) -> None:
    """Add the commands about measurements."""
    _add_looking(commands)
    _add_editing(commands)
    _add_writing(commands)
    _add_attachments(commands)


def _add_looking(commands: Any) -> None:
    runs = add(
        commands,
        "runs",
        calls("notebook", "runs"),
        "list the runs, or those that are chosen",
        "runs trip.myapp --text winter --from 2024-05-31",
    )
    add_reading(runs)
    add_selection(runs)
    order = runs.add_argument_group("how they are listed")
    order.add_argument(
        "--sort",
        choices=["start", "end", "title", "readings"],
        default="start",
        help="by what (start)",
    )
    order.add_argument("--reverse", action="store_true", help="the last first")
    order.add_argument("--limit", type=int, metavar="N", help="N runs at most")
    show = add(
        commands,
        "show",
        calls("notebook", "show"),
        "show a run with the statistics of each channel; a gap is a time at which the run has a reading "
        "of some channel and of this one none; std dev is that of a sample",
        "show trip.myapp 3",
    )
    add_reading(show)
    _add_run(show)
    show.add_argument(
        "--plot",
        action="yes_or_no",
        help="a small plot of each channel (of the first few, on a terminal only)",
    )


def _add_editing(commands: Any) -> None:
    tag = _add_changing(
        commands, "tag", "give a run tags; runs are found by them", "tag trip.myapp 3 wet cold"
    )
    tag.add_argument("tags", metavar="TAG", nargs="+")
    tag.add_argument(
        "--remove", action="store_true", help="take them from it; a tag that no run has any more is gone"
    )
    note = _add_changing(
        commands,
        "note",
        "print a run's note, or write another in its place",
        'note trip.myapp 3 --append "sensor 2 was wet"',
    )
    note.add_argument("text", metavar="TEXT", nargs="?", help="`-` is stdin, in UTF-8")
    note.add_argument("--append", action="store_true", help="write it below what is there")
    note.add_argument("--clear", action="store_true", help="remove the note")
    add_json(note)
    rename = _add_changing(commands, "rename", "give a run another title", 'rename trip.myapp 3 "north face"')
    rename.add_argument("title", metavar="TITLE")
    delete = add(
        commands,
        "delete",
        calls("editing", "delete"),
        "delete runs with their readings and attachments, and the tags that only they have; channels stay",
        "delete trip.myapp 3 4 --yes",
    )
    delete.add_argument("file", metavar="FILE|URL")
    delete.add_argument("runs", metavar="RUN", nargs="+", help=_RUN)
    delete.add_argument("--yes", action="store_true", help="do not ask; needed where nobody can be asked")
    add_upgrading(delete)


def _add_changing(commands: Any, name: str, words: str, example: str) -> Any:
    return _about_run(commands, name, "editing", words, example)


def _add_writing(commands: Any) -> None:
    export = _add_output(
        commands,
        "export",
        "write a run's readings as CSV, which imports to equal readings, or as JSON lines",
        "export trip.myapp 3 -o trip.csv --channel temperature",
    )
    export.add_argument("-o", "--output", metavar="OUT", default="-", help="the file (stdout)")
    export.add_argument("--format", choices=["csv", "jsonl"], default="csv", help="how it is written (csv)")
    plot = _add_output(
        commands,
        "plot",
        "draw a run as SVG or PNG, a panel for each unit; a line breaks where the channel's next reading "
        "is later than its readings are usually apart",
        "plot trip.myapp 3 -o trip.png --from 2024-05-31",
    )
    plot.add_argument("-o", "--output", metavar="OUT", required=True, help="a file .svg or .png, or `-`")
    plot.add_argument("--format", choices=["svg", "png"], help="where the file's name does not say it")


def _add_output(commands: Any, name: str, words: str, example: str) -> Any:
    parser = _about_run(commands, name, name, words, example)
    _add_force(parser)
    add_part(parser)
    return parser


def _add_attachments(commands: Any) -> None:
    attach = _about_run(
        commands,
        "attach",
        "attachments",
        "keep files of up to 500 MB with a run; `show` lists them",
        "attach trip.myapp 3 photo.jpg",
    )
    attach.add_argument("files", metavar="PATH", nargs="+")
    detach = _about_run(
        commands,
        "detach",
        "attachments",
        "write an attachment to a file, verified, and take it out of the document",
        "detach trip.myapp 3 photo.jpg",
    )
    detach.add_argument("name", metavar="NAME")
    detach.add_argument(
        "-o", "--output", metavar="OUT", help="the file (its name, in this folder); `-` is stdout"
    )
    detach.add_argument("--keep", action="store_true", help="leave it in the document too")
    _add_force(detach)


def _about_run(commands: Any, name: str, module: str, words: str, example: str) -> Any:
    """Add a command on one run of a document: `NAME FILE RUN …`."""
    parser = add(commands, name, calls(module, name), words, example)
    parser.add_argument("file", metavar="FILE|URL")
    _add_run(parser)
    add_upgrading(parser)
    return parser


def _add_run(parser: Any) -> None:
    parser.add_argument("run", metavar="RUN", help=_RUN)


def _add_force(parser: Any) -> None:
    parser.add_argument("--force", action="store_true", help="replace the file if there is one")
