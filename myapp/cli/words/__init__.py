"""The words of the command line, by subject; nothing here imports what a command needs."""

SUBJECTS = ("documents", "importing", "notebook", "parts", "copying", "schema")
"""The modules here that add commands, in the order of the help."""
