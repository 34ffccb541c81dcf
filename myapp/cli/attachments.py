"""The commands about files kept with runs: attach, detach."""

from argparse import Namespace

from sqlalchemy import Connection

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.cli.writing import written
from myapp.errors import NotFound, SystemRefused, UsageError, shown
from myapp.notebook import attachments


def attach(arguments: Namespace) -> int:
    """Keep files with a run: all, or none where one cannot be."""
    with opened(arguments) as document, document.writing() as connection:
        kept = [_attach_one(connection, path, arguments) for path in arguments.files]
    for one in kept:
        output.say(f"{shown(one.name)}: {one.size} bytes, kept with run {one.run_id}")
    return 0


def _attach_one(connection: Connection, path: str, arguments: Namespace) -> attachments.Kept:
    try:
        with output.Progress(f"attaching {shown(path)}") as progress:
            return attachments.attach(connection, arguments.run, path, progress=progress.amount)
    except FileNotFoundError as error:
        raise NotFound(shown(path)) from error
    except OSError as error:
        raise SystemRefused(path, (error.strerror or str(error)).lower()) from error


def detach(arguments: Namespace) -> int:
    """Write an attachment to a file, and take it out of the document when it is there whole."""
    with opened(arguments) as document:
        using = document.reading if arguments.keep else document.writing
        with using() as connection:
            kept = attachments.kept(connection, arguments.run, arguments.name)
            target = arguments.output or _own_name(kept)
            _write(connection, kept, target, arguments)
            if not arguments.keep:
                attachments.remove(connection, kept)
    if target != "-":
        output.say(f"{shown(target)}: {kept.size} bytes")
    return 0


def _own_name(kept: attachments.Kept) -> str:
    """Return the name it was kept under, for the current folder; anybody may have written a document."""
    if not attachments.is_plain_name(kept.name):
        raise UsageError(f"the name {kept.name!r} is no plain file name: say where to write with -o FILE")
    return kept.name


def _write(connection: Connection, kept: attachments.Kept, target: str, arguments: Namespace) -> None:
    with (
        written(target, force=arguments.force, document=arguments.file) as stream,
        output.Progress(f"writing {shown(target)}") as progress,
    ):
        attachments.write_out(connection, kept, stream, progress=progress.amount)
