"""The words of the command line; every command has an example in its help."""

import argparse
from collections.abc import Callable
from typing import Any

from myapp.product import NAME

Command = Callable[[argparse.Namespace], int]


class Version(argparse.Action):
    """`--version`, which looks the versions up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_rest: Any) -> None:
        from myapp.cli import output
        from myapp.cli.versions import versions

        output.facts(versions())
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; `command` of what it parses is that, which imports what it needs."""
    parser = argparse.ArgumentParser(
        prog=NAME, description="Keeps measurements in documents that every later release opens."
    )
    parser.add_argument("--version", action=Version, nargs=0, help="print all versions and end")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_document_commands(commands)
    _add_notebook_commands(commands)
    _add_schema_commands(commands)
    _add_other_commands(commands)
    return parser


def _add_document_commands(commands: Any) -> None:
    new = _add(commands, "new", _documents("new"), "make a new document", "new trip.myapp")
    new.add_argument("file", metavar="FILE")
    info = _add(commands, "info", _documents("info"), "say what a document is", "info trip.myapp --json")
    _add_reading(info)
    check = _add(commands, "check", _documents("check"), "say how healthy a document is", "check trip.myapp")
    check.add_argument("file", metavar="FILE")
    _add_json(check)
    _add_wait(check)
    upgrade = _add(commands, "upgrade", _documents("upgrade"), "upgrade documents", "upgrade *.myapp")
    upgrade.add_argument("files", metavar="FILE", nargs="+")
    _add_wait(upgrade)
    save = _add(
        commands,
        "save-as",
        _documents("save_as"),
        "keep an upgraded copy of a document; the document stays as it is",
        "save-as archive/trip.myapp trip.myapp",
    )
    save.add_argument("file", metavar="FILE")
    save.add_argument("out", metavar="OUT")
    _add_wait(save)
    _add_backup_commands(commands)


def _add_backup_commands(commands: Any) -> None:
    backups = _add(
        commands, "backups", _documents("backups"), "list a document's backups", "backups trip.myapp"
    )
    backups.add_argument("file", metavar="FILE")
    backups.add_argument("--prune", type=int, metavar="N", help="remove all but the N newest first")
    _add_json(backups)
    restore = _add(
        commands,
        "restore",
        _documents("restore"),
        "put a backup in a document's place; what was there is backed up first",
        "restore trip.myapp trip.myapp.backup-0003",
    )
    restore.add_argument("file", metavar="FILE")
    restore.add_argument("backup", metavar="BACKUP")
    _add_wait(restore)


def _add_notebook_commands(commands: Any) -> None:
    add = _add(commands, "import", _notebook("import_files"), "import CSV files", "import trip.myapp co2.csv")
    add.add_argument("file", metavar="FILE")
    add.add_argument("csv", metavar="CSV", nargs="+")
    add.add_argument("--title", help="the run's title (the file's name)")
    add.add_argument("--again", action="store_true", help="import a file that is in the document already")
    _add_upgrading(add)
    runs = _add(commands, "runs", _notebook("runs"), "list the runs", "runs trip.myapp")
    _add_reading(runs)
    show = _add(commands, "show", _notebook("show"), "show a run", "show trip.myapp 3")
    _add_reading(show)
    show.add_argument("run", metavar="RUN", help="its number or its title")


def _add_schema_commands(commands: Any) -> None:
    schema = commands.add_parser(
        "schema",
        help="look at and change the schema of a document or database",
        description=(
            "Look at and change the schema of a document (FILE) or of a database (a SQLAlchemy URL)."
        ),
    )
    steps = schema.add_subparsers(title="commands", metavar="COMMAND", required=True)
    words = {
        "current": ("the revision it has", "schema current trip.myapp"),
        "heads": ("the newest revisions", "schema heads"),
        "branches": ("the revisions that more than one follows", "schema branches"),
        "history": ("all revisions, oldest first", "schema history"),
        "plan": ("what an upgrade would do; nothing is done", "schema plan trip.myapp"),
        "compare": ("how it differs from the models", "schema compare trip.myapp"),
        "upgrade": ("upgrade, after a backup", "schema upgrade trip.myapp 0004"),
        "downgrade": ("downgrade, after a backup", "schema downgrade trip.myapp 0005"),
        "stamp": ("write a revision without running it", "schema stamp sqlite:///my.db 0006"),
        "sql": ("print the SQL of an upgrade", "schema sql --for postgresql --to 0003"),
    }
    parsers = {name: _add(steps, name, _schema(name), *text) for name, text in words.items()}
    for name in ("current", "plan", "compare", "upgrade", "downgrade", "stamp"):
        parsers[name].add_argument("database", metavar="FILE|URL")
    for name in ("current", "heads", "branches", "history", "plan", "compare"):
        _add_json(parsers[name])
    for name in ("upgrade", "downgrade", "stamp"):
        _add_wait(parsers[name])
    parsers["plan"].add_argument("target", metavar="REVISION", nargs="?", default="head")
    parsers["upgrade"].add_argument("target", metavar="REVISION", nargs="?", default="head")
    parsers["downgrade"].add_argument("target", metavar="REVISION")
    parsers["downgrade"].add_argument(
        "--lose",
        metavar="REVISION",
        action="append",
        default=[],
        help="allow undoing this revision although information is lost",
    )
    parsers["stamp"].add_argument("target", metavar="REVISION")
    sql = parsers["sql"]
    sql.add_argument("--for", dest="dialect", choices=["sqlite", "postgresql"], default="sqlite")
    sql.add_argument("--from", dest="start", metavar="REVISION")
    sql.add_argument("--to", dest="target", metavar="REVISION", default="head")
    sql.add_argument("--down", action="store_true", help="downgrade; needs --from")


def _add_other_commands(commands: Any) -> None:
    _add(
        commands,
        "alembic",
        _schema("alembic_help"),
        "the stock Alembic command line",
        "alembic -x dbPath=trip.myapp current",
    )
    completion = _add(
        commands, "completion", _complete, "print a shell's completion script", "completion bash"
    )
    completion.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def _add(commands: Any, name: str, run: Command, words: str, example: str) -> Any:
    parser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}.", epilog=f"example: {NAME} {example}"
    )
    parser.set_defaults(command=run)
    return parser


def _add_reading(parser: Any) -> None:
    parser.add_argument("file", metavar="FILE")
    _add_json(parser)
    _add_upgrading(parser)


def _add_json(parser: Any) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def _add_upgrading(parser: Any) -> None:
    parser.add_argument("--no-upgrade", action="store_true", help="refuse a document of an older release")
    _add_wait(parser)


def _add_wait(parser: Any) -> None:
    parser.add_argument(
        "--wait",
        type=float,
        metavar="SECONDS",
        default=30.0,
        help="how long to wait for another program (30)",
    )


def _documents(name: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        from myapp.cli import documents

        return _call(documents, name, arguments)

    return run


def _notebook(name: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        from myapp.cli import notebook

        return _call(notebook, name, arguments)

    return run


def _schema(name: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        from myapp.cli import schema

        return _call(schema, name, arguments)

    return run


def _call(module: Any, name: str, arguments: argparse.Namespace) -> int:
    result: int = getattr(module, name)(arguments)
    return result


def _complete(arguments: argparse.Namespace) -> int:
    import shtab

    from myapp.cli import output

    output.say(shtab.complete(make_parser(), arguments.shell))
    return 0
