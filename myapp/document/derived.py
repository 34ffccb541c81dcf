"""What a document format asks of an application that makes rows from others'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from myapp.progress import Progress


class Derived(Protocol):
    """Tables whose rows an application makes from others'; a module that has these names is one.

    They are nobody's data: `myapp rescue` leaves them out and makes them anew. `connection` is one of the
    sqlite3 module, or SQLAlchemy's to a server; `database` is the name of an attached document, with a dot,
    or "".
    """

    @property
    def TABLES(self) -> Sequence[str]:  # noqa: N802  a constant of a module
        """The names of the tables."""

    def settle(self, connection: Any, database: str = "", progress: Progress | None = None) -> None:
        """Bring the rows in step with the document's content, in the transaction of the caller."""

    def findings(self, connection: Any) -> list[str]:
        """Return a line for each row that is not what it would be if it were made now."""
