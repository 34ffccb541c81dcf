"""URLs of PostgreSQL databases: validates them, and gives the options and password to connect with."""

import os
import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from myapp.errors import UsageError, shown
from myapp.schema import libraries

DRIVER = "postgresql+psycopg"
SCHEMES = frozenset({DRIVER, "postgresql", "postgres"})
EXAMPLE = f"{DRIVER}://USER@HOST:5432/DATABASE"

CONNECT_SECONDS = 10
"""The timeout of connecting, unless `connect_timeout` or PGCONNECT_TIMEOUT sets another."""


def server_url(text: str) -> URL:
    """Return the URL of a PostgreSQL database, with the driver that is shipped.

    Raise UsageError for any other URL; the message repeats nothing that could be a password.
    """
    scheme = text.partition("://")[0]
    if scheme.lower() not in SCHEMES:
        raise UsageError(f"{shown(scheme)}:// is no database of this program's: say a file, or {EXAMPLE}")
    if re.search(r"[/?#@].*@", text.partition("://")[2]):  # ambiguous: each `@` could end the password
        raise _unreadable()
    try:
        text.encode()  # fails for bytes of the command line that are not UTF-8
        url = make_url(text).set(drivername=DRIVER)
    except (ArgumentError, ValueError):
        raise _unreadable() from None
    if "%00" in url.render_as_string(hide_password=False):  # libpq would cut a name at a NUL
        raise _unreadable()
    password = url.query.get("password")
    return url.set(password=str(password)).difference_update_query(["password"]) if password else url


def _unreadable() -> UsageError:
    rule = "letters such as `/`, `@` or `%` in a name or password are written as %2F, %40, %25"
    return UsageError(f"this is no URL such as {EXAMPLE}: {rule}")


def connect_options(url: URL, application_name: str = "") -> dict[str, Any]:
    """Return the options of a connection that its URL leaves open.

    `application_name` is shown in `pg_stat_activity`, unless PGAPPNAME says another.
    """
    options: dict[str, Any] = {"client_encoding": "utf8", "fallback_application_name": application_name}
    if "PGCONNECT_TIMEOUT" not in os.environ:
        options["connect_timeout"] = CONNECT_SECONDS
    return {name: value for name, value in options.items() if name not in url.query}


def with_password(url: URL, ask: Callable[[], str], application_name: str = "") -> URL:
    """Return the URL with the password from `ask`, which is called only if the server demands one.

    libpq itself reads PGPASSWORD, PGPASSFILE and ~/.pgpass. Other failures to connect are ignored here: the
    next connection raises them.
    """
    libraries.used()
    options = connect_options(url, application_name)
    try:
        create_engine(url, poolclass=NullPool, connect_args=options).connect().close()
    except OperationalError as error:
        if getattr(getattr(error.orig, "pgconn", None), "needs_password", False):
            return url.set(password=ask())
    except (DBAPIError, ArgumentError, ValueError):
        pass
    return url
