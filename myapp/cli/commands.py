"""The table of commands: the module of each, and its line in the help.

Each module has `configure(parser)`, which adds the command's arguments, `run(arguments)`, which acts and
returns the exit code, and an EXAMPLE for the help. No other module outside `myapp.cli.notebook` imports the
domain's part.
"""

from __future__ import annotations

from myapp.cli import notebook

COMMANDS = {
    "new": ("myapp.cli.new", "make a new document, or fill an empty database of a PostgreSQL server"),
    "info": ("myapp.cli.info", "show a document's revision, its programs and how much it holds"),
    "check": ("myapp.cli.check", "check a document for damage"),
    "upgrade": ("myapp.cli.upgrade", "upgrade documents to this program's revision"),
    "save-as": ("myapp.cli.save_as", "copy a document, upgraded or for an older release"),
    "backups": ("myapp.cli.backups", "list a document's backups"),
    "restore": ("myapp.cli.restore", "replace a document by a backup"),
    "adopt": ("myapp.cli.adopt", "make a document of an old file that has no header"),
    "rescue": ("myapp.cli.rescue", "make a new document of all that is sound in a damaged one"),
    **notebook.COMMANDS,
    "schema": ("myapp.cli.schema", "look at and change the schema of a document or database"),
    "alembic": ("myapp.cli.alembic", "the stock Alembic command line"),
    "completion": ("myapp.cli.completion", "print a shell's completion script"),
}

OPTIONS = notebook.OPTIONS
"""Options that are not spelled like the library's argument."""

summary = notebook.summary
"""Returns the counts that `info` shows of a document's content."""
