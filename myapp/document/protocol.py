"""The interface of an open document, the same for a file and for a database on a server."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from myapp.document.context import Context
    from myapp.document.upgrade import Upgraded


class Document(Protocol):
    """An open document at head."""

    @property
    def path(self) -> str:
        """The user's file, links followed, or the server's URL without its secrets."""

    @property
    def context(self) -> "Context":
        """The context in which it was opened."""

    @property
    def on_server(self) -> bool:
        """Whether it is a database that others share, and no file."""

    @property
    def upgraded(self) -> "Upgraded | None":
        """The upgrade that opening it took, None where it was at head."""

    @property
    def copied(self) -> bool:
        """Whether the file could not be written and a private copy is read instead."""

    @property
    def writable(self) -> bool:
        """Whether `writing` can be tried."""

    def driver_connection(self) -> AbstractContextManager[Any]:
        """Give the driver's own connection (sqlite3, psycopg), which only reads and sees one state."""

    def reading(self) -> "AbstractContextManager[Connection]":
        """Give a SQLAlchemy connection that only reads."""

    def writing(self) -> "AbstractContextManager[Connection]":
        """Give a SQLAlchemy connection in one transaction: committed at the end, or nothing happened.

        The document then records this program as the last that wrote it. Raise SystemRefused where it
        cannot be written.
        """
