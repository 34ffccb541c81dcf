"""Explains what an exception of a revision, of env.py or of Alembic means to the developer."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from alembic.util import CommandError
from sqlalchemy.exc import MissingGreenlet, SQLAlchemyError

from myapp.errors import InUse, MyappError, StrPath, UpgradeFailed, shown
from myapp.schema.driver_errors import NEW_ENUM_VALUE, chain, explain, first_line
from myapp.schema.holders import held_by_this_process
from myapp.schema.locations import IN_AN_EVENT_LOOP
from myapp.schema.urls import is_url

_SENTENCES = (CommandError, SQLAlchemyError, MyappError, ValueError, RuntimeError, OSError)
"""Exceptions whose messages are sentences; of any other the type is said too: KeyError has the key alone."""

_NEW_ENUM_VALUE = (
    "PostgreSQL uses a new value of an enum only after a commit, and an upgrade is one transaction: upgrade "
    "to the revision with ALTER TYPE … ADD VALUE first, and from there on in a second upgrade"
)
_AUTOCOMMIT_BLOCK = (
    "autocommit_block() would end the transaction that makes an upgrade whole or nothing: run its statements "
    "outside of the revisions"
)
_SEVERAL_DATABASES = "these revisions are for several databases: give each of them by its name"
_ASYNC_DRIVER = f"its driver is for event loops: hand over a connection in {IN_AN_EVENT_LOOP}"

_OPENING = {"create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"}
"""Functions of SQLAlchemy by which an env.py opens a connection of its own."""


def opens_its_own(folder: StrPath) -> bool:
    """Return whether a directory's env.py makes an engine, as those of Alembic's templates do."""
    env = Path(folder, "env.py")
    return env.exists() and any(name in env.read_text(encoding="utf-8") for name in _OPENING)


class OwnConnection(CommandError):
    """An env.py does not use the connection that it is given, as those of Alembic's templates do not."""

    def __init__(self, folder: StrPath, detail: str = "") -> None:
        env = shown(os.path.join(os.path.abspath(folder), "env.py"))
        fact = f"{env} opens a connection of its own instead of using the one that it is given"
        lines = f"`from {__package__}.environment import run` and `run()`, or `run(metadata=…)` to compare"
        super().__init__(f"{fact}{detail and f' ({detail})'}: let it be the two lines {lines}")


def describe(error: BaseException, folder: StrPath) -> str:
    """Return an exception as one line, with its place in the migrations directory and its remedy if known."""
    meaning = _meaning(error)
    text = described(error)
    if not isinstance(error, CommandError) and (place := _place(error, os.path.abspath(folder))):
        text = f"{place}: {text}"
    return f"{text}: {meaning}" if meaning else text


def described(error: BaseException) -> str:
    """Return an exception's message as one line, with its type where the message alone says little."""
    text, name = first_line(error), type(error).__name__
    return text if isinstance(error, _SENTENCES) or text == name else f"{name}: {text}"


@contextmanager
def failing(
    subject: str, step: str, folder: StrPath, wait: float, *, in_env: Sequence[str] = ()
) -> Iterator[None]:
    """Turn every exception of a revision, of env.py, of Alembic or a driver into one of this program's.

    `in_env` are the databases that env.py runs on: this migration holds them then, so another connection of
    this process that meets their locks is env.py's own.
    """
    try:
        yield
    except MyappError:
        raise
    except (Exception, SystemExit) as error:
        meaning, detail = explain(error, subject, wait), describe(error, folder)
        if in_env and isinstance(meaning, InUse) and is_url(subject):
            meaning.own = None  # on a server, this migration's statements waited for another session
        if in_env and (_is_refused_by(in_env, meaning) or _is_opening(error, folder)):
            meaning, detail = None, str(OwnConnection(folder, described(error)))
        lost, of_content = getattr(error, "lost", None), getattr(error, "of_content", False)
        raise meaning or UpgradeFailed(subject, step, detail, lost, of_content=of_content) from error


def _is_refused_by(subjects: Sequence[str], meaning: MyappError | None) -> bool:
    """Return whether a lock of this process's on one of these SQLite files is what stood in the way."""
    files = [subject for subject in subjects if not is_url(subject)]
    return isinstance(meaning, InUse) and any(map(held_by_this_process, files))


def _is_opening(error: BaseException, folder: StrPath) -> bool:
    """Return whether env.py failed to open a connection of its own, or to run an event loop for it."""
    if not _place(error, os.path.abspath(folder)).startswith("env.py"):
        return False
    last = extract_tb(error.__traceback__)[-1]
    looping = isinstance(error, RuntimeError) and os.path.basename(last.filename) == "runners.py"
    return looping or bool(_OPENING & _functions(error))


def _meaning(error: BaseException) -> str:
    for cause in chain(error):
        if getattr(cause, "sqlstate", None) == NEW_ENUM_VALUE:
            return _NEW_ENUM_VALUE
        if isinstance(cause, MissingGreenlet):
            return _ASYNC_DRIVER
        if isinstance(cause, TypeError) and "argument: 'engine_name'" in str(cause):
            return _SEVERAL_DATABASES
        if isinstance(cause, AssertionError) and "autocommit_block" in _functions(cause):
            return _AUTOCOMMIT_BLOCK
    return ""


def _functions(error: BaseException) -> set[str]:
    return {frame.name for frame in extract_tb(error.__traceback__)}


def _place(error: BaseException, folder: str) -> str:
    """Return the last line of the migrations directory that the exception came through: `env.py, line 7`."""
    places = list(_places(error, folder))
    return places[-1] if places else ""


def _places(error: BaseException, folder: str) -> Iterator[str]:
    for frame in extract_tb(error.__traceback__):
        if os.path.abspath(frame.filename).startswith(os.path.join(folder, "")):
            yield f"{os.path.relpath(frame.filename, folder)}, line {frame.lineno}"
