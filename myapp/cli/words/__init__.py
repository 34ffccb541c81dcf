"""The words of the command line, by subject; nothing here imports what a command needs."""
