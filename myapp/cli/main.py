"""The command line's frame: parse, run one command, turn every outcome into an exit code."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enums of it, which cost a start 2 ms

from myapp.application import document_format
from myapp.cli import environment, output
from myapp.cli.reporting import reported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
    if argv == ["--version"]:
        from myapp.cli.versions import show

        show()
        return 0
    arguments = _parsed(argv)
    result: int = arguments.command(arguments)
    return result


def _parsed(argv: list[str]) -> Any:
    from myapp.cli import plain

    found = plain.read(argv)
    if found is None:
        from myapp.cli.parser import parse

        return parse(argv)
    return found


def _take_signals() -> None:
    # Frozen, Python leaves all as the system has them: Ctrl-C, a closed pipe and a file that grows
    # beyond what the user may write would kill at once.
    try:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        for name in ("SIGPIPE", "SIGXFSZ"):
            if hasattr(_signal, name):
                _signal.signal(getattr(_signal, name), _signal.SIG_IGN)
    except ValueError:  # not in the main thread: the host program's affair
        pass
