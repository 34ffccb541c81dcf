"""Explains what an exception of a revision, of env.py or of Alembic means to the developer."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb

from alembic.util import CommandError
from sqlalchemy.exc import MissingGreenlet, SQLAlchemyError

from myapp.errors import InUse, MyappError, StrPath, UpgradeFailed
from myapp.schema.driver_errors import NEW_ENUM_VALUE, chain, explain, first_line
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
_ASYNC_DRIVER = "its driver is for event loops: hand over a connection in `await connection.run_sync(…)`"
_OWN_CONNECTION = (
    "env.py opens a connection of its own while the upgrade holds the database: let it use the one in "
    "config.attributes['connection'], or let env.py be `from myapp.schema.environment import run` and `run()`"
)


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
def failing(subject: str, step: str, folder: StrPath, wait: float, *, in_env: bool = False) -> Iterator[None]:
    """Turn every exception of a revision, of env.py, of Alembic or a driver into one of this program's.

    `in_env` is whether env.py runs: this migration holds the database then, so another connection of this
    process that meets its lock is env.py's own.
    """
    try:
        yield
    except MyappError:
        raise
    except (Exception, SystemExit) as error:
        meaning = explain(error, subject, wait)
        detail = describe(error, folder)
        if in_env and isinstance(meaning, InUse) and is_url(subject):
            meaning.own = False  # on a server, this migration's statements waited for another session
        if in_env and isinstance(meaning, InUse) and meaning.own:
            meaning, detail = None, f"{detail}: {_OWN_CONNECTION}"
        raise meaning or UpgradeFailed(subject, step, detail, getattr(error, "lost", None)) from error


def _meaning(error: BaseException) -> str:
    for cause in chain(error):
        if getattr(cause, "sqlstate", None) == NEW_ENUM_VALUE:
            return _NEW_ENUM_VALUE
        if isinstance(cause, MissingGreenlet):
            return _ASYNC_DRIVER
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
