"""The command line's entry point: parses, runs one command, and returns its exit code."""

from __future__ import annotations

from myapp.application import document_format
from myapp.cli import environment, streams
from myapp.cli.reporting import reported


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; nothing else ends the process."""
    environment.remember()
    streams.prepare()
    return reported(lambda: _run(argv))


def _run(argv: list[str]) -> int:
    document_format()  # a broken installation starts nothing
    if argv == ["--version"]:
        from myapp.cli.versions import show

        show()
        return 0
    _handle_signals()
    from myapp.cli.commands import COMMANDS

    if not argv or (argv[0] not in COMMANDS and not argv[0].startswith("-")):
        from myapp.cli import desktop

        if desktop.names_documents(argv):
            if desktop.has_window():
                return desktop.open_window(argv)
            argv = desktop.as_command(argv)
    from myapp.cli.parser import parse

    arguments = parse(argv)
    exit_code: int = arguments.command(arguments)
    return exit_code


def _handle_signals() -> None:
    import signal  # `--version` needs no handlers, and without this import a tenth less time

    # A frozen Python installs no handlers: Ctrl-C, a closed pipe and a file that grows beyond the user's
    # limit would kill the program at once.
    try:
        for name in ("SIGINT", "SIGBREAK"):  # Ctrl-C, and Ctrl-Break on Windows
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.default_int_handler)
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
    except ValueError:  # not in the main thread: the host program handles them
        pass
