"""URLs of databases: made from paths, read back as paths, and shown without their secrets."""

import os
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from myapp.errors import StrPath, UsageError

_SECRETS = frozenset({"password", "sslpassword"})

IN_AN_EVENT_LOOP = "`await connection.run_sync(lambda c: Migrations(folder, c).upgrade())`"
"""How an asynchronous program migrates: on a connection from `async with engine.connect()`."""


def sqlite_url(path: StrPath) -> URL:
    """Return the URL of a SQLite file of any name.

    A string such as `f"sqlite:///{path}"` would open another file if the path holds `?` or `%20`.
    """
    return URL.create("sqlite", database=os.path.abspath(os.fspath(path)))


def as_url(database: object) -> URL:
    """Return the URL of a database; a string without `://` is the path of a SQLite file.

    Raise UsageError for anything else.
    """
    if isinstance(database, URL):
        return database
    if not isinstance(database, str | os.PathLike):
        remedy = f"give its URL, a path, an Engine or a Connection; from an event loop, {IN_AN_EVENT_LOOP}"
        raise UsageError(f"{type(database).__name__} is not a database that can be migrated: {remedy}")
    if isinstance(database, str) and "://" in database:
        try:
            return make_url(database)
        except (ArgumentError, ValueError):
            raise UsageError("this is no URL of a database that SQLAlchemy can read") from None
    return sqlite_url(database)


def sqlite_path(url: URL) -> str | None:
    """Return the path of a SQLite file, None for a database that is none: on a server, or in memory.

    A file may be named by SQLite's own URI: `sqlite:///file:/path/a%20b.db?mode=ro&uri=true`.
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    if not (url.database.startswith("file:") and "uri" in url.query):
        return url.database
    path = unquote(urlsplit(url.database).path)
    return None if url.query.get("mode") == "memory" or path in ("", ":memory:") else path


def is_private_memory(url: URL) -> bool:
    """Return whether a URL names a SQLite database in memory, which ends with the connection to it."""
    memory = url.get_backend_name() == "sqlite" and sqlite_path(url) is None
    return memory and url.query.get("cache") != "shared"


def impatient(url: URL) -> URL:
    """Return the URL of a SQLite file so that a connection by it waits for no lock; others as they are."""
    return url.update_query_dict({"timeout": "0"}) if url.get_backend_name() == "sqlite" else url


def subject(url: URL) -> str:
    """Return a database as errors and logs name it: a file's path, or a URL without its secrets."""
    if url.get_backend_name() == "sqlite" and url.database:
        return sqlite_path(url) or url.database
    return url.difference_update_query(_SECRETS & set(url.query)).render_as_string(hide_password=True)
