"""The command line's frame: parse, run one command, turn every outcome into an exit code."""

import contextlib
import signal

from myapp.application import document_format
from myapp.cli import environment, output
from myapp.cli.reporting import reported


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; nothing else ends the process."""
    environment.remember()
    output.prepare()
    _take_signals()
    return reported(lambda: _run(argv))


def _run(argv: list[str]) -> int:
    document_format()  # an installation that is not whole starts nothing
    if argv[:1] == ["alembic"]:
        from myapp.cli.schema import alembic

        return alembic(argv[1:])
    from myapp.cli.parser import parse

    arguments = parse(argv)
    result: int = arguments.command(arguments)
    return result


def _take_signals() -> None:
    # Frozen, Python leaves all as the system has them: Ctrl-C, a closed pipe and a file that grows
    # beyond what the user may write would kill at once.
    with contextlib.suppress(ValueError):  # not in the main thread: the host program's affair
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
