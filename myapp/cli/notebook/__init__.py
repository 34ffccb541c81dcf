"""The part of the command line about runs and readings: its commands, its options, its facts for `info`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

COMMANDS = {
    "import": (
        "myapp.cli.notebook.importing",
        "import CSV files and workbooks, each whole or not at all",
    ),
    "formats": ("myapp.cli.notebook.formats", "list the named import formats, show one or remove it"),
    "runs": ("myapp.cli.notebook.runs", "list the runs, or a selection of them"),
    "show": ("myapp.cli.notebook.show", "show a run with the statistics of each channel"),
    "tag": ("myapp.cli.notebook.tag", "give a run tags, by which it is found"),
    "note": ("myapp.cli.notebook.note", "print a run's note, or replace it"),
    "rename": ("myapp.cli.notebook.rename", "give a run another title"),
    "delete": ("myapp.cli.notebook.delete", "delete runs with their readings and attachments"),
    "export": ("myapp.cli.notebook.export", "write a run's readings as CSV or JSON lines"),
    "plot": ("myapp.cli.notebook.plot", "draw a run as SVG or PNG, a panel for each unit"),
    "attach": ("myapp.cli.notebook.attach", "keep files of up to 500 MB with a run"),
    "detach": ("myapp.cli.notebook.detach", "write an attachment to a file and remove it from the document"),
    "extract": ("myapp.cli.notebook.extract", "make a new document of a part of another"),
    "exec": ("myapp.cli.notebook.exec", "run a program on a temporary part of a document"),
    "copy": (
        "myapp.cli.notebook.copy",
        "copy a notebook or a selection between files and PostgreSQL servers",
    ),
}
"""The module of each command, and its line in the help."""

OPTIONS = {
    "channels": "--channel",
    "runs": "--run",
    "tags": "--tag",
    "from_time": "--from",
    "to_time": "--to",
}
"""Options that are not spelled like the library's argument."""


def summary(connection: Connection) -> dict[str, int]:
    """Return how much a document holds, for `info`."""
    from myapp.notebook.summary import summary

    return summary(connection)
