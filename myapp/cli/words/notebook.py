"""The words of the commands about measurements: runs, show."""

from typing import Any

from myapp.cli.words.common import add, add_reading, calls


def add_commands(commands: Any) -> None:
    """Add the commands about measurements."""
    runs = add(commands, "runs", calls("notebook", "runs"), "list the runs", "runs trip.myapp")
    add_reading(runs)
    show = add(commands, "show", calls("notebook", "show"), "show a run", "show trip.myapp 3")
    add_reading(show)
    show.add_argument("run", metavar="RUN", help="its number or its title")
