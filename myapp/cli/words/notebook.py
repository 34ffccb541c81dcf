"""The words of the commands about measurements: import, runs, show."""

from typing import Any

from myapp.cli.words.common import add, add_reading, add_upgrading, calls


def add_commands(commands: Any) -> None:
    """Add the commands about measurements."""
    take = add(
        commands, "import", calls("notebook", "import_files"), "import CSV files", "import trip.myapp co2.csv"
    )
    take.add_argument("file", metavar="FILE|URL")
    take.add_argument("csv", metavar="CSV", nargs="+")
    take.add_argument("--title", help="the run's title (the file's name)")
    take.add_argument("--again", action="store_true", help="import a file that is in the document already")
    add_upgrading(take)
    runs = add(commands, "runs", calls("notebook", "runs"), "list the runs", "runs trip.myapp")
    add_reading(runs)
    show = add(commands, "show", calls("notebook", "show"), "show a run", "show trip.myapp 3")
    add_reading(show)
    show.add_argument("run", metavar="RUN", help="its number or its title")
