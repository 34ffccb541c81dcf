"""The commands that change what is kept of runs: tag, note, rename, delete."""

import sys
from argparse import Namespace

from myapp.cli import output
from myapp.cli.opening import opened
from myapp.errors import Cancelled, UsageError, shown
from myapp.notebook import editing


def tag(arguments: Namespace) -> int:
    """Give a run tags, or take them from it."""
    with opened(arguments) as document, document.writing() as connection:
        change = editing.untag if arguments.remove else editing.tag
        left = change(connection, arguments.run, arguments.tags)
    output.say(shown(", ".join(left)) if left else "no tags")
    return 0


def note(arguments: Namespace) -> int:
    """Print a run's note, or change it."""
    given = arguments.text is not None
    if (arguments.clear and given) or (arguments.append and not given):
        raise UsageError("--append needs a text and --clear takes none")
    if not given and not arguments.clear:
        return _print_note(arguments)
    if arguments.json:
        raise UsageError("--json is for reading a note")
    words = _from_stdin() if arguments.text == "-" else arguments.text
    with opened(arguments) as document, document.writing() as connection:
        editing.set_note(connection, arguments.run, words, append=arguments.append)
    return 0


def _print_note(arguments: Namespace) -> int:
    with opened(arguments) as document, document.reading() as connection:
        found = editing.note(connection, arguments.run)
    if arguments.json:
        output.json({"notes": found})
        return 0
    for line in (found or "").splitlines():
        output.say(output.plain(line))
    return 0


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("the note on stdin is not UTF-8") from error


def rename(arguments: Namespace) -> int:
    """Give a run another title."""
    with opened(arguments) as document, document.writing() as connection:
        editing.rename(connection, arguments.run, arguments.title)
    return 0


def delete(arguments: Namespace) -> int:
    """Delete runs, after asking; the question is asked while nothing is locked."""
    with opened(arguments) as document:
        with document.reading() as connection:
            found = editing.removal(connection, arguments.runs)
        if not arguments.yes:
            _ask(found)
        with document.writing() as connection:
            editing.delete_runs(connection, found.run_ids)
    output.say(f"deleted: {_words(found)}")
    return 0


def _ask(found: editing.Removal) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"to delete {_words(found)} without being asked, say --yes")
    for run_id, title in zip(found.run_ids, found.titles, strict=True):
        output.remark(f"run {run_id}: {title}")
    print(f"delete {_words(found)}? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Cancelled("the notebook")


def _words(found: editing.Removal) -> str:
    parts = [_counted(len(found.run_ids), "run"), _counted(found.readings, "reading")]
    parts += [_counted(found.attachments, "attachment")] if found.attachments else []
    return ", ".join(parts)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
